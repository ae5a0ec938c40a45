#include <nlohmann/json.hpp>

#include "api/fields.hpp"
#include "api/resources.hpp"
#include "plugins/packages/package_view.hpp"
#include "plugins/plugins.hpp"

namespace hotdesk::api {
namespace {
using plugins::By;
using plugins::GrantView;
using plugins::Plugins;
using plugins::Scope;
using tenants::Action;

Scope scope_of(const Call& call) { return call.caller.tenant.is_nil() ? Scope{} : Scope{call.caller.tenant}; }
By by(const Call& call) { return {call.caller.user, call.caller.name, call.caller.ip}; }

Answer answer(const Result<GrantView>& grant) {
  if (!grant) return grant.error();
  return net::json_response(200, plugins::to_json(*grant));
}

using Verb = std::function<Answer(const Call&, Plugins&, const std::string& id)>;
Handler on_plugin(Verb verb) {
  return [verb = std::move(verb)](const Call& call) -> Answer {
    if (call.services.plugins == nullptr) return fail(Errc::not_found, "no such plugin");
    return verb(call, *call.services.plugins, std::string(call.http.param("id")));
  };
}

Answer read(const Call& call, Plugins& plugins, const std::string& id) { return answer(plugins.find_grant(scope_of(call), id)); }
Answer erase(const Call& call, Plugins& plugins, const std::string& id) { return answer(plugins.erase_grant(scope_of(call), id, by(call))); }

Answer write(const Call& call, Plugins& plugins, const std::string& id) {
  Fields fields(call.body);
  plugins::GrantRow row;
  row.lane = fields.text("lane", 16).value_or("");
  row.permissions = fields.texts("permissions", 256, 280).value_or(std::vector<std::string>{});
  if (const Json* budgets = fields.object("budgets")) row.budgets = dump_json(*budgets);
  if (!fields.good()) return fields.problem();
  return answer(plugins.set_grant(scope_of(call), id, std::move(row), by(call)));
}
}  // namespace

void add_plugin_grants(Routes& routes) {
  const std::string one = "/api/v1/plugins/{id}/grant";
  routes.add("GET", one, Action::trust_plugins, on_plugin(read), true);
  routes.add("PUT", one, Action::trust_plugins, on_plugin(write), true);
  routes.add("DELETE", one, Action::trust_plugins, on_plugin(erase), true);
}

}  // namespace hotdesk::api
