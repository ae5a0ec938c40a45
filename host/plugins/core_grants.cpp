#include <algorithm>

#include "plugins/core.hpp"
#include "plugins/detail.hpp"

namespace hotdesk::plugins {
namespace {

Lane lane_named(const std::string& name, Lane otherwise) noexcept {
  return name == "inline" ? Lane::inline_ : name == "pool" ? Lane::pool : name == "runner" ? Lane::runner : otherwise;
}

/// What a package may run in when nobody decided: trust, and what the lane can do. State needs a strand, and a responder
/// waits for others: neither fits an event loop.
Lane default_lane(const Package& package) noexcept {
  if (package.trust == Trust::official) return Lane::pool;
  if (package.trust != Trust::builtin) return Lane::runner;
  const auto& manifest = package.manifest;
  return manifest.provides_extension(HOTDESK_EXT_RESPONDER) || manifest.provides_extension(HOTDESK_EXT_STATE) ? Lane::pool : Lane::inline_;
}

/// "http" and "http:*" in a manifest mean: hosts that the operator names.
bool is_asked(const Manifest& manifest, const std::string& permission) {
  if (manifest.asks_permission(permission)) return true;
  return permission.starts_with("http:") && (manifest.asks_permission("http") || manifest.asks_permission("http:*"));
}

}  // namespace

const GrantRow* Plugins::Core::grant_of(const std::string& component, const Uuid& tenant) const {
  auto found = grants_.find({tenant, component});
  if (found == grants_.end()) found = grants_.find({std::nullopt, component});
  return found != grants_.end() ? &found->second : nullptr;
}

Granted Plugins::Core::granted(const Component& component, const Version& version, const Uuid& tenant, Role role) const {
  const Manifest& manifest = version.package.manifest;
  const GrantRow* grant = grant_of(component.id, tenant);
  Granted out;
  out.lane = default_lane(version.package);
  if (grant != nullptr) out.lane = lane_named(grant->lane, out.lane);
  out.lane = std::max(out.lane, lane_named(manifest.min_lane, Lane::inline_));
  if (version.package.trust != Trust::builtin) {
    out.lane = std::max(out.lane, role == Role::stable ? Lane::pool : Lane::runner);
  }
  if (grant != nullptr) {
    for (const auto& one : grant->permissions)
      if (is_asked(manifest, one)) out.permissions.push_back(one);
    if (const auto budgets = read_budgets(grant->budgets)) out.budgets = *budgets;
  } else if (version.package.trust == Trust::builtin || version.package.trust == Trust::official) {
    out.permissions = manifest.permissions;
    std::erase_if(out.permissions, [](const std::string& one) { return one == "http:*"; });
  }
  return out;
}

/// Whether an instance that runs is what would be made now.
bool Plugins::Core::fits(const Instance& instance, const Component& component, const Version& version, Role role) const {
  const Granted wanted = granted(component, version, instance.tenant(), role);
  return instance.granted().lane == wanted.lane && instance.granted().permissions == wanted.permissions &&
         instance.is_shadow() == (role == Role::shadow);
}

void Plugins::Core::on_overrun(const std::string& id, const std::string& version, const Uuid& tenant) {
  const auto found = components_.find(id);
  if (!running_ || found == components_.end()) return;
  log_(LogLevel::error, id + "@" + version, "stayed over its time limit; a thread was written off");
  note(tenant, "plugin.overrun", id, Detail().text("version", version));
}

}  // namespace hotdesk::plugins
