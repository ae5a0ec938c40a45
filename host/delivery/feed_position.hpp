#pragma once
#include <cstdint>

namespace hotdesk::delivery {

/// Where one socket stands in one feed: the server's half of PROTOCOL "Catching up". Pure; the session acts on the answers.
///   pulling: entries are being read from the log; live ones are held
///   live:    each entry follows the one sent before
///   lagging: nothing is pushed; the client pages and a page without `more` makes it live again
class FeedPosition {
 public:
  enum class Mode : std::uint8_t { pulling, live, lagging };
  enum class Step : std::uint8_t { push, drop, hold, pull };

  explicit FeedPosition(std::int64_t sent = 0) : sent_(sent), head_(sent) {}

  /// A committed entry arrives. `push`: send it now, sent() has moved. `pull`: there is a gap, mode is now pulling.
  Step offer(std::int64_t cur, std::int64_t prev) noexcept {
    if (cur > head_) head_ = cur;
    if (cur <= sent_) return Step::drop;
    if (mode_ == Mode::pulling) return Step::hold;
    if (mode_ == Mode::lagging) return Step::drop;
    if (prev != sent_) {
      mode_ = Mode::pulling;
      return Step::pull;
    }
    sent_ = cur;
    return Step::push;
  }

  /// An entry read from the log, ascending, is sent unless it was already. @return whether to send it.
  bool replay(std::int64_t cur) noexcept {
    if (cur > head_) head_ = cur;
    if (cur <= sent_) return false;
    sent_ = cur;
    return true;
  }

  /// The head is at least this (a sweep, a heartbeat). @return whether a pull must start now; the mode is then pulling.
  bool note_head(std::int64_t head) noexcept {
    if (head > head_) head_ = head;
    if (mode_ != Mode::live || head_ <= sent_) return false;
    mode_ = Mode::pulling;
    return true;
  }

  void lag() noexcept { mode_ = Mode::lagging; }
  void start_pull() noexcept { mode_ = Mode::pulling; }
  /// The log has been read to its end. @return false when more was committed meanwhile: pull again.
  bool go_live() noexcept {
    if (head_ > sent_) return false;
    mode_ = Mode::live;
    return true;
  }
  /// The client paged up to `cur` by itself.
  void paged_to(std::int64_t cur) noexcept {
    if (cur > sent_) sent_ = cur;
    if (sent_ > head_) head_ = sent_;
  }

  Mode mode() const noexcept { return mode_; }
  std::int64_t sent() const noexcept { return sent_; }
  std::int64_t head() const noexcept { return head_; }

 private:
  std::int64_t sent_ = 0;
  std::int64_t head_ = 0;
  Mode mode_ = Mode::pulling;
};

}  // namespace hotdesk::delivery
