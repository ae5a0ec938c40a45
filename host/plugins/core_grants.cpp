#include <algorithm>

#include "plugins/core.hpp"
#include "plugins/detail.hpp"
#include "plugins/packages/grant_rules.hpp"

namespace hotdesk::plugins {

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
  if (kept_out(component, version.package.version) == Kept::runner) out.lane = Lane::runner;
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
  on_trouble({tenant, id, version, "budget", "stayed over its time limit, and a thread was written off"});
}

}  // namespace hotdesk::plugins
