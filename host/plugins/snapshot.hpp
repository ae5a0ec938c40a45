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
  bool shadow = false;        ///< the candidate is asked too, and its answer dropped
  bool sticky = false;        ///< it has state: conversations are remembered, so that they can stay when it is replaced

  /// Whether nothing needs asking but the one instance, on this thread.
  bool is_plain() const noexcept {
    return stable != nullptr && stable->lane() == Lane::inline_ && !shadow &&
           (candidate == nullptr || candidate->lane() == Lane::inline_);
  }
};

/// All that a hook needs for a tenant. Immutable; shared by snapshots until something of the tenant changes, and by calls
/// that suspend.
struct Plan {
  std::vector<Slot> chains[methods];
  bool closed[methods] = {};  ///< what a failing plugin means there

  const std::vector<Slot>& chain(Method method) const noexcept { return chains[static_cast<std::size_t>(method)]; }
  bool is_closed(Method method) const noexcept { return closed[static_cast<std::size_t>(method)]; }
};

/// What is published: read by hooks without a lock, replaced whole, freed when every thread was seen outside a hook.
struct Snapshot {
  std::unordered_map<Uuid, std::shared_ptr<const Plan>> plans;

  const std::shared_ptr<const Plan>* find(const Uuid& tenant) const noexcept {
    const auto found = plans.find(tenant);
    return found != plans.end() ? &found->second : nullptr;
  }
};

}  // namespace hotdesk::plugins
