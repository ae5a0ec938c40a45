#pragma once
#include <cstdint>
#include <functional>
#include <memory>
#include <vector>

#include "base/clock.hpp"
#include "base/id.hpp"

namespace hotdesk::cluster {

/// Who has a live socket. Going offline is told only after a grace, so a reconnect is no absence. Thread: any.
class Presence {
 public:
  struct Edge {
    Uuid tenant;
    Uuid user;
    bool online = false;
  };
  using Told = std::function<void(const Edge&)>;

  virtual ~Presence() = default;
  /// One socket more or less of this user.
  virtual void connected(const Uuid& tenant, const Uuid& user) = 0;
  virtual void disconnected(const Uuid& tenant, const Uuid& user) = 0;
  /// Online: a live socket, or one that ended less than the grace ago.
  virtual bool is_online(const Uuid& tenant, const Uuid& user) const = 0;
  /// Called for each edge: online at once, offline from tick() once the grace is over. Set once, before use.
  virtual void on_edge(Told told) = 0;
  /// Ends the graces that are over; to be called about once a second.
  virtual void tick() = 0;
};

std::unique_ptr<Presence> make_memory_presence(const Clock& clock, std::int64_t grace_ms = 15'000);

}  // namespace hotdesk::cluster
