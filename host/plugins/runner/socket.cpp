#include "plugins/runner/socket.hpp"

#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>

namespace hotdesk::plugins::runner {

FrameSocket::~FrameSocket() {
  if (fd_ >= 0) close(fd_);
}

bool FrameSocket::send(std::string_view frame) {
  const std::lock_guard lock(mutex_);
  while (!frame.empty()) {
    const ssize_t put = ::send(fd_, frame.data(), frame.size(), MSG_NOSIGNAL);
    if (put < 0 && errno == EINTR) continue;
    if (put <= 0) return false;
    frame.remove_prefix(static_cast<std::size_t>(put));
  }
  return true;
}

FrameSocket::Got FrameSocket::receive(Frame& frame, bool wait) {
  for (;;) {
    const std::string_view rest = std::string_view(in_).substr(taken_);
    if (rest.size() >= header_bytes) {
      const auto header = read_header(rest);
      if (!header) return Got::broken;
      if (rest.size() >= header_bytes + header->size) {
        frame.header = *header;
        frame.payload = rest.substr(header_bytes, header->size);
        taken_ += header_bytes + header->size;
        if (taken_ == in_.size() || taken_ > 1024 * 1024) {
          in_.erase(0, taken_);
          taken_ = 0;
        }
        return Got::frame;
      }
    }
    char buffer[65536];
    const ssize_t got = recv(fd_, buffer, sizeof buffer, wait ? 0 : MSG_DONTWAIT);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) return Got::nothing;
    if (got <= 0) return Got::closed;
    in_.append(buffer, static_cast<std::size_t>(got));
  }
}

bool FrameSocket::queue(std::string frame) {
  const std::lock_guard lock(mutex_);
  if (out_bytes_ + frame.size() > most_queued) return false;
  out_bytes_ += frame.size();
  out_.push_back(std::move(frame));
  return flush_locked();
}

bool FrameSocket::flush() {
  const std::lock_guard lock(mutex_);
  return flush_locked();
}

bool FrameSocket::flush_locked() {
  while (!out_.empty()) {
    const std::string& first = out_.front();
    const ssize_t put = ::send(fd_, first.data() + sent_, first.size() - sent_, MSG_NOSIGNAL | MSG_DONTWAIT);
    if (put < 0 && errno == EINTR) continue;
    if (put < 0) return errno == EAGAIN || errno == EWOULDBLOCK;
    sent_ += static_cast<std::size_t>(put);
    if (sent_ < first.size()) continue;
    out_bytes_ -= first.size();
    out_.pop_front();
    sent_ = 0;
  }
  return true;
}

bool FrameSocket::has_queued() const {
  const std::lock_guard lock(mutex_);
  return !out_.empty();
}

void FrameSocket::shut() noexcept { shutdown(fd_, SHUT_RDWR); }

}  // namespace hotdesk::plugins::runner
