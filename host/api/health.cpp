#include <nlohmann/json.hpp>

#include "api/resources.hpp"

namespace hotdesk::api {
namespace {
/// Each part and how it is; a part that is neither "OK" nor "OFF" makes it 503.
Answer health(const Call& call) {
  Json body = Json::object();
  bool well = true;
  for (const auto& [part, state] : call.services.health()) {
    body[part] = state;
    well = well && (state == "OK" || state == "OFF");
  }
  body["version"] = call.options.version;
  return json(body, well ? 200 : 503);
}

/// The process answers: nothing else is asked.
Answer live(const Call&) { return json({{"live", true}}); }

Answer ready(const Call& call) {
  bool well = call.services.ready();
  for (const auto& [part, state] : call.services.health()) well = well && (state == "OK" || state == "OFF");
  return json({{"ready", well}}, well ? 200 : 503);
}
}  // namespace

void add_health(Routes& routes) {
  routes.open("GET", "/api/healthz", health);
  routes.open("GET", "/livez", live);
  routes.open("GET", "/readyz", ready);
}

}  // namespace hotdesk::api
