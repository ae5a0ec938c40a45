#pragma once
#include <atomic>
#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <shared_mutex>
#include <string>
#include <vector>

namespace boost::asio {
class io_context;
}

namespace hotdesk::net {

class DeadlineWheel;

/// The event loops: one io_context and one thread each. Connections live on one loop for their whole life, so nothing on
/// a loop needs a lock against the same loop. Must outlive every Server and connector that uses it.
class Loops {
 public:
  /// Threads start at once and are named `name`0, `name`1, …
  explicit Loops(std::size_t count, std::string name = "loop");
  /// Stops and joins.
  ~Loops();
  Loops(const Loops&) = delete;
  Loops& operator=(const Loops&) = delete;

  std::size_t size() const noexcept { return loops_.size(); }
  boost::asio::io_context& io(std::size_t loop) noexcept;
  /// Runs `task` on a loop, later. Dropped once the loops were stopped. Thread: any.
  void post(std::size_t loop, std::function<void()> task);
  /// Runs `task(loop)` once on every loop and waits until all have returned: afterwards every loop has passed through a
  /// moment in which it ran nothing else (quiescent state). Never from a loop's own thread (asserted). After stop() it
  /// runs them on the caller's thread.
  void for_each_loop(const std::function<void(std::size_t)>& task);
  /// The same without waiting: `done` runs on the loop that was last. Thread: any, loops included.
  void for_each_loop(std::function<void(std::size_t)> task, std::function<void()> done);
  /// The loop whose thread this is.
  std::optional<std::size_t> current() const noexcept;
  /// The next loop, round robin, for work that belongs to none. Thread: any.
  std::size_t next() noexcept;
  /// Runs `tick` on a loop about every second until stop(); for sweeps over what lives there (sessions' heartbeats, …).
  void every_second(std::size_t loop, std::function<void()> tick);
  /// Ends the loops after what runs now, drops what is queued, joins. A second call does nothing. Never from a loop.
  void stop();
  bool stopped() const noexcept { return stopped_; }

  /// For this room: the deadlines of a loop's connections.
  DeadlineWheel& wheel(std::size_t loop) noexcept;

 private:
  struct Loop;
  std::vector<std::unique_ptr<Loop>> loops_;
  std::shared_mutex life_;
  std::atomic<bool> stopped_{false};
  std::atomic<std::size_t> turn_{0};
};

}  // namespace hotdesk::net
