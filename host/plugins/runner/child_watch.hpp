#pragma once
#include <atomic>
#include <chrono>
#include <cstdint>
#include <thread>

namespace hotdesk::plugins::runner {

/// Ends this process when plugin code stays too long: `hard_ms` of its thread's own CPU time, or ten times that by the clock
/// (a call); on the thread that made the watch (create, destroy, state) five seconds. Never ends itself.
class ChildWatch {
 public:
  explicit ChildWatch(std::uint32_t hard_ms);
  void set_limit(std::uint32_t hard_ms) noexcept { hard_ms_ = hard_ms; }

 private:
  void run();
  std::atomic<std::uint32_t> hard_ms_;
  const int main_tid_;
  std::thread thread_;
};

/// Gives the calling thread a stack of its own for signal handlers, so that one which used its stack up can still say so.
void make_signal_stack() noexcept;

}  // namespace hotdesk::plugins::runner
