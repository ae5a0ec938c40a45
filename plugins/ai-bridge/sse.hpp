#pragma once
#include <cstddef>
#include <string>
#include <string_view>
#include <utility>

namespace ai_bridge {

/// Server-sent events out of pieces that end anywhere, also inside a line or a character (WHATWG HTML, 9.2.6, data alone).
/// Bounded: an event of more than `most` bytes is a fault, and nothing is taken afterwards.
class SseParser {
 public:
  explicit SseParser(std::size_t most = 256 * 1024) : most_(most) {}

  /// Calls `event(std::string_view data)` for each event that is whole.
  template <class Event>
  void feed(std::string_view piece, const Event& event) {
    for (const char c : piece) {
      if (failed_) return;
      if (after_return_ && c == '\n') {  // CR LF is one end of a line
        after_return_ = false;
        continue;
      }
      after_return_ = c == '\r';
      if (c == '\r' || c == '\n') end_line(event);
      else if (line_.size() + data_.size() >= most_) failed_ = true;
      else line_ += c;
    }
  }
  /// The stream has ended: an event without its empty line counts too; some servers forget it.
  template <class Event>
  void finish(const Event& event) {
    if (failed_) return;
    if (!line_.empty()) end_line(event);
    if (any_) end_line(event);
  }
  bool failed() const noexcept { return failed_; }

 private:
  template <class Event>
  void end_line(const Event& event) {
    std::string_view line = line_;
    if (first_line_ && line.substr(0, 3) == "\xEF\xBB\xBF") line.remove_prefix(3);
    first_line_ = false;
    if (line.empty()) {
      if (any_) {
        const std::string whole = std::move(data_);
        data_.clear();
        any_ = false;
        line_.clear();
        event(std::string_view(whole));
      }
    } else if (line.substr(0, 5) == "data:") {
      line.remove_prefix(5);
      if (!line.empty() && line.front() == ' ') line.remove_prefix(1);
      if (any_) data_ += '\n';
      data_ += line;
      any_ = true;
    }
    line_.clear();
  }

  const std::size_t most_;
  std::string line_;
  std::string data_;
  bool any_ = false;
  bool after_return_ = false;
  bool first_line_ = true;
  bool failed_ = false;
};

}  // namespace ai_bridge
