#include <nlohmann/json.hpp>

#include <ctime>

#include "api/resources.hpp"
#include "plugins/plugins.hpp"

namespace hotdesk::api {
namespace {
/// Midnight before `now_ms` where the server stands.
std::int64_t start_of_day(std::int64_t now_ms) {
  const auto now = static_cast<std::time_t>(now_ms / 1000);
  std::tm parts{};
  ::localtime_r(&now, &parts);
  parts.tm_hour = parts.tm_min = parts.tm_sec = 0;
  parts.tm_isdst = -1;
  return static_cast<std::int64_t>(std::mktime(&parts)) * 1000;
}

Json plugins_json(const Call& call) {
  Json rows = Json::array();
  if (call.services.plugins == nullptr) return rows;
  auto views = call.services.plugins->list(call.caller.tenant);
  if (!views) return rows;
  for (const auto& view : *views) {
    std::uint64_t calls = 0;
    std::uint64_t errors = 0;
    for (const auto& version : view.versions) calls += version.calls, errors += version.errors;
    rows.push_back({{"id", view.id},
                    {"name", view.name},
                    {"stable", view.release.stable.empty() ? Json(nullptr) : Json(view.release.stable)},
                    {"calls", calls},
                    {"errors", errors}});
  }
  return rows;
}

Answer show(const Call& call) {
  const Services& services = call.services;
  const std::int64_t now = services.clock.now_ms();
  auto counts = services.conversations.count(call.caller.tenant, start_of_day(now));
  if (!counts) return counts.error();
  auto users = services.users.list_users(call.caller.tenant);
  if (!users) return users.error();
  int agents = 0;
  for (const auto& user : *users)
    if (user.active && tenants::is_staff(user.role) && services.presence.is_online(user.tenant, user.id)) ++agents;
  const Live live = services.live(call.caller.tenant);
  return json({{"visitors_online", live.visitors_online},
               {"agents_online", agents},
               {"connections", live.connections},
               {"conversations", {{"open", counts->open}, {"waiting", counts->waiting}, {"closed_today", counts->closed}}},
               {"messages_today", counts->messages},
               {"uptime_s", (now - call.options.started_ms) / 1000},
               {"version", call.options.version},
               {"node", call.options.node},
               {"plugins", plugins_json(call)}});
}
}  // namespace

void add_overview(Routes& routes) { routes.add("GET", "/api/v1/overview", tenants::Action::read_overview, show); }

}  // namespace hotdesk::api
