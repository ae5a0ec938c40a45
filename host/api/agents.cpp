#include <nlohmann/json.hpp>

#include <map>

#include "api/resources.hpp"
#include "api/user_state.hpp"

namespace hotdesk::api {
namespace {
/// Everybody who works conversations, with how busy they are.
Answer index(const Call& call) {
  const Services& services = call.services;
  auto users = services.users.list_users(call.caller.tenant);
  if (!users) return users.error();
  auto departments = services.tenants.list_departments(call.caller.tenant);
  if (!departments) return departments.error();
  std::map<Uuid, int> open;
  for (const auto& department : *departments) {
    auto loads = services.conversations.list_loads(call.caller.tenant, department.id);
    if (!loads) return loads.error();
    for (const auto& load : *loads) open[load.id] = load.open;
  }
  Json data = Json::array();
  for (const auto& user : *users) {
    if (!user.active || !tenants::is_staff(user.role)) continue;
    data.push_back({{"id", user.id.text()},
                    {"name", user.name},
                    {"role", tenants::to_string(user.role)},
                    {"state", state_of(services, user.tenant, user.id, user.state)},
                    {"open", open[user.id]},
                    {"capacity", user.capacity}});
  }
  return list(std::move(data), "");
}
}  // namespace

void add_agents(Routes& routes) { routes.add("GET", "/api/v1/agents", tenants::Action::list_agents, index); }

}  // namespace hotdesk::api
