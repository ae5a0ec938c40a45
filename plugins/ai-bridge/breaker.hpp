#pragma once
#include <cstdint>
#include <mutex>

namespace ai_bridge {

/// Keeps a service that fails from being asked: after `most` failures in a row it is left alone for `pause_ms`, then one
/// question tries it. Times are the host's steady milliseconds. Thread: any.
class Breaker {
 public:
  Breaker(int most, std::int64_t pause_ms) : most_(most), pause_ms_(pause_ms) {}

  bool allows(std::int64_t now) {
    const std::lock_guard lock(mutex_);
    if (failures_ < most_) return true;
    if (now < open_until_) return false;
    open_until_ = now + pause_ms_;  // one tries; if nothing is heard of it, the next after another pause
    return true;
  }
  void record(bool ok, std::int64_t now) {
    const std::lock_guard lock(mutex_);
    failures_ = ok ? 0 : failures_ < most_ ? failures_ + 1 : most_;
    if (failures_ == most_) open_until_ = now + pause_ms_;
  }
  bool is_open() const {
    const std::lock_guard lock(mutex_);
    return failures_ >= most_;
  }

 private:
  mutable std::mutex mutex_;
  const int most_;
  const std::int64_t pause_ms_;
  int failures_ = 0;
  std::int64_t open_until_ = 0;
};

}  // namespace ai_bridge
