#pragma once
#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>

#include "base/result.hpp"

namespace hotdesk::plugins {

/// Writes that nobody waits for (keys, pins), in order, on a thread of its own. A write that the store cannot take is
/// tried again a few times, then reported and dropped.
class StoreWorker {
 public:
  using Write = std::function<Result<>()>;
  explicit StoreWorker(std::function<void(const Error&)> report);
  /// Finishes what is queued.
  ~StoreWorker();
  StoreWorker(const StoreWorker&) = delete;
  StoreWorker& operator=(const StoreWorker&) = delete;

  /// False when too much is queued already. Thread: any; never blocks long.
  bool push(Write write);
  /// Waits until all that was pushed before has been tried.
  void flush();

 private:
  void run();
  void carry_out(const Write& write);

  static constexpr std::size_t most = 10'000;
  std::function<void(const Error&)> report_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<Write> queue_;
  bool busy_ = false;
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace hotdesk::plugins
