#include <nlohmann/json.hpp>

#include "api/fields.hpp"
#include "api/resources.hpp"
#include "plugins/packages/package_view.hpp"
#include "plugins/packages/signature_file.hpp"
#include "plugins/plugins.hpp"

namespace hotdesk::api {
namespace {
using plugins::By;
using plugins::Plugins;
using plugins::Trust;
using plugins::TrustKey;
using tenants::Action;

By by(const Call& call) { return {call.caller.user, call.caller.name, call.caller.ip}; }

using Verb = std::function<Answer(const Call&, Plugins&)>;
Handler with_plugins(Verb verb) {
  return [verb = std::move(verb)](const Call& call) -> Answer {
    if (call.services.plugins == nullptr) return fail(Errc::not_found, "this node runs no plugins");
    return verb(call, *call.services.plugins);
  };
}

Answer answer(const Result<TrustKey>& key, int status = 200) {
  if (!key) return key.error();
  return net::json_response(status, plugins::to_json(*key));
}

Answer index(const Call&, Plugins& plugins) {
  const auto list = plugins.list_trust();
  if (!list) return list.error();
  return net::json_response(200, plugins::to_json(*list));
}

Answer add(const Call& call, Plugins& plugins) {
  Fields fields(call.body);
  TrustKey key;
  key.name = fields.need_text("name", 128);
  const std::string level = fields.need_text("level", 16);
  if (level == "official") key.level = Trust::official;
  else if (level == "dev") key.level = Trust::dev;
  else if (level != "vendor" && !level.empty()) fields.refuse("level", "must be official, vendor or dev");
  const auto public_key = plugins::read_public_key(fields.need_text("public_key", 4096));
  if (!public_key) fields.refuse("public_key", public_key.error().text);
  else key.public_key = *public_key;
  key.prefixes = fields.texts("prefixes", 64, 130).value_or(std::vector<std::string>{});
  if (key.prefixes.empty()) fields.refuse("prefixes", "name the plugin ids that the key may sign, like com.acme.*");
  if (!fields.good()) return fields.problem();
  return answer(plugins.add_trust(std::move(key), by(call)), 201);
}

Answer revoke(const Call& call, Plugins& plugins) {
  Fields fields(call.body);
  const std::string reason = fields.need_text("reason", 250);
  if (!fields.good()) return fields.problem();
  return answer(plugins.revoke_trust(call.http.param("key_id"), reason, by(call)));
}

Answer erase(const Call& call, Plugins& plugins) {
  const auto erased = plugins.erase_trust(call.http.param("key_id"), by(call));
  if (!erased) return erased.error();
  return no_content();
}

/// {minimum: version | null}
Answer set_minimum(const Call& call, Plugins& plugins) {
  Fields fields(call.body);
  const std::string minimum = fields.text("minimum", 64).value_or("");
  if (!fields.good()) return fields.problem();
  if (const auto set = plugins.set_minimum(std::string(call.http.param("id")), minimum, by(call)); !set) return set.error();
  return index(call, plugins);
}
}  // namespace

void add_plugin_trust(Routes& routes) {
  const std::string all = "/api/v1/plugins/trust";
  routes.add("GET", all, Action::trust_plugins, with_plugins(index), true);
  routes.add("POST", all, Action::trust_plugins, with_plugins(add), true);
  routes.add("POST", all + "/{key_id}/revoke", Action::trust_plugins, with_plugins(revoke), true);
  routes.add("DELETE", all + "/{key_id}", Action::trust_plugins, with_plugins(erase), true);
  routes.add("PUT", "/api/v1/plugins/{id}/minimum", Action::trust_plugins, with_plugins(set_minimum), true);
}

}  // namespace hotdesk::api
