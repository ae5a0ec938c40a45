#pragma once
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <string>

#include "hotdesk/plugin/types.h"
#include "plugins/arena.hpp"
#include "plugins/unload/hooks.hpp"

namespace hotdesk::plugins {

class HostSide;

/// What a thread is doing in the plugin room. One for each thread that ever called a hook, reused after the thread ended,
/// never freed: the loader, the watchdog and a signal handler look at records of threads that may be ending.
struct alignas(64) ThreadRecord {
  /// Odd while an unmarked thread is inside a hook: it may hold a snapshot. Marked threads leave it alone.
  std::atomic<std::uint64_t> pin{0};
  /// "id@version build", a text of the image at work; nullptr outside plugin code. The crash marker.
  std::atomic<const char*> running{nullptr};
  /// Counts this thread's calls into plugins: the generation of call handles, and what the watchdog compares.
  std::atomic<std::uint64_t> calls{0};
  std::atomic<bool> used{true};
  std::atomic<int> tid{0};
  std::atomic<int> patience{1};  ///< times the watchdog's limit: the loader thread may take longer than a hook; 0: another
                                 ///< watch is kept (pool workers)
  bool marked = false;      ///< HookThread; own thread only
  std::uint32_t index = 0;  ///< of the record
  ThreadRecord* next = nullptr;

  // The call at work; own thread only.
  HostSide* side = nullptr;  ///< whose plugin code runs here; nullptr: none, or an image's
  Arena arena;
  hotdesk_result failed_code = 0;
  std::string failed_path;
  std::string failed_text;
};

/// The calling thread's record, made at first use.
ThreadRecord& this_thread() noexcept;
/// As this_thread(), or nullptr when this thread has none yet. Async-signal-safe.
ThreadRecord* find_this_thread() noexcept;
/// The newest record; the others hang on `next`.
ThreadRecord* first_thread() noexcept;

/// Lets a hook read the published snapshot: for unmarked threads it says so, marked ones are visited (Quiesce).
class ReadGuard {
 public:
  explicit ReadGuard(ThreadRecord& record) noexcept : record_(record) {
    if (!record_.marked) record_.pin.store(record_.pin.load(std::memory_order_relaxed) + 1, std::memory_order_seq_cst);
  }
  ~ReadGuard() {
    if (record_.marked) return;
    record_.pin.store(record_.pin.load(std::memory_order_relaxed) + 1, std::memory_order_release);
    if (record_.running.load(std::memory_order_relaxed) == nullptr) unload::run_pending_detaches();
  }
  ReadGuard(const ReadGuard&) = delete;
  ReadGuard& operator=(const ReadGuard&) = delete;

 private:
  ThreadRecord& record_;
};

/// Waits until every unmarked thread that is inside a hook now has left it once.
void wait_for_unmarked() noexcept;

/// Sets the crash marker and gives the call its handle, for one call into plugin code.
class CallMark {
 public:
  CallMark(ThreadRecord& record, const char* who, HostSide* side = nullptr) noexcept
      : record_(record), before_(record.running.load(std::memory_order_relaxed)), side_before_(record.side) {
    record_.side = side;
    record_.calls.store(record_.calls.load(std::memory_order_relaxed) + 1, std::memory_order_relaxed);
    record_.running.store(who, std::memory_order_release);
  }
  ~CallMark() {
    record_.running.store(before_, std::memory_order_release);
    record_.side = side_before_;
  }
  CallMark(const CallMark&) = delete;
  CallMark& operator=(const CallMark&) = delete;
  hotdesk_call handle() const noexcept {
    return (static_cast<std::uint64_t>(record_.index + 1) << 40) |
           (record_.calls.load(std::memory_order_relaxed) & 0xFF'FFFF'FFFFULL);
  }

 private:
  ThreadRecord& record_;
  const char* before_;
  HostSide* side_before_;
};

/// The record of a call handle if the call is at work on this very thread, else nullptr.
ThreadRecord* find_call(hotdesk_call call) noexcept;

}  // namespace hotdesk::plugins
