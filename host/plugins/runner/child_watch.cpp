#include "plugins/runner/child_watch.hpp"

#include <pthread.h>
#include <signal.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <unordered_map>

#include "plugins/runner/process.hpp"
#include "plugins/thread_record.hpp"

namespace hotdesk::plugins::runner {
namespace {

using Steady = std::chrono::steady_clock;
constexpr std::int64_t main_limit_ms = 5000;
constexpr auto while_busy = std::chrono::milliseconds(5);
constexpr auto while_idle = std::chrono::milliseconds(50);

/// The kernel's name of another thread's CPU clock.
std::int64_t cpu_ms(int tid) noexcept {
  const auto clock = static_cast<clockid_t>(static_cast<unsigned>(~tid) << 3 | 6U);
  timespec time{};
  return clock_gettime(clock, &time) == 0 ? time.tv_sec * 1000 + time.tv_nsec / 1'000'000 : 0;
}

[[noreturn]] void end(const char* plugin, std::int64_t clock_ms, std::int64_t used_ms) noexcept {
  char line[512];
  const int size = std::snprintf(line, sizeof line, "runner: one call took %lld ms (%lld ms of CPU time), over its hard limit: %.300s\n",
                                 static_cast<long long>(clock_ms), static_cast<long long>(used_ms), plugin);
  const ssize_t ignored = write(STDERR_FILENO, line, static_cast<std::size_t>(size));
  (void)ignored;
  _exit(exit_overran);
}

}  // namespace

ChildWatch::ChildWatch(std::uint32_t hard_ms)
    : hard_ms_(hard_ms), main_tid_(static_cast<int>(syscall(SYS_gettid))), thread_([this] { run(); }) {
  thread_.detach();
}

void ChildWatch::run() {
  pthread_setname_np(pthread_self(), "runner-watch");
  struct Seen {
    std::uint64_t call = 0;
    Steady::time_point since;
    std::int64_t cpu_since = 0;
    bool inside = false;
  };
  std::unordered_map<const ThreadRecord*, Seen> seen;
  auto last_busy = Steady::now() - std::chrono::hours(1);
  for (;;) {
    const auto now = Steady::now();
    std::this_thread::sleep_for(now - last_busy < std::chrono::seconds(1) ? while_busy : while_idle);
    for (const auto* record = first_thread(); record != nullptr; record = record->next) {
      const char* plugin = record->running.load(std::memory_order_acquire);
      const auto call = record->calls.load(std::memory_order_relaxed);
      Seen& before = seen[record];
      if (call != before.call) last_busy = now;
      const int tid = record->tid.load(std::memory_order_relaxed);
      if (plugin == nullptr || call != before.call || !before.inside) {
        before = {call, now, plugin != nullptr ? cpu_ms(tid) : 0, plugin != nullptr};
        continue;
      }
      last_busy = now;
      const auto clock = std::chrono::duration_cast<std::chrono::milliseconds>(now - before.since).count();
      if (tid == main_tid_) {
        if (clock >= main_limit_ms) end(plugin, clock, cpu_ms(tid) - before.cpu_since);
        continue;
      }
      const std::int64_t hard = hard_ms_.load(std::memory_order_relaxed);
      if (clock < hard) continue;
      const auto used = cpu_ms(tid) - before.cpu_since;
      if (used >= hard || clock >= 10 * hard) end(plugin, clock, used);
    }
  }
}

void make_signal_stack() noexcept {
  constexpr std::size_t bytes = 64 * 1024;
  stack_t stack{};
  stack.ss_sp = std::malloc(bytes);
  stack.ss_size = bytes;
  if (stack.ss_sp != nullptr) sigaltstack(&stack, nullptr);
}

}  // namespace hotdesk::plugins::runner
