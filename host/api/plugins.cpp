#include "plugins/plugins.hpp"

#include <nlohmann/json.hpp>

#include <cmath>

#include "api/fields.hpp"
#include "api/resources.hpp"

namespace hotdesk::api {
namespace {
using plugins::By;
using plugins::PluginView;
using plugins::Plugins;
using plugins::Scope;
using tenants::Action;

/// The caller's tenant, or (an operator who named none) the release of everybody.
Scope scope_of(const Call& call) { return call.caller.tenant.is_nil() ? Scope{} : Scope{call.caller.tenant}; }
By by(const Call& call) { return {call.caller.user, call.caller.name, call.caller.ip}; }

Answer answer(const Result<PluginView>& view) {
  if (!view) return view.error();
  return net::json_response(200, plugins::to_json(*view));
}

Answer index(const Call& call) {
  std::string out = "{\"data\":[";
  if (call.services.plugins != nullptr) {
    const auto views = call.services.plugins->list(scope_of(call));
    if (!views) return views.error();
    for (std::size_t i = 0; i < views->size(); ++i) out += (i == 0 ? "" : ",") + plugins::to_json((*views)[i]);
  }
  return net::json_response(200, out + "],\"meta\":{\"next_cursor\":null,\"has_more\":false}}");
}

/// A verb on the plugin of the path.
using Verb = std::function<Answer(const Call&, Plugins&, const std::string& id)>;
Handler on_plugin(Verb verb) {
  return [verb = std::move(verb)](const Call& call) -> Answer {
    if (call.services.plugins == nullptr) return fail(Errc::not_found, "no such plugin");
    return verb(call, *call.services.plugins, std::string(call.http.param("id")));
  };
}

Answer activate(const Call& call, Plugins& plugins, const std::string& id) {
  Fields fields(call.body);
  const std::string version = fields.need_text("version", 64);
  if (!fields.good()) return fields.problem();
  return answer(plugins.activate(scope_of(call), id, version, by(call)));
}

Answer canary(const Call& call, Plugins& plugins, const std::string& id) {
  Fields fields(call.body);
  const std::string version = fields.need_text("version", 64);
  const auto percent = fields.number("percent", 0, 100);
  if (!percent && fields.good()) fields.refuse("percent", "is needed");
  const double hundredths = percent.value_or(0) * 100;
  if (std::abs(hundredths - std::round(hundredths)) > 1e-6) fields.refuse("percent", "at most two decimals");
  if (!fields.good()) return fields.problem();
  return answer(plugins.canary(scope_of(call), id, version, static_cast<int>(std::lround(hundredths)), by(call)));
}

Answer configure(const Call& call, Plugins& plugins, const std::string& id) {
  if (call.caller.tenant.is_nil()) return fail(Errc::invalid, "a configuration is a tenant's: name one with ?tenant=", "tenant");
  return answer(plugins.set_config(call.caller.tenant, id, dump_json(call.body), by(call)));
}

template <Result<PluginView> (Plugins::*verb)(const Scope&, std::string_view, const By&)>
Answer simply(const Call& call, Plugins& plugins, const std::string& id) {
  return answer((plugins.*verb)(scope_of(call), id, by(call)));
}

/// Looks into the folder again, so that a file which was just put there can be activated.
Answer rescan(const Call& call) {
  if (call.services.plugins != nullptr)
    if (auto looked = call.services.plugins->rescan(); !looked) return looked.error();
  return index(call);
}
}  // namespace

void add_plugins(Routes& routes) {
  const std::string one = "/api/v1/plugins/{id}";
  routes.add("GET", "/api/v1/plugins", Action::read_plugins, index, true);
  routes.add("POST", "/api/v1/plugins/rescan", Action::trust_plugins, rescan, true);
  routes.add("GET", one, Action::read_plugins,
             on_plugin([](const Call& call, Plugins& plugins, const std::string& id) { return answer(plugins.find(scope_of(call), id)); }), true);
  routes.add("POST", one + "/activate", Action::release_plugins, on_plugin(activate), true);
  routes.add("POST", one + "/canary", Action::release_plugins, on_plugin(canary), true);
  routes.add("POST", one + "/promote", Action::release_plugins, on_plugin(simply<&Plugins::promote>), true);
  routes.add("POST", one + "/rollback", Action::release_plugins, on_plugin(simply<&Plugins::rollback>), true);
  routes.add("POST", one + "/enable", Action::release_plugins, on_plugin(simply<&Plugins::enable>), true);
  routes.add("POST", one + "/disable", Action::release_plugins, on_plugin(simply<&Plugins::disable>), true);
  routes.set_body(routes.options().config_body);
  routes.add("PUT", one + "/config", Action::release_plugins, on_plugin(configure), true);
  routes.set_body(routes.options().body);
}

}  // namespace hotdesk::api
