#pragma once
#include <cstdint>
#include <optional>
#include <string_view>

namespace hotdesk::tenants {

/// Who somebody is on the wire and in the permissions table. `bot`, `plugin` and `system` are authors only, never log-ins.
enum class Role : std::uint8_t { visitor, agent, admin, operator_, bot, plugin, system };

constexpr std::string_view to_string(Role role) noexcept {
  switch (role) {
    case Role::visitor: return "visitor";
    case Role::agent: return "agent";
    case Role::admin: return "admin";
    case Role::operator_: return "operator";
    case Role::bot: return "bot";
    case Role::plugin: return "plugin";
    case Role::system: return "system";
  }
  return "system";
}

constexpr std::optional<Role> parse_role(std::string_view text) noexcept {
  for (const Role role : {Role::visitor, Role::agent, Role::admin, Role::operator_, Role::bot, Role::plugin, Role::system})
    if (to_string(role) == text) return role;
  return std::nullopt;
}

/// Works the conversations of a tenant.
constexpr bool is_staff(Role role) noexcept { return role == Role::agent || role == Role::admin; }

}  // namespace hotdesk::tenants
