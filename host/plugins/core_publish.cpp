#include <algorithm>
#include <chrono>
#include <thread>

#include "plugins/core.hpp"
#include "plugins/detail.hpp"
#include "plugins/thread_record.hpp"

namespace hotdesk::plugins {
namespace {

/// Adds the slot to a chain when its stable version has the table; a candidate without it does not take part.
template <class HasTable>
void add_to(std::vector<Slot>& chain, Slot slot, const HasTable& has) {
  if (!has(*slot.stable)) return;
  if (slot.candidate && !has(*slot.candidate)) slot.candidate = nullptr;
  chain.push_back(std::move(slot));
}

}  // namespace

void Plugins::Core::publish() {
  auto snapshot = std::make_unique<Snapshot>();
  snapshot->plans.reserve(tenants_.size());
  for (const Uuid& tenant : tenants_) snapshot->plans.emplace(tenant, make_plan(tenant));
  std::set<const Instance*> used;
  for (const auto& [tenant, plan] : snapshot->plans)
    for (const auto* chain : {&plan->filters, &plan->routers})
      for (const Slot& slot : *chain) used.insert({slot.stable.get(), slot.candidate.get()});
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
  plan->filter_closed = is_closed(HOTDESK_EXT_FILTER);
  plan->router_closed = is_closed(HOTDESK_EXT_ROUTER);
  std::vector<Component*> order;
  for (auto& [id, component] : components_) order.push_back(&component);
  std::stable_sort(order.begin(), order.end(), [](const auto* a, const auto* b) { return a->position < b->position; });
  for (Component* component : order) {
    const ReleaseRow* row = component->row_for(tenant);
    if (row == nullptr || !row->enabled) continue;
    Slot slot;
    slot.component = component->id;
    slot.stable = instance_of(*component, row->stable, tenant);
    if (!slot.stable && !row->previous.empty()) slot.stable = instance_of(*component, row->previous, tenant);
    if (!slot.stable) {
      const Version* version = component->find_version(row->stable);
      if (version == nullptr || version->package.manifest.provides_extension(HOTDESK_EXT_FILTER)) plan->filters.push_back(slot);
      if (version != nullptr && version->package.manifest.provides_extension(HOTDESK_EXT_ROUTER)) plan->routers.push_back(slot);
      continue;
    }
    if (!row->candidate.empty()) {
      slot.candidate = instance_of(*component, row->candidate, tenant);
      slot.seed = canary_seed(row->salt, tenant);
      slot.percent = static_cast<std::uint32_t>(row->percent);
    }
    add_to(plan->filters, slot, [](const Instance& one) { return one.image().filter() != nullptr; });
    add_to(plan->routers, slot, [](const Instance& one) { return one.image().router() != nullptr; });
  }
  return plan;
}

std::shared_ptr<Instance> Plugins::Core::instance_of(Component& component, const std::string& name, const Uuid& tenant) {
  Version* version = component.find_version(name);
  if (version == nullptr || version->misfits.contains(tenant)) return nullptr;
  if (const auto found = version->instances.find(tenant); found != version->instances.end()) return found->second;
  if (!version->image) {
    if (!version->problem.empty()) return nullptr;  // tried already; activate or a new scan tries again
    auto image = Image::load(version->package, services_, images_dir_, clock_.now_ms());
    if (!image) {
      ++refused_;
      version->problem = image.error().text;
      log_(LogLevel::error, "plugins", version->problem);
      note(std::nullopt, "plugin.reject", component.id, Detail().text("version", name).text("reason", version->problem));
      return nullptr;
    }
    version->image = std::move(*image);
    note(std::nullopt, "plugin.load", component.id, Detail().text("version", name));
  }
  auto made = make_instance(component, *version, *version->image, tenant);
  if (made) return version->instances[tenant] = std::move(*made);
  version->misfits[tenant] = (made.error().where.empty() ? "" : made.error().where + ": ") + made.error().text;
  log_(LogLevel::error, version->image->tag(), "cannot serve a tenant: " + version->misfits[tenant]);
  return nullptr;
}

/// Instances that no plan uses, and images that neither a plan uses nor a release names, go.
void Plugins::Core::retire_unused(const std::set<const Instance*>& used) {
  for (auto& [id, component] : components_) {
    std::set<std::string> named;
    for (const auto& [scope, row] : component.rows)
      if (row.enabled) named.insert({row.stable, row.candidate});
    for (auto& [name, version] : component.versions) {
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
  component.retired.push_back({std::move(version.image), clock_.steady_ms(), false});
}

bool Plugins::Core::tidy() {
  if (!replaced_.empty()) {
    // After this no thread can hold a snapshot that was replaced before: each has been between two tasks since.
    if (running_) quiesce_.for_each_thread([] {});
    wait_for_unmarked();
    replaced_.clear();
  }
  bool again = false;
  for (auto& [id, component] : components_) again |= sweep(component);
  return again;
}

bool Plugins::Core::sweep(Component& component) {
  std::erase_if(component.retired_instances, [](const RetiredInstance& one) {
    return one.instance.use_count() == 1 && one.instance->leases().none();
  });
  bool again = false;
  std::erase_if(component.retired, [&](RetiredImage& one) {
    if (one.image->instances == 0) {
      const std::string tag = one.image->tag();
      const std::string version = one.image->manifest().version;
      const bool gone = one.image->unload();
      if (!gone) {
        ++quarantined_;
        log_(LogLevel::error, tag, "could not be proven unmapped; its memory stays");
      }
      note(std::nullopt, gone ? "plugin.unload" : "plugin.quarantine", component.id, Detail().text("version", version));
      return true;
    }
    if (!one.quarantined && clock_.steady_ms() - one.since > options_.drain_deadline.count()) {
      one.quarantined = true;
      ++quarantined_;
      log_(LogLevel::error, one.image->tag(), "still held by calls after the drain deadline; it stays mapped until they end");
      note(std::nullopt, "plugin.quarantine", component.id, Detail().text("version", one.image->manifest().version));
    }
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
