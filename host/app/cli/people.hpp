#pragma once
#include <string>
#include <string_view>

#include "app/config.hpp"
#include "app/local_server.hpp"
#include "base/json.hpp"
#include "tenants/model.hpp"

namespace CLI {
class App;
}

namespace hotdesk::app::cli {

struct Line;
void add_user_ticket(CLI::App& user, Line& line);

/// An account as REST shows it.
Json to_json(const tenants::User& user);

/// The tenants of a running server; one that serves a single tenant lists that one.
Result<Json> list_tenants(LocalServer& server);
/// "?tenant=<id>" for --tenant (an id or a name), "" for none. Errc::not_found lists what there is.
Result<std::string> tenant_query(LocalServer& server, std::string_view wanted);
/// The same from a row of find_people(), which knows its tenant.
std::string tenant_query_of(const Json& user);

/// The accounts of a tenant (empty: the only one), from the running server or from the store. Each row is REST's, and bears
/// "tenant" where the caller named one.
Result<Json> find_people(const Config& config, std::string_view tenant);
Result<Json> find_person(const Config& config, std::string_view tenant, std::string_view username);
/// The sites of a tenant, as REST shows them ("site" is the code).
Result<Json> find_sites(const Config& config, std::string_view tenant);

}  // namespace hotdesk::app::cli
