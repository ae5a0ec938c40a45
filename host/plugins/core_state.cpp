#include <algorithm>

#include "plugins/core.hpp"
#include "plugins/detail.hpp"
#include "plugins/rollout/handover.hpp"

namespace hotdesk::plugins {
namespace {

StateSchemas schemas_of(const Instance& instance) {
  const Manifest& manifest = instance.facts().manifest;
  return {manifest.state_schema, manifest.state_reads, manifest.state_writes};
}

Instance* instance_for(const Version* version, const Uuid& tenant) {
  if (version == nullptr) return nullptr;
  const auto found = version->instances.find(tenant);
  return found != version->instances.end() ? found->second.get() : nullptr;
}

bool keeps_state(const Instance* instance) { return instance != nullptr && instance->has_state() && instance->endpoint() != nullptr; }

}  // namespace

/// Gives each tenant's state to the instance that is about to serve. What comes back holds the old instances' calls until it
/// ends: after the publish. A tenant whose state stays where it is keeps its open conversations there for a while.
std::vector<std::unique_ptr<Handover>> Plugins::Core::hand_over(Component& component, const ReleaseRow& before, const ReleaseRow& after,
                                                                const std::vector<Prepared>& prepared, std::set<Uuid>& drains) {
  std::vector<std::unique_ptr<Handover>> held;
  const Version* from = component.find_version(before.stable);
  const Version* to = component.find_version(after.stable);
  if (from == nullptr || to == nullptr || !after.enabled) return held;
  const bool back = !before.previous.empty() && after.stable == before.previous;
  const bool promotes = !before.shadow && before.candidate == after.stable;
  for (const Uuid& tenant : governed(component, after.tenant)) {
    Instance* old = instance_for(from, tenant);
    Instance* fresh = instance_for(to, tenant);
    for (const auto& one : prepared)
      if (one.version == to)
        if (const auto made = one.instances.find(tenant); made != one.instances.end()) fresh = made->second.get();
    if (old == fresh || !keeps_state(old) || !keeps_state(fresh)) continue;
    if (promotes && pins_.any(component.id, tenant)) {
      // Both hold conversations: the candidate has begun its own, and an import would take their place.
      drains.insert(tenant);
      continue;
    }
    std::string why = "they share no schema of the state";
    if (const auto schema = common_schema(schemas_of(*old), schemas_of(*fresh))) {
      auto handover = std::make_unique<Handover>(*old->endpoint(), *fresh->endpoint(), *schema, options_.handover);
      if (const auto done = handover->run(); done) {
        keep_state(component, tenant, before.stable, *handover);
        held.push_back(std::move(handover));
        continue;
      } else {
        why = done.error().text;
      }
    }
    log_(LogLevel::warn, "plugins", component.id + ": the state of " + before.stable + " does not go to " + after.stable + ": " + why);
    note(tenant, "plugin.state.refused", component.id, Detail().text("from", before.stable).text("to", after.stable).text("reason", why));
    if (back) restore_state(component, tenant, *fresh);
    else if (before.stable != after.stable) drains.insert(tenant);
  }
  return held;
}

void Plugins::Core::keep_state(const Component& component, const Uuid& tenant, const std::string& version, const Handover& handover) {
  ++handovers_;
  note(tenant, "plugin.state.handover", component.id,
       Detail().text("from", version).number("schema", handover.schema()).number("bytes", handover.blob().size()).number("took_us", static_cast<std::size_t>(handover.took().count())));
  StateRow row{tenant, component.id, version, handover.schema(), handover.blob(), clock_.now_ms()};
  worker_.push([this, row = std::move(row)] { return store_.save_state(row); });
}

/// A former version gets back what it knew when it was replaced.
void Plugins::Core::restore_state(const Component& component, const Uuid& tenant, Instance& instance) {
  const std::string& version = instance.facts().manifest.version;
  worker_.flush();
  const auto kept = store_.find_state(tenant, component.id, version);
  if (!kept || !*kept || clock_.now_ms() - (*kept)->at > guard_.limits().rollback_window_ms) return;
  const auto restored = instance.endpoint()->import_state((*kept)->schema, (*kept)->blob, false);
  note(tenant, "plugin.state.restore", component.id, Detail().text("version", version).flag("done", restored.has_value()));
  if (!restored) log_(LogLevel::warn, "plugins", component.id + " " + version + ": its kept state could not be restored: " + restored.error().text);
}

/// After a change of stable: for how long the former version stays.
void Plugins::Core::begin_windows(Component& component, const ReleaseRow& before, const ReleaseRow& after, const std::set<Uuid>& drains) {
  const std::int64_t until = clock_.steady_ms() + guard_.limits().rollback_window_ms;
  for (const Uuid& tenant : governed(component, after.tenant)) component.draining.erase(tenant);
  for (const Uuid& tenant : drains) component.draining[tenant] = {before.stable, until};
  const Version* former = component.find_version(before.stable);
  if (former != nullptr && former->package.manifest.state_schema != 0 && before.stable != after.stable) component.kept[before.stable] = until;
  component.kept.erase(after.stable);
}

/// Former versions whose time is over.
void Plugins::Core::end_windows() {
  const std::int64_t now = clock_.steady_ms();
  bool changed = false;
  for (auto& [id, component] : components_) {
    for (auto one = component.draining.begin(); one != component.draining.end();) {
      if (one->second.until > now) {
        ++one;
        continue;
      }
      pins_.erase(id, one->first, one->second.version);
      worker_.push([this, id, tenant = one->first, version = one->second.version] { return store_.erase_pins(id, tenant, version); });
      one = component.draining.erase(one);
      changed = true;
    }
    changed |= std::erase_if(component.kept, [&](const auto& one) { return one.second <= now; }) > 0;
  }
  if (changed) publish();
  if (now - states_erased_ < 60'000) return;
  states_erased_ = now;
  worker_.push([this, before = clock_.now_ms() - guard_.limits().rollback_window_ms] { return store_.erase_states(before); });
}

}  // namespace hotdesk::plugins
