#pragma once
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace ai_bridge {

/// What the visitor sees of what the model writes, while it writes: [n] is renumbered in the order of use (numbers without a
/// passage vanish), and the words meant for us, [[HUMAN]] and [[CONFIDENCE=0.8]], are taken out.
class AnswerText {
 public:
  explicit AnswerText(std::size_t passages) : passages_(passages) {}

  /// The text that is certain now; the beginning of what may be a mark is held back.
  std::string feed(std::string_view text);
  /// The rest.
  std::string finish();

  bool asks_for_person() const noexcept { return person_; }
  std::optional<double> confidence() const noexcept { return confidence_; }
  /// Passages by their number from 0, in the order of their first use; at most 8.
  const std::vector<std::size_t>& used() const noexcept { return used_; }

 private:
  std::string take(bool last);
  /// Bytes of the mark at `at`, 0: none, npos: it may become one. Appends what is shown instead.
  std::size_t read_mark(std::size_t at, std::string& shown);
  std::size_t read_word(std::size_t at, std::string& shown);
  std::size_t read_number(std::size_t at, std::size_t open, std::string_view close, std::string& shown);

  const std::size_t passages_;
  std::string held_;
  bool person_ = false;
  std::optional<double> confidence_;
  std::vector<std::size_t> used_;
};

}  // namespace ai_bridge
