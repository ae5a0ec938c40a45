#pragma once
#include <cstdint>
#include <string_view>

#include "hotdesk/plugin/filter.h"
#include "tenants/role.hpp"

namespace hotdesk::plugins {

/// The ABI's numbers for the host's words, for rooms that implement services and do not see the ABI's headers.

constexpr std::int32_t to_abi_role(tenants::Role role) noexcept {
  switch (role) {
    case tenants::Role::visitor: return HOTDESK_ROLE_VISITOR;
    case tenants::Role::agent:
    case tenants::Role::admin:
    case tenants::Role::operator_: return HOTDESK_ROLE_AGENT;
    case tenants::Role::bot: return HOTDESK_ROLE_BOT;
    case tenants::Role::plugin: return HOTDESK_ROLE_PLUGIN;
    case tenants::Role::system: return HOTDESK_ROLE_SYSTEM;
  }
  return HOTDESK_ROLE_SYSTEM;
}

/// "text", "card", "note"; empty: a kind that plugins cannot post.
constexpr std::string_view posted_kind(std::int32_t kind) noexcept {
  return kind == HOTDESK_KIND_TEXT ? "text" : kind == HOTDESK_KIND_CARD ? "card" : kind == HOTDESK_KIND_NOTE ? "note" : "";
}

}  // namespace hotdesk::plugins
