#pragma once
#include <atomic>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <unordered_map>

#include "plugins/runner/ring.hpp"
#include "plugins/runner/socket.hpp"

namespace hotdesk::plugins::runner {

/// The runner's end of its connection with the host: frames out, work in, and answers to what it asks the host. A thread
/// that waits for an answer reads the ring meanwhile and leaves work for others, so all of them may wait at once.
/// Thread: any, unless said.
class Mailbox {
 public:
  using Task = std::function<void()>;
  Mailbox(SharedMemory memory, int socket);

  /// Waits where there is no room.
  void send(std::string frame);
  /// Takes one piece of work: a frame (asks and cancels alone) or a task. False: neither, look again.
  bool next(Frame& frame, Task& task);
  /// For a worker to run. Doesn't wait.
  void post(Task task);

  std::uint64_t number() noexcept { return ++last_; }
  /// Asks the host and waits for the answer. Takes what `number()` gave as the frame's call.
  Frame request(std::uint64_t number, std::string frame);
  /// Asks the host; `answer` is called for each answer, in order, until it says that that was the last. It must not block.
  void request(std::uint64_t number, std::string frame, std::function<bool(const Frame&)> answer);

  /// The socket thread: what else came over the socket; results and work are passed on. False: the host is gone.
  bool receive(Frame& frame);

 private:
  /// Whether it was an answer to a request.
  bool deliver(Frame& frame);
  struct Waiting {
    bool answered = false;
    Frame answer;
  };

  struct Stream;

  const SharedMemory memory_;
  RingWriter writer_;
  RingReader reader_;
  FrameSocket socket_;
  std::atomic<std::uint64_t> last_{0};
  std::mutex mutex_;
  std::deque<Task> tasks_;
  std::deque<Frame> frames_;
  std::unordered_map<std::uint64_t, Waiting*> waiting_;
  std::unordered_map<std::uint64_t, std::shared_ptr<Stream>> streams_;
};

}  // namespace hotdesk::plugins::runner
