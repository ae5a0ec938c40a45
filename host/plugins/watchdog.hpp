#pragma once
#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <string>
#include <thread>

namespace hotdesk::plugins {

/// Ends the process when a thread stays in one call into a plugin for longer than the limit: an event loop that hangs
/// serves nobody, and the supervisor starts a new one. It counts its own rounds, not the clock, so a process that was
/// stopped or a machine that slept is not a hang.
class Watchdog {
 public:
  /// `bite(marker, tid)`: what to do; by default a line in the crash journal and abort().
  using Bite = std::function<void(const char* plugin, int tid)>;
  explicit Watchdog(std::chrono::milliseconds limit, Bite bite = {});
  ~Watchdog();
  Watchdog(const Watchdog&) = delete;
  Watchdog& operator=(const Watchdog&) = delete;

 private:
  void run();
  static constexpr int rounds = 8;  ///< in which a call must be seen to last
  const std::chrono::milliseconds limit_;
  const Bite bite_;
  std::mutex mutex_;
  std::condition_variable stop_;
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace hotdesk::plugins
