#pragma once
#include <deque>
#include <functional>
#include <mutex>
#include <string>
#include <string_view>

#include "plugins/runner/wire.hpp"

namespace hotdesk::plugins::runner {

/// One end of the control socket: whole frames over a stream. Owns the descriptor.
class FrameSocket {
 public:
  enum class Got : std::uint8_t { frame, nothing, closed, broken };
  explicit FrameSocket(int fd) : fd_(fd) {}
  ~FrameSocket();
  FrameSocket(const FrameSocket&) = delete;
  FrameSocket& operator=(const FrameSocket&) = delete;
  int fd() const noexcept { return fd_; }

  /// Waits until all of it is sent. False: the other side is gone. Thread: any.
  bool send(std::string_view frame);
  /// The next frame; with `wait` blocks for it, else `nothing`. Thread: one.
  Got receive(Frame& frame, bool wait);

  /// Sends what goes now and keeps the rest, which flush() sends. False: more than `most_queued` would wait. Thread: any.
  bool queue(std::string frame);
  /// False: the other side is gone.
  bool flush();
  bool has_queued() const;
  /// Nothing is sent or received any more; a blocked receive() ends.
  void shut() noexcept;

  static constexpr std::size_t most_queued = 40 * 1024 * 1024;

 private:
  bool flush_locked();
  const int fd_;
  std::string in_;  ///< received, not yet taken
  std::size_t taken_ = 0;
  mutable std::mutex mutex_;
  std::deque<std::string> out_;
  std::size_t out_bytes_ = 0;
  std::size_t sent_ = 0;  ///< of the first of them
};

}  // namespace hotdesk::plugins::runner
