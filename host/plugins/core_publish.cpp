#include <algorithm>
#include <chrono>
#include <thread>

#include "plugins/core.hpp"
#include "plugins/detail.hpp"
#include "plugins/thread_record.hpp"

namespace hotdesk::plugins {
namespace {

constexpr const char* extensions[methods] = {HOTDESK_EXT_FILTER, HOTDESK_EXT_ROUTER, HOTDESK_EXT_RESPONDER, HOTDESK_EXT_GRAY,
                                             HOTDESK_EXT_EVENTS};

/// Adds the slot to a chain when its stable version has the method; a candidate without it does not take part.
void add_to(std::vector<Slot>& chain, Slot slot, Method method) {
  if (!slot.stable->has(method)) return;
  if (slot.candidate && !slot.candidate->has(method)) slot.candidate = nullptr;
  slot.shadow = slot.shadow && slot.candidate != nullptr;
  chain.push_back(std::move(slot));
}

}  // namespace

void Plugins::Core::publish() {
  auto snapshot = std::make_unique<Snapshot>();
  snapshot->plans.reserve(tenants_.size());
  for (const Uuid& tenant : tenants_) snapshot->plans.emplace(tenant, make_plan(tenant));
  std::set<const Instance*> used;
  for (const auto& [tenant, plan] : snapshot->plans)
    for (const auto& chain : plan->chains)
      for (const Slot& slot : chain) used.insert({slot.stable.get(), slot.candidate.get()});
  if (auto old = hooks_.publish(std::move(snapshot))) replaced_.push_back(std::move(old));
  ++swaps_;
  retire_unused(used);
}

std::shared_ptr<const Plan> Plugins::Core::make_plan(const Uuid& tenant) {
  const auto is_closed = [&](const char* extension) {
    const auto own = closed_.find({tenant, extension});
    if (own != closed_.end()) return own->second;
    const auto all = closed_.find({std::nullopt, extension});
    return all != closed_.end() && all->second;
  };
  auto plan = std::make_shared<Plan>();
  for (std::size_t i = 0; i < methods; ++i) plan->closed[i] = is_closed(extensions[i]);
  std::vector<Component*> order;
  for (auto& [id, component] : components_) order.push_back(&component);
  std::stable_sort(order.begin(), order.end(), [](const auto* a, const auto* b) { return a->position < b->position; });
  for (Component* component : order) {
    const ReleaseRow* row = component->row_for(tenant);
    if (row == nullptr || !row->enabled) continue;
    Slot slot;
    slot.component = component->id;
    const BreakerState stable_state = guard_.state(tenant, component->id, row->stable);
    if (stable_state != BreakerState::open) slot.stable = instance_of(*component, row->stable, tenant, Role::stable);
    else if (const auto before = fallback_of(*component, *row); !before.empty()) slot.stable = instance_of(*component, before, tenant, Role::stable);
    if (!slot.stable && stable_state != BreakerState::open && !row->previous.empty() && mark_of(*component, row->previous) == nullptr) slot.stable = instance_of(*component, row->previous, tenant, Role::stable);
    if (!slot.stable) {
      const Version* version = component->find_version(row->stable);
      for (std::size_t i = 0; i < methods; ++i)
        if (version == nullptr ? i < 2 : version->package.manifest.provides_extension(extensions[i])) plan->chains[i].push_back(slot);
      continue;
    }
    slot.sticky = slot.stable->has_state();
    const BreakerState candidate_state = guard_.state(tenant, component->id, row->candidate);
    if (row->candidate.empty()) {
      // Open conversations stay with the state that a former version would not give away.
      if (const auto old = component->draining.find(tenant); old != component->draining.end() && old->second.version != row->stable)
        slot.candidate = instance_of(*component, old->second.version, tenant, Role::stable);
    } else if (candidate_state != BreakerState::open) {
      slot.candidate = instance_of(*component, row->candidate, tenant, row->shadow ? Role::shadow : Role::candidate);
      slot.seed = canary_seed(row->salt, tenant);
      slot.percent = row->shadow ? 0 : static_cast<std::uint32_t>(row->percent);
      if (candidate_state == BreakerState::half_open) slot.percent = std::min(slot.percent, guard_.limits().probe_percent);
      slot.shadow = row->shadow && slot.candidate != nullptr;
    }
    for (std::size_t i = 0; i < methods; ++i) add_to(plan->chains[i], slot, static_cast<Method>(i));
  }
  return plan;
}

std::shared_ptr<Instance> Plugins::Core::instance_of(Component& component, const std::string& name, const Uuid& tenant, Role role) {
  Version* version = component.find_version(name);
  if (version == nullptr || version->misfits.contains(tenant) || !version->package.problem.empty()) return nullptr;
  if (kept_out(component, name) == Kept::out) return nullptr;
  if (const auto found = version->instances.find(tenant); found != version->instances.end()) {
    if (fits(*found->second, component, *version, role)) return found->second;
    retire(component, std::move(found->second));
    version->instances.erase(found);
  }
  if (!version->image && granted(component, *version, tenant, role).lane != Lane::runner) {
    if (!version->problem.empty()) return nullptr;  // tried already; activate or a new scan tries again
    auto image = load_image(component, *version, std::nullopt);
    if (!image) return nullptr;
    version->image = std::move(*image);
    version->loaded_at = version->image->loaded_at();
    note(std::nullopt, "plugin.load", component.id, Detail().text("version", name));
  }
  auto made = make_instance(component, *version, version->image.get(), tenant, role);
  if (made) {
    version->loaded_at = clock_.now_ms();
    return version->instances[tenant] = std::move(*made);
  }
  version->misfits[tenant] = (made.error().where.empty() ? "" : made.error().where + ": ") + made.error().text;
  log_(LogLevel::error, component.id + "@" + name, "cannot serve a tenant: " + version->misfits[tenant]);
  return nullptr;
}

/// Instances that no plan uses, and images that neither a plan uses nor a release names, go.
void Plugins::Core::retire_unused(const std::set<const Instance*>& used) {
  for (auto& [id, component] : components_) {
    std::set<std::string> named;
    for (const auto& [scope, row] : component.rows)
      if (row.enabled) named.insert({row.stable, row.candidate});
    for (auto& [name, version] : component.versions) {
      if (component.kept.contains(name)) continue;
      std::erase_if(version.instances, [&](auto& one) {
        if (used.contains(one.second.get())) return false;
        retire(component, std::move(one.second));
        return true;
      });
      if (version.image && version.instances.empty() && !named.contains(name)) retire(component, version);
    }
  }
}

void Plugins::Core::retire(Component& component, std::shared_ptr<Instance> instance) {
  component.retired_instances.push_back({std::move(instance), clock_.steady_ms()});
}

void Plugins::Core::retire(Component& component, Version& version) {
  for (auto& [tenant, instance] : version.instances) retire(component, std::move(instance));
  version.instances.clear();
  version.misfits.clear();
  if (version.image) component.retired.push_back({std::move(version.image), clock_.steady_ms(), false});
}

/// As retire(), of what runs in this process alone.
void Plugins::Core::retire_image(Component& component, Version& version) {
  std::erase_if(version.instances, [&](auto& one) {
    if (one.second->lane() == Lane::runner) return false;
    retire(component, std::move(one.second));
    return true;
  });
  version.misfits.clear();
  component.retired.push_back({std::move(version.image), clock_.steady_ms(), false});
}

bool Plugins::Core::tidy() {
  if (!replaced_.empty()) {
    // After this no thread can hold a snapshot that was replaced before: each has been between two tasks since.
    if (running_) quiesce_.for_each_thread([] {});
    wait_for_unmarked();
    replaced_.clear();
  }
  const auto sweep_all = [this] {
    bool again = false;
    for (auto& [id, component] : components_) again |= sweep(component);
    return again;
  };
  const bool again = sweep_all();
  if (!unload::detaches_pending()) return again;
  // An image cannot go before every thread has ended what it keeps of it: loops are visited, the others woken.
  if (running_) quiesce_.for_each_thread([] { unload::run_pending_detaches(); });
  return sweep_all();
}

bool Plugins::Core::sweep(Component& component) {
  std::erase_if(component.retired_instances, [](const RetiredInstance& one) {
    return one.instance.use_count() == 1 && one.instance->idle();
  });
  bool again = false;
  std::erase_if(component.retired, [&](RetiredImage& one) {
    const bool unused = one.image->instances == 0;
    const auto detail = [&one] { return Detail().text("version", one.image->manifest().version); };
    if (unused && one.image->unload()) {
      note(std::nullopt, "plugin.unload", component.id, detail());
      return true;
    }
    const bool for_ever = unused && !one.image->may_go_later();
    const bool late = clock_.steady_ms() - one.since > options_.drain_deadline.count();
    if (!one.quarantined && (for_ever || late || (unused && one.image->misbehaved()))) {
      one.quarantined = true;
      ++quarantined_;
      log_(LogLevel::error, one.image->tag(), unused ? "could not be unloaded: " + one.image->unload_problem()
                                                     : "still held by calls after the drain deadline; it stays mapped until they end");
      note(std::nullopt, "plugin.quarantine", component.id, detail());
    }
    if (for_ever) return true;
    again |= !one.quarantined;
    return false;
  });
  return again || std::any_of(component.retired_instances.begin(), component.retired_instances.end(), [&](const auto& one) {
    return clock_.steady_ms() - one.since <= options_.drain_deadline.count();
  });
}

bool Plugins::Core::first_use(const Uuid& tenant) {
  if (!running_ || !tenants_.insert(tenant).second) return false;
  publish();
  return true;
}

void Plugins::Core::settle() {
  while (tidy()) std::this_thread::sleep_for(std::chrono::milliseconds(2));
  worker_.flush();
}

}  // namespace hotdesk::plugins
