#pragma once
#include <atomic>
#include <deque>
#include <mutex>
#include <string>

#include "plugins/runner/ring.hpp"
#include "plugins/runner/socket.hpp"

namespace hotdesk::plugins::runner {

/// The host's end of what connects it with one runner: the ring where both sides have it and the frame fits, else the
/// socket. Never waits. Thread: any.
class Link {
 public:
  Link(SharedMemory memory, int socket);

  /// The other side reads the ring: from now on it is used.
  void use_ring() noexcept { ring_ = true; }
  bool uses_ring() const noexcept { return ring_; }

  enum class Sent : std::uint8_t { done, full, broken };
  /// For what may be refused: an ask.
  Sent try_send(std::string frame);
  /// For what must arrive, in this order: kept when there is no room, and sent by flush().
  Sent send(std::string frame);
  /// Over the socket whatever there is: what is for the runner's first thread, not for its workers.
  Sent send_control(std::string frame);
  Sent flush();
  /// Whether flush() has something to do.
  bool waits() const noexcept { return waiting_.load(std::memory_order_acquire) || socket_.has_queued(); }

  RingReader& reader() noexcept { return reader_; }
  FrameSocket& socket() noexcept { return socket_; }
  const SharedMemory& memory() const noexcept { return memory_; }

 private:
  SharedMemory memory_;
  RingWriter writer_;
  RingReader reader_;
  FrameSocket socket_;
  std::atomic<bool> ring_{false};
  std::atomic<bool> waiting_{false};
  std::mutex mutex_;
  std::deque<std::string> backlog_;
  std::size_t backlog_bytes_ = 0;
};

}  // namespace hotdesk::plugins::runner
