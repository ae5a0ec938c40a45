#include "plugins/packages/grant_rules.hpp"

#include <algorithm>

#include "hotdesk/plugin/plugin.h"
#include "plugins/lanes/budgets.hpp"

namespace hotdesk::plugins {
namespace {

constexpr std::size_t most_permissions = 256;

bool may_be_inline(const Manifest& manifest) noexcept {
  return !manifest.provides_extension(HOTDESK_EXT_RESPONDER) && !manifest.provides_extension(HOTDESK_EXT_STATE);
}

Result<> check_lane(const GrantRow& row, const std::vector<const Package*>& versions) {
  if (row.lane.empty()) return {};
  if (row.lane != "inline" && row.lane != "pool" && row.lane != "runner") return fail(Errc::invalid, "must be inline, pool, runner or nothing", "lane");
  const Lane lane = lane_named(row.lane, Lane::runner);
  for (const Package* package : versions) {
    const auto& manifest = package->manifest;
    if (lane < lane_named(manifest.min_lane, Lane::inline_))
      return fail(Errc::invalid, "version " + package->version + " asks for " + manifest.min_lane + " at least: " + row.lane + " is weaker", "lane");
    if (lane == Lane::inline_ && package->trust != Trust::builtin)
      return fail(Errc::invalid, "inline is for the installation's own plugins alone: version " + package->version + " was uploaded", "lane");
    if (lane == Lane::inline_ && !may_be_inline(manifest))
      return fail(Errc::invalid, "version " + package->version + " waits for others or keeps state, which an event loop cannot: pool or runner", "lane");
  }
  return {};
}

}  // namespace

Lane lane_named(const std::string& name, Lane otherwise) noexcept {
  return name == "inline" ? Lane::inline_ : name == "pool" ? Lane::pool : name == "runner" ? Lane::runner : otherwise;
}

Lane default_lane(const Package& package) noexcept {
  if (package.trust == Trust::official) return Lane::pool;
  if (package.trust != Trust::builtin) return Lane::runner;
  return may_be_inline(package.manifest) ? Lane::inline_ : Lane::pool;
}

bool is_asked(const Manifest& manifest, const std::string& permission) {
  if (manifest.asks_permission(permission)) return true;
  return permission.starts_with("http:") && (manifest.asks_permission("http") || manifest.asks_permission("http:*"));
}

Result<> check_grant(const GrantRow& row, const std::vector<const Package*>& versions) {
  if (const auto lane = check_lane(row, versions); !lane) return lane;
  if (row.permissions.size() > most_permissions) return fail(Errc::invalid, "at most 256", "permissions");
  for (const auto& permission : row.permissions) {
    if (!is_permission(permission)) return fail(Errc::invalid, permission.substr(0, 128) + " is no permission", "permissions");
    if (permission == "http:*") return fail(Errc::invalid, "http:* is what a plugin asks for: grant the hosts by name, like http:api.example.com", "permissions");
    if (std::none_of(versions.begin(), versions.end(), [&](const Package* package) { return is_asked(package->manifest, permission); }))
      return fail(Errc::invalid, "no version of the plugin asks for " + permission, "permissions");
  }
  if (const auto budgets = read_budgets(row.budgets); !budgets) return budgets.error();
  return {};
}

}  // namespace hotdesk::plugins
