#include "app/cli/people.hpp"

#include <nlohmann/json.hpp>

#include "app/cli/records.hpp"
#include "app/open_store.hpp"
#include "base/text.hpp"

namespace hotdesk::app::cli {

Json to_json(const tenants::User& user) {
  return {{"id", user.id.text()},
          {"username", user.username},
          {"name", user.name},
          {"role", std::string(tenants::to_string(user.role))},
          {"active", user.active},
          {"capacity", user.capacity},
          {"state", user.state},
          {"created_at", to_rfc3339(user.created_at)},
          {"last_login_at", user.last_login_at == 0 ? Json() : Json(to_rfc3339(user.last_login_at))}};
}

Result<Json> list_tenants(LocalServer& server) {
  auto all = server.list("/tenants");
  if (all || all.error().code != Errc::not_found) return all;
  auto one = server.call("GET", "/tenant");
  if (!one) return one;
  return Result<Json>(boost::system::in_place_value, Json::array({*one}));
}

Result<std::string> tenant_query(LocalServer& server, std::string_view wanted) {
  if (wanted.empty()) return std::string();
  if (parse_uuid(wanted)) return "?tenant=" + std::string(wanted);
  auto tenants = list_tenants(server);
  if (!tenants) return tenants.error();
  std::string names;
  for (const Json& tenant : *tenants) {
    if (find_string(tenant, "name") == wanted) return "?tenant=" + find_string(tenant, "id").value_or("");
    names += "\n  " + find_string(tenant, "id").value_or("") + "  " + find_string(tenant, "name").value_or("");
  }
  return fail(Errc::not_found, "no tenant \"" + std::string(wanted) + "\"; there are:" + names);
}

std::string tenant_query_of(const Json& user) {
  const auto tenant = find_string(user, "tenant");
  return tenant ? "?tenant=" + *tenant : "";
}

namespace {

Result<Json> from_server(LocalServer& server, const std::string& target, std::string_view tenant) {
  auto query = tenant_query(server, tenant);
  if (!query) return query.error();
  auto rows = server.list(target + *query);
  if (rows && !query->empty())
    for (Json& row : *rows) row["tenant"] = query->substr(query->find('=') + 1);
  return rows;
}

}  // namespace

Result<Json> find_people(const Config& config, std::string_view tenant) {
  if (auto server = LocalServer::find(config)) return from_server(*server, "/users", tenant);
  auto offline = open_offline(config);
  if (!offline) return offline.error();
  const auto chosen = choose_tenant(*offline->store, tenant.empty() ? config.tenant_id : tenant);
  if (!chosen) return chosen.error();
  const auto users = offline->store->users().list_users(chosen->id);
  if (!users) return users.error();
  Json rows = Json::array();
  for (const auto& user : *users) rows.push_back(to_json(user));
  return Result<Json>(boost::system::in_place_value, std::move(rows));
}

Result<Json> find_person(const Config& config, std::string_view tenant, std::string_view username) {
  auto people = find_people(config, tenant);
  if (!people) return people;
  const std::string wanted = to_lower_ascii(username);
  for (const Json& user : *people)
    if (find_string(user, "username") == wanted) return Result<Json>(boost::system::in_place_value, user);
  return fail(Errc::not_found, "no user \"" + std::string(username) + "\"; `hotdesk user list` shows them");
}

Result<Json> find_sites(const Config& config, std::string_view tenant) {
  if (auto server = LocalServer::find(config)) return from_server(*server, "/sites", tenant);
  auto offline = open_offline(config);
  if (!offline) return offline.error();
  const auto chosen = choose_tenant(*offline->store, tenant.empty() ? config.tenant_id : tenant);
  if (!chosen) return chosen.error();
  const auto sites = offline->store->sites().list_sites(chosen->id);
  if (!sites) return sites.error();
  Json rows = Json::array();
  for (const auto& site : *sites) rows.push_back({{"id", site.id.text()}, {"site", site.code}, {"name", site.name}, {"active", site.active}});
  return Result<Json>(boost::system::in_place_value, std::move(rows));
}

}  // namespace hotdesk::app::cli
