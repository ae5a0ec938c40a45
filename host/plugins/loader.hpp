#pragma once
#include <chrono>
#include <condition_variable>
#include <deque>
#include <functional>
#include <future>
#include <mutex>
#include <thread>
#include <type_traits>
#include <utility>

#include "plugins/unload/hooks.hpp"

namespace hotdesk::plugins {

/// The one thread that loads, makes, destroys and unloads: dlopen serializes anyway, and nothing waits for it but those
/// who asked. Between two tasks it tidies up what earlier ones replaced.
class Loader {
 public:
  /// `tidy` runs after each task and says whether it wants to run again soon; `tick` runs every `period` (0: never).
  explicit Loader(std::function<bool()> tidy, std::function<void()> tick = {}, std::chrono::milliseconds period = {});
  /// Ends after what is queued.
  ~Loader();
  Loader(const Loader&) = delete;
  Loader& operator=(const Loader&) = delete;

  void post(std::function<void()> task);

  /// Runs `work` there and waits for what it returns. On the loader thread itself: at once.
  template <class Work>
  auto run(Work&& work) -> std::invoke_result_t<Work&> {
    if (std::this_thread::get_id() == thread_.get_id()) return work();
    std::promise<std::invoke_result_t<Work&>> promise;
    auto future = promise.get_future();
    post([&] {
      try {
        if constexpr (std::is_void_v<std::invoke_result_t<Work&>>) {
          work();
          promise.set_value();
        } else {
          promise.set_value(work());
        }
      } catch (...) {
        promise.set_exception(std::current_exception());
      }
    });
    // A thread that waits here may have something of a plugin that the loader is about to unload.
    while (future.wait_for(std::chrono::milliseconds(5)) != std::future_status::ready) unload::run_pending_detaches();
    return future.get();
  }

 private:
  void loop();

  std::function<bool()> tidy_;
  std::function<void()> tick_;
  const std::chrono::milliseconds period_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<std::function<void()>> tasks_;
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace hotdesk::plugins
