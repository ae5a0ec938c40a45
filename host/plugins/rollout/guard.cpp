#include "plugins/rollout/guard.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

namespace hotdesk::plugins {

Guard::Entry& Guard::at(const Uuid& tenant, const std::string& component, const std::string& version) {
  Entry& entry = entries_.try_emplace(Key{component, version, tenant}, Entry{Breaker(limits_), true}).first->second;
  entry.watched = true;
  return entry;
}

Guard::Seen Guard::look(const Uuid& tenant, const std::string& component, const BreakerLook& now) {
  Breaker& breaker = at(tenant, component, now.version).breaker;
  const BreakerState before = breaker.state();
  Seen seen{breaker.look(now), false};
  seen.changed = breaker.state() != before;
  return seen;
}

Guard::Seen Guard::trip(const Uuid& tenant, const std::string& component, std::string rule, std::string reason, const BreakerLook& now) {
  Seen seen{at(tenant, component, now.version).breaker.trip(std::move(rule), std::move(reason), now), false};
  seen.changed = seen.trip.has_value();
  return seen;
}

const Breaker* Guard::find(const Uuid& tenant, const std::string& component, const std::string& version) const {
  const auto found = entries_.find(Key{component, version, tenant});
  return found != entries_.end() ? &found->second.breaker : nullptr;
}

BreakerState Guard::state(const Uuid& tenant, const std::string& component, const std::string& version) const {
  const Breaker* breaker = find(tenant, component, version);
  return breaker != nullptr ? breaker->state() : BreakerState::closed;
}

std::size_t Guard::tripped(const std::string& component, const std::string& version, const std::set<Uuid>& tenants) const {
  return static_cast<std::size_t>(std::count_if(tenants.begin(), tenants.end(), [&](const Uuid& tenant) {
    return state(tenant, component, version) != BreakerState::closed;
  }));
}

void Guard::reset(const std::string& component, const std::string& version, const std::set<Uuid>* tenants) {
  for (auto& [key, entry] : entries_)
    if (key.component == component && key.version == version && (tenants == nullptr || tenants->contains(key.tenant))) entry.breaker.reset();
}

void Guard::retry(const std::string& component, const std::string& version, const std::set<Uuid>& tenants) {
  for (const Uuid& tenant : tenants)
    if (const auto found = entries_.find(Key{component, version, tenant}); found != entries_.end()) found->second.breaker.retry();
}

void Guard::forget_unwatched() {
  for (auto one = entries_.begin(); one != entries_.end();) {
    const bool idle = !std::exchange(one->second.watched, false);
    one = idle && one->second.breaker.trips() == 0 ? entries_.erase(one) : std::next(one);
  }
}

Consequence consequence_of(const Trip& trip, Watched role, std::size_t governed, std::size_t tripped, const BreakerLimits& limits) noexcept {
  if (role == Watched::alone) return {};  // there is nothing to go back to, and a mark would keep it out for good
  Consequence out;
  out.mark = trip.trips >= limits.trips_to_mark;
  out.roll_back = out.mark || tripped >= std::min(governed, limits.tenants_to_roll_back);
  return out;
}

}  // namespace hotdesk::plugins
