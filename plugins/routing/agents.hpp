#pragma once
#include <cstdint>
#include <map>
#include <mutex>
#include <string>
#include <tuple>

#include "hotdesk/sdk/ids.hpp"
#include "hotdesk/sdk/router.hpp"

namespace routing {

/// Whose turn it was: the host's record of assignments, and the choices of this instance that are not in it yet. Thread: any.
class Turns {
 public:
  using When = std::tuple<std::int64_t, std::uint64_t>;
  When last(const hotdesk_agent& agent) const {
    const std::lock_guard lock(mutex_);
    const When recorded{agent.last_assigned_at, 0};
    const auto found = recent_.find(agent.id);
    return found == recent_.end() ? recorded : std::max(recorded, found->second);
  }
  /// Within one millisecond the count of choices keeps the order.
  void remember(const hotdesk_id& agent, std::int64_t now) {
    const std::lock_guard lock(mutex_);
    if (recent_.size() > 4096) recent_.clear();  // agents who left long ago; the record has the rest
    recent_[agent] = {now, ++choices_};
  }

 private:
  mutable std::mutex mutex_;
  std::map<hotdesk_id, When, hotdesk::sdk::IdBefore> recent_;
  std::uint64_t choices_ = 0;
};

}  // namespace routing
