#pragma once
#include <condition_variable>
#include <deque>
#include <map>
#include <mutex>
#include <thread>
#include <unordered_map>

#include "plugins/calls/call.hpp"

namespace hotdesk::plugins {

/// What is behind CallTable: the calls under way by handle, and one thread that gives up those whose time is over.
struct CallTable::Inner {
  Inner();
  /// A handle for a call that begins; also watched from now on.
  hotdesk_call add(const std::shared_ptr<Call>& call);
  void remove(hotdesk_call call);
  std::shared_ptr<Call> find(hotdesk_call call) const;
  void run();
  void post(std::function<void()> task);
  void run_tasks();

  mutable std::mutex mutex;
  std::condition_variable changed;
  using Deadlines = std::multimap<std::chrono::steady_clock::time_point, hotdesk_call>;
  struct Entry {
    std::shared_ptr<Call> call;
    Deadlines::iterator deadline;
  };
  std::unordered_map<hotdesk_call, Entry> calls;
  Deadlines deadlines;
  std::chrono::steady_clock::time_point wakes_at = std::chrono::steady_clock::time_point::max();  ///< the deadline thread
  std::uint64_t last = 0;
  std::thread thread;  ///< started with the first call, never ended
  std::mutex task_mutex;
  std::condition_variable tasks_changed;
  std::deque<std::function<void()>> tasks;
  std::thread task_thread;
};

/// One more handle that was stale or foreign.
void count_gone_call() noexcept;

}  // namespace hotdesk::plugins
