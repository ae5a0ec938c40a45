#include "plugins/runner/link.hpp"

namespace hotdesk::plugins::runner {

Link::Link(SharedMemory memory, int socket)
    : memory_(std::move(memory)), writer_(memory_, Direction::to_runner), reader_(memory_, Direction::to_host), socket_(socket) {}

Link::Sent Link::send_control(std::string frame) { return socket_.queue(std::move(frame)) ? Sent::done : Sent::broken; }

Link::Sent Link::try_send(std::string frame) {
  if (!ring_ || frame.size() > RingWriter::most_frame) return send_control(std::move(frame));
  switch (writer_.put(frame)) {
    case RingWriter::Put::done: return Sent::done;
    case RingWriter::Put::full: return Sent::full;
    case RingWriter::Put::broken: break;
  }
  return Sent::broken;
}

Link::Sent Link::send(std::string frame) {
  if (!ring_ || frame.size() > RingWriter::most_frame) return send_control(std::move(frame));
  const std::lock_guard lock(mutex_);
  if (backlog_.empty()) {
    const auto put = writer_.put(frame);
    if (put == RingWriter::Put::done) return Sent::done;
    if (put == RingWriter::Put::broken) return Sent::broken;
  }
  if (backlog_bytes_ + frame.size() > FrameSocket::most_queued) return Sent::broken;  // it does not read any more
  backlog_bytes_ += frame.size();
  backlog_.push_back(std::move(frame));
  waiting_.store(true, std::memory_order_release);
  return Sent::done;
}

Link::Sent Link::flush() {
  if (!socket_.flush()) return Sent::broken;
  const std::lock_guard lock(mutex_);
  while (!backlog_.empty()) {
    const auto put = writer_.put(backlog_.front());
    if (put == RingWriter::Put::broken) return Sent::broken;
    if (put == RingWriter::Put::full) return Sent::full;
    backlog_bytes_ -= backlog_.front().size();
    backlog_.pop_front();
  }
  waiting_.store(false, std::memory_order_release);
  return Sent::done;
}

}  // namespace hotdesk::plugins::runner
