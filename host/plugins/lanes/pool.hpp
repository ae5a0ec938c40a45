#pragma once
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include "plugins/unload/hooks.hpp"

namespace hotdesk::plugins {

/// The threads on which plugins of the pool lane run. A task that stays too long is given up and its thread written off:
/// it is left to itself (nobody can stop it), another takes its place.
class WorkerPool {
 public:
  struct Task {
    std::function<void()> run;
    std::uint32_t hard_ms = 0;       ///< of the thread's own CPU time; ten times that by the clock. 0: unwatched
    std::function<void()> overrun;   ///< called once, on the watch's thread, when it stayed longer
  };
  static constexpr std::size_t most_queued = 10'000;

  /// `between` runs on a worker between two tasks and when it was asked to (wake()).
  explicit WorkerPool(std::size_t threads, std::function<void()> between = {});
  /// Ends after what is queued; threads that were written off are left behind.
  ~WorkerPool();
  WorkerPool(const WorkerPool&) = delete;
  WorkerPool& operator=(const WorkerPool&) = delete;

  /// False: too much is queued. Thread: any.
  bool push(Task task);
  /// Makes every idle worker run `between` once.
  void wake();
  std::uint64_t written_off() const noexcept;

 private:
  struct Shared;
  struct Worker;
  void hire();
  void watch();
  static void work(std::shared_ptr<Shared> shared, std::shared_ptr<Worker> me);

  std::shared_ptr<Shared> shared_;
  const unload::DetachWaker waker_;
  std::thread watch_;
};

}  // namespace hotdesk::plugins
