#pragma once
#include <functional>
#include <mutex>
#include <string>
#include <unordered_map>

#include "cluster/presence.hpp"
#include "delivery/delivery.hpp"

namespace hotdesk::delivery {

/// Tells presence edges to those who care: an agent's to the department, a visitor's to the assignee (or, while nobody has
/// the conversation, the department). Best effort, like every ephemeral frame.
class Announcer {
 public:
  /// Called for each staff edge: routing wants to know.
  using StaffEdge = std::function<void(const Uuid& tenant)>;
  Announcer(Delivery& delivery, const Services& services, StaffEdge staff_edge);

  void edge(const cluster::Presence::Edge& edge);
  /// Agents and visitors online now, for counters.
  struct Counts {
    std::int64_t staff = 0;
    std::int64_t visitors = 0;
  };
  Counts count(const Uuid& tenant) const;

 private:
  struct Known {
    Uuid tenant;
    tenants::Role role = tenants::Role::visitor;
    std::vector<Uuid> departments;
    std::optional<Uuid> conversation;
    std::string state;
  };
  void tell(const Uuid& user, const Known& known, bool online);

  Delivery& delivery_;
  const Services& services_;
  StaffEdge staff_edge_;
  mutable std::mutex mutex_;
  std::unordered_map<Uuid, Known> known_;
};

}  // namespace hotdesk::delivery
