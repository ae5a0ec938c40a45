#include "plugins/watchdog.hpp"

#include <cstdlib>
#include <unordered_map>
#include <utility>

#include "plugins/crash_journal.hpp"
#include "plugins/thread_record.hpp"

namespace hotdesk::plugins {
namespace {

void abort_host(const char* plugin, int tid) {
  write_crash("a call did not return in time", plugin, tid);
  std::abort();
}

}  // namespace

Watchdog::Watchdog(std::chrono::milliseconds limit, Bite bite)
    : limit_(limit), bite_(bite ? std::move(bite) : Bite(&abort_host)), thread_([this] { run(); }) {}

Watchdog::~Watchdog() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  stop_.notify_all();
  thread_.join();
}

void Watchdog::run() {
  struct Seen {
    std::uint64_t call = 0;
    int times = 0;
  };
  std::unordered_map<const ThreadRecord*, Seen> seen;
  std::unique_lock lock(mutex_);
  while (!stop_.wait_for(lock, limit_ / rounds, [this] { return stopping_; })) {
    for (const auto* record = first_thread(); record != nullptr; record = record->next) {
      const auto call = record->calls.load(std::memory_order_relaxed);
      const char* plugin = record->running.load(std::memory_order_acquire);
      Seen& before = seen[record];
      const int patience = record->patience.load(std::memory_order_relaxed);
      if (plugin == nullptr || patience == 0 || call != before.call) {
        before = {call, 0};
        continue;
      }
      if (++before.times < rounds * patience) continue;
      // The marker is a text of an image, and the image cannot go while a call is in it.
      bite_(plugin, record->tid.load(std::memory_order_relaxed));
      before.times = 0;
    }
  }
}

}  // namespace hotdesk::plugins
