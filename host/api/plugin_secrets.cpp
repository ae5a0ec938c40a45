#include <nlohmann/json.hpp>

#include "api/fields.hpp"
#include "api/resources.hpp"
#include "base/text.hpp"
#include "plugins/plugins.hpp"

namespace hotdesk::api {
namespace {
using tenants::Action;

/// A secret goes in and never comes out again: only its name is told.
using OnSecrets = std::function<Answer(const Call&, plugins::PluginStore&, const std::string& id)>;
Handler of_plugin(OnSecrets work) {
  return [work = std::move(work)](const Call& call) -> Answer {
    const std::string id(call.http.param("id"));
    if (call.services.plugins == nullptr || call.services.plugin_store == nullptr) return fail(Errc::not_found, "no such plugin");
    if (const auto known = call.services.plugins->find(call.caller.tenant, id); !known) return known.error();
    return work(call, *call.services.plugin_store, id);
  };
}

Answer index(const Call& call, plugins::PluginStore& store, const std::string& id) {
  const auto names = store.list_secrets(call.caller.tenant, id);
  if (!names) return names.error();
  Json data = Json::array();
  for (const auto& one : *names) data.push_back({{"name", one.name}, {"updated_at", to_rfc3339(one.updated_at)}});
  return json({{"data", std::move(data)}});
}

tenants::AuditEntry entry(const Call& call, const char* action, const std::string& id, const std::string& name) {
  return call.audit(action, id, dump_json({{"name", name.substr(0, 64)}}));
}

Answer put(const Call& call, plugins::PluginStore& store, const std::string& id) {
  Fields fields(call.body);
  const std::string value = fields.need_text("value", 4096);
  if (!fields.good()) return fields.problem();
  const std::string name(call.http.param("name"));
  if (auto saved = store.save_secret(call.caller.tenant, id, name, value, entry(call, "plugin.secret", id, name)); !saved) return saved.error();
  return no_content();
}

Answer erase(const Call& call, plugins::PluginStore& store, const std::string& id) {
  const std::string name(call.http.param("name"));
  if (auto gone = store.erase_secret(call.caller.tenant, id, name, entry(call, "plugin.secret.delete", id, name)); !gone) return gone.error();
  return no_content();
}
}  // namespace

void add_plugin_secrets(Routes& routes) {
  const std::string all = "/api/v1/plugins/{id}/secrets";
  routes.add("GET", all, Action::release_plugins, of_plugin(index));
  routes.add("PUT", all + "/{name}", Action::release_plugins, of_plugin(put));
  routes.add("DELETE", all + "/{name}", Action::release_plugins, of_plugin(erase));
}

}  // namespace hotdesk::api
