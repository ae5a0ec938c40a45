#include <nlohmann/json.hpp>

#include "api/resources.hpp"
#include "base/text.hpp"

namespace hotdesk::api {
namespace {
using tenants::Action;

Answer logins(const Call& call) {
  auto page = call.services.logs.list_logins(call.caller.tenant, call.cursor(), call.limit());
  if (!page) return page.error();
  Json data = Json::array();
  for (const auto& row : page->items)
    data.push_back({{"username", row.username},
                    {"ip", row.ip},
                    {"success", row.success},
                    {"timestamp", to_rfc3339(row.timestamp)},
                    {"source", row.source},
                    {"ua", row.ua}});
  return list(std::move(data), page->next);
}

Answer audit(const Call& call) {
  auto page = call.services.logs.list_audit(call.caller.tenant, call.cursor(), call.limit());
  if (!page) return page.error();
  Json data = Json::array();
  for (const auto& row : page->items) {
    Json detail = nullptr;
    if (auto parsed = parse_json(row.detail); parsed && !row.detail.empty()) detail = std::move(*parsed);
    data.push_back({{"at", to_rfc3339(row.at)},
                    {"actor", {{"id", row.actor.is_nil() ? Json(nullptr) : Json(row.actor.text())}, {"name", row.actor_name}}},
                    {"action", row.action},
                    {"target", row.target},
                    {"detail", std::move(detail)},
                    {"ip", row.ip}});
  }
  return list(std::move(data), page->next);
}
}  // namespace

void add_logs(Routes& routes) {
  routes.add("GET", "/api/v1/login-log", Action::read_logs, logins);
  routes.add("GET", "/api/v1/audit-log", Action::read_logs, audit);
}

}  // namespace hotdesk::api
