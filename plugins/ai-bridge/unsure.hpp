#pragma once
#include <cstdint>
#include <map>
#include <mutex>

#include "hotdesk/sdk/ids.hpp"

namespace ai_bridge {

/// How many unsure answers in a row a conversation has had. Forgets when it holds too many; then a count begins anew.
class UnsureTurns {
 public:
  std::uint32_t add(const hotdesk_id& conversation) {
    const std::lock_guard lock(mutex_);
    if (counts_.size() >= most) counts_.clear();
    return ++counts_[conversation];
  }
  void clear(const hotdesk_id& conversation) {
    const std::lock_guard lock(mutex_);
    counts_.erase(conversation);
  }

 private:
  static constexpr std::size_t most = 10'000;
  std::mutex mutex_;
  std::map<hotdesk_id, std::uint32_t, hotdesk::sdk::IdBefore> counts_;
};

}  // namespace ai_bridge
