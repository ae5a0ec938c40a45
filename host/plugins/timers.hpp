#pragma once
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <map>
#include <mutex>
#include <thread>

#include "hotdesk/plugin/timer.h"
#include "plugins/unload/hooks.hpp"

namespace hotdesk::plugins {

/// The plugins' timers, one thread for all, started with the first timer. Thread: any.
class Timers {
 public:
  Timers() = default;
  ~Timers();
  Timers(const Timers&) = delete;
  Timers& operator=(const Timers&) = delete;

  /// `owner` tells whose it is; `who` is the crash marker and must live as long as the owner.
  hotdesk_result start(const void* owner, const char* who, std::uint64_t delay_ms, std::uint64_t period_ms, void* user,
                       void (*fire)(void*), std::uint64_t& timer);
  hotdesk_result cancel(const void* owner, std::uint64_t timer);
  /// Ends all of an owner's timers; when it returns none of them is at work.
  void drop(const void* owner);

 private:
  using Steady = std::chrono::steady_clock;
  struct Timer {
    const void* owner;
    const char* who;
    std::chrono::milliseconds period;
    void* user;
    void (*fire)(void*);
    std::uint64_t id;
  };
  void run();

  static constexpr std::size_t most = 64;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::multimap<Steady::time_point, Timer> queue_;
  std::uint64_t last_ = 0;
  const void* at_work_ = nullptr;  ///< the owner whose timer fires right now
  std::uint64_t at_work_id_ = 0;
  bool again_ = false;             ///< whether the one at work is put back
  bool stopping_ = false;
  std::thread thread_;
  const unload::DetachWaker waker_{[this] {
    const std::lock_guard lock(mutex_);
    changed_.notify_all();
  }};
};

}  // namespace hotdesk::plugins
