#include <algorithm>

#include "plugins/core.hpp"
#include "plugins/rollout/plan.hpp"
#include "plugins/ticks.hpp"

namespace hotdesk::plugins {
namespace {

Summary summary_of(const Version& version, const Scope& tenant) {
  Summary sum;
  for (const auto& [owner, stats] : version.stats)
    if (!tenant || owner == *tenant) sum += stats->summary();
  return sum;
}

bool is_draining(const Component& component, const std::string& version, bool quarantined) {
  return std::any_of(component.retired.begin(), component.retired.end(), [&](const RetiredImage& one) {
    return one.quarantined == quarantined && one.image->manifest().version == version;
  });
}

std::string state_of(const Component& component, const Version& version, const ReleaseRow& row) {
  const std::string& name = version.package.version;
  if (!version.package.problem.empty()) return "rejected";
  if (!version.problem.empty()) return "failed_init";
  if (row.enabled && version.is_loaded() && name == row.stable) return "active";
  if (row.enabled && version.is_loaded() && name == row.candidate) return "canary";
  if (component.kept.contains(name) || is_draining(component, name, false)) return "draining";
  if (is_draining(component, name, true)) return "quarantined";
  return "installed";
}

RolloutView view_of(const RolloutRow& row) {
  RolloutView out;
  out.version = row.version;
  out.step = row.step;
  out.since = row.since;
  out.state = row.state;
  out.reason = row.reason;
  out.evidence = row.evidence;
  if (const auto plan = parse_plan(row.plan)) {
    for (const auto& step : plan->steps) out.steps.push_back({step.percent, step.hold_s});
    out.next_at = next_at(*plan, row);
  }
  return out;
}

}  // namespace

std::vector<PluginView> Plugins::Core::list(const Scope& tenant) {
  std::vector<const Component*> order;
  for (const auto& [id, component] : components_) order.push_back(&component);
  std::stable_sort(order.begin(), order.end(), [](const auto* a, const auto* b) { return a->position < b->position; });
  std::vector<PluginView> views;
  for (const Component* component : order) views.push_back(view(*component, tenant));
  return views;
}

Result<PluginView> Plugins::Core::find(const Scope& tenant, std::string_view id) {
  const auto component = component_at(id);
  if (!component) return component.error();
  return view(**component, tenant);
}

PluginView Plugins::Core::view(const Component& component, const Scope& tenant) const {
  const ReleaseRow row = row_of(component, tenant);
  PluginView out;
  out.id = component.id;
  out.name = component.id;
  out.enabled = row.enabled && !row.stable.empty();
  out.release = {row.stable, row.previous, row.candidate, row.percent, tenant.has_value() && component.rows.contains(tenant), row.shadow};
  if (const RolloutRow* plan = rollout_of(component.id, out.release.own ? tenant : std::nullopt)) out.rollout = view_of(*plan);
  out.breaker = breaker_view(component, row, tenant);
  out.config = tenant ? config_of(*tenant, component.id) : "{}";
  const double unit = microseconds_per_tick();
  for (const auto& [name, version] : component.versions) {
    VersionView one;
    one.version = name;
    one.build_id = version.package.manifest.build_id;
    one.state = state_of(component, version, row);
    one.problem = version.package.problem.empty() ? version.problem : version.package.problem;
    const Summary sum = summary_of(version, tenant);
    one.calls = sum.calls;
    one.errors = sum.errors;
    one.refused = sum.refused;
    one.rewritten = sum.rewritten;
    one.p50_us = sum.percentile(0.5) * unit;
    one.p99_us = sum.percentile(0.99) * unit;
    one.loaded_at = version.is_loaded() ? version.loaded_at : 0;
    one.level = to_string(version.package.trust);
    const Role role = name != row.candidate ? Role::stable : row.shadow ? Role::shadow : Role::candidate;
    one.lane = to_string(granted(component, version, tenant.value_or(Uuid{}), role).lane);
    one.crashes = sum.crashes;
    one.timeouts = sum.timeouts;
    if (sum.shadow_calls != 0) one.shadow = ShadowView{sum.shadow_calls, sum.shadow_differences, sum.shadow_errors};
    if (const MarkRow* mark = mark_of(component, name)) one.bad = BadView{mark->reason, mark->at, mark->evidence};
    if (tenant && runners_ && one.lane == to_string(Lane::runner))
      if (auto status = runners_->status(*tenant, component.id, name); !status.state.empty())
        one.runner = RunnerView{std::move(status.state), status.pid, status.restarts, std::move(status.last_crash)};
    out.versions.push_back(std::move(one));
  }
  std::stable_sort(out.versions.begin(), out.versions.end(), [&](const auto& a, const auto& b) {
    return component.find_version(a.version)->package.manifest.semver < component.find_version(b.version)->package.manifest.semver;
  });
  const Version* stable = component.find_version(row.stable);
  if (stable != nullptr) {
    out.config_schema = stable->package.config_schema;
    out.vendor = stable->package.manifest.vendor;
    out.provides = stable->package.manifest.provides;
    out.level = to_string(stable->package.trust);
    out.lane = to_string(granted(component, *stable, tenant.value_or(Uuid{}), Role::stable).lane);
    for (const auto& [owner, reason] : stable->misfits)
      if (!tenant || owner == *tenant) out.held_back.push_back(owner);
  }
  for (const auto& [name, version] : component.versions)
    if (version.package.problem.empty()) out.name = version.package.manifest.display_name();
  const bool works = stable != nullptr && stable->package.problem.empty() && stable->problem.empty();
  out.state = component.versions.empty() || row.stable.empty() ? "absent"
              : !row.enabled                                   ? "disabled"
              : !works                                         ? "failed"
              : !row.candidate.empty()                         ? "canary"
                                                               : "active";
  return out;
}

Totals Plugins::Core::totals() const {
  Totals out;
  out.swaps = swaps_;
  out.loaded = services_.loaded;
  out.unloaded = services_.unloaded;
  out.quarantined = quarantined_;
  out.refused = refused_;
  out.live = out.loaded - out.unloaded;
  out.gone = gone_handles();
  out.trips = trips_;
  out.rollbacks = rollbacks_;
  out.rollout_edges = rollout_edges_;
  out.handovers = handovers_;
  return out;
}

}  // namespace hotdesk::plugins
