#include <algorithm>

#include "plugins/core.hpp"
#include "plugins/detail.hpp"
#include "plugins/packages/grant_rules.hpp"
#include "plugins/packages/package_view.hpp"

namespace hotdesk::plugins {
namespace {

std::vector<const Package*> usable(const Component& component) {
  std::vector<const Package*> out;
  for (const auto& [name, version] : component.versions)
    if (version.package.problem.empty()) out.push_back(&version.package);
  return out;
}

/// The version that the view speaks of: the stable one, else the newest that can be used.
const Version* main_version(const Component& component, const Scope& scope) {
  const ReleaseRow* row = component.row_for(scope);
  const Version* chosen = row != nullptr ? component.find_version(row->stable) : nullptr;
  if (chosen != nullptr && chosen->package.problem.empty()) return chosen;
  chosen = nullptr;
  for (const auto& [name, version] : component.versions)
    if (version.package.problem.empty() && (chosen == nullptr || chosen->package.manifest.semver < version.package.manifest.semver)) chosen = &version;
  return chosen;
}

std::string names_of(const std::vector<std::string>& texts) {
  std::string out;
  for (const auto& text : texts) out += (out.empty() ? "" : " ") + text;
  return out;
}

}  // namespace

Result<GrantView> Plugins::Core::grant_view(const Scope& scope, std::string_view id) {
  const auto component = component_at(id);
  if (!component) return component.error();
  const Version* version = main_version(**component, scope);
  if (version == nullptr) return fail(Errc::conflict, std::string(id) + " has no usable version");
  const Uuid tenant = scope.value_or(Uuid{});
  GrantView out;
  out.default_lane = to_string(std::max(default_lane(version->package), lane_named(version->package.manifest.min_lane, Lane::inline_)));
  out.isolation_min = version->package.manifest.min_lane;
  for (const Package* package : usable(**component))
    for (const auto& one : package->manifest.permissions)
      if (std::find(out.asked.begin(), out.asked.end(), one) == out.asked.end()) out.asked.push_back(one);
  out.budgets_asked = version->package.manifest.budgets;
  out.granted = granted(**component, *version, tenant, Role::stable).permissions;
  if (const GrantRow* row = grant_of((*component)->id, tenant)) {
    out.lane = row->lane;
    out.granted = row->permissions;
    out.budgets_granted = row->budgets;
  }
  return out;
}

/// Instances of the scope are made anew: what they were made with does not count any more.
void Plugins::Core::renew_instances(Component& component, const Scope& scope) {
  for (auto& [name, version] : component.versions) {
    std::erase_if(version.instances, [&](auto& one) {
      if (scope ? one.first != *scope : grants_.contains({one.first, component.id})) return false;
      retire(component, std::move(one.second));
      return true;
    });
    if (scope) version.misfits.erase(*scope);
    else version.misfits.clear();
  }
  publish();
}

Result<GrantView> Plugins::Core::set_grant(const Scope& scope, std::string_view id, GrantRow row, const By& by) {
  const auto component = component_at(id);
  if (!component) return component.error();
  if (!running_) return fail(Errc::conflict, "the plugin room does not run");
  row.component = (*component)->id;
  row.tenant = scope;
  const auto versions = usable(**component);
  if (versions.empty()) return fail(Errc::conflict, row.component + " has no usable version");
  if (const auto allowed = check_grant(row, versions); !allowed) return allowed.error();
  const auto audit = audit_entry(by, "plugin.grant", row.component, scope,
                                 Detail().text("lane", row.lane).text("permissions", names_of(row.permissions)).text("budgets", row.budgets));
  if (const auto saved = store_.save_grant(row, audit); !saved) return saved.error();
  grants_[{scope, row.component}] = row;
  renew_instances(**component, scope);
  return grant_view(scope, id);
}

Result<GrantView> Plugins::Core::erase_grant(const Scope& scope, std::string_view id, const By& by) {
  const auto component = component_at(id);
  if (!component) return component.error();
  if (!running_) return fail(Errc::conflict, "the plugin room does not run");
  if (grants_.contains({scope, (*component)->id})) {
    const auto audit = audit_entry(by, "plugin.ungrant", (*component)->id, scope, {});
    if (const auto erased = store_.erase_grant((*component)->id, scope, audit); !erased) return erased.error();
    grants_.erase({scope, (*component)->id});
    renew_instances(**component, scope);
  }
  return grant_view(scope, id);
}

}  // namespace hotdesk::plugins
