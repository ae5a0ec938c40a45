#pragma once
#include <compare>
#include <map>
#include <optional>
#include <set>
#include <string>

#include "base/id.hpp"
#include "plugins/rollout/breaker.hpp"

namespace hotdesk::plugins {

/// The breakers of all tenants and versions on this host. Loader thread.
class Guard {
 public:
  explicit Guard(BreakerLimits limits) : limits_(limits) {}
  Guard(const Guard&) = delete;
  Guard& operator=(const Guard&) = delete;

  struct Seen {
    std::optional<Trip> trip;
    bool changed = false;  ///< the state is another one: a new snapshot is due
  };
  /// Shows the breaker of (tenant, component, look.version) the present counters; made at the first look.
  Seen look(const Uuid& tenant, const std::string& component, const BreakerLook& now);
  Seen trip(const Uuid& tenant, const std::string& component, std::string rule, std::string reason, const BreakerLook& now);

  BreakerState state(const Uuid& tenant, const std::string& component, const std::string& version) const;
  /// nullptr: nothing was watched.
  const Breaker* find(const Uuid& tenant, const std::string& component, const std::string& version) const;
  /// How many of these tenants have it open or half-open.
  std::size_t tripped(const std::string& component, const std::string& version, const std::set<Uuid>& tenants) const;
  /// Somebody gave the version another chance: of one component and version, for all tenants or for some.
  void reset(const std::string& component, const std::string& version, const std::set<Uuid>* tenants = nullptr);
  /// The version is put to work again for these tenants; its trips are remembered.
  void retry(const std::string& component, const std::string& version, const std::set<Uuid>& tenants);
  /// Drops breakers that were not shown anything since the last call and have nothing to tell.
  void forget_unwatched();

  const BreakerLimits& limits() const noexcept { return limits_; }

 private:
  struct Key {
    std::string component;
    std::string version;
    Uuid tenant;
    friend auto operator<=>(const Key&, const Key&) = default;
  };
  struct Entry {
    Breaker breaker;
    bool watched = true;
  };
  Entry& at(const Uuid& tenant, const std::string& component, const std::string& version);

  const BreakerLimits limits_;
  std::map<Key, Entry> entries_;
};

/// What a trip means for the release that put the version there. `governed`: tenants that the release decides for,
/// `tripped`: those of them whose breaker is open or half-open, this one included.
struct Consequence {
  bool roll_back = false;  ///< for all of the release's tenants
  bool mark = false;       ///< the version is bad on this host
};
Consequence consequence_of(const Trip& trip, Watched role, std::size_t governed, std::size_t tripped, const BreakerLimits& limits) noexcept;

}  // namespace hotdesk::plugins
