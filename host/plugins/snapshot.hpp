#pragma once
#include <cstdint>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "base/id.hpp"
#include "plugins/canary.hpp"
#include "plugins/instance.hpp"

namespace hotdesk::plugins {

/// One component in a tenant's chain.
struct Slot {
  std::string component;
  std::shared_ptr<Instance> stable;     ///< nullptr: no usable version, counts as a failing plugin
  std::shared_ptr<Instance> candidate;  ///< nullptr: none
  std::uint64_t seed = 0;
  std::uint32_t percent = 0;  ///< hundredths
};

/// All that a hook needs for a tenant. Immutable; shared by snapshots until something of the tenant changes.
struct Plan {
  std::vector<Slot> filters;
  std::vector<Slot> routers;
  bool filter_closed = false;  ///< what a failing filter means
  bool router_closed = false;
};

/// What is published: read by hooks without a lock, replaced whole, freed when every thread was seen outside a hook.
struct Snapshot {
  std::unordered_map<Uuid, std::shared_ptr<const Plan>> plans;

  const Plan* find(const Uuid& tenant) const noexcept {
    const auto found = plans.find(tenant);
    return found != plans.end() ? found->second.get() : nullptr;
  }
};

}  // namespace hotdesk::plugins
