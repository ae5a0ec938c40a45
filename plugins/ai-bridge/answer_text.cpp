#include "answer_text.hpp"

#include <algorithm>
#include <charconv>

#include "text.hpp"

namespace ai_bridge {
namespace {

constexpr std::size_t longest_word = 48;
constexpr std::size_t most_used = 8;
constexpr std::string_view wide_open = "【";
constexpr std::string_view wide_close = "】";

}  // namespace

std::string AnswerText::feed(std::string_view text) {
  held_ += text;
  return take(false);
}

std::string AnswerText::finish() { return take(true); }

std::string AnswerText::take(bool last) {
  std::string shown;
  std::size_t i = 0;
  while (i < held_.size()) {
    const std::size_t length = read_mark(i, shown);
    if (length == std::string::npos && !last) break;
    if (length != 0 && length != std::string::npos) i += length;
    else shown += held_[i++];
  }
  held_.erase(0, i);
  return shown;
}

std::size_t AnswerText::read_mark(std::size_t at, std::string& shown) {
  const std::string_view rest = std::string_view(held_).substr(at);
  if (rest.front() == '[') {
    if (rest.size() == 1) return std::string::npos;
    return rest[1] == '[' ? read_word(at, shown) : read_number(at, 1, "]", shown);
  }
  if (rest.substr(0, wide_open.size()) == wide_open) return read_number(at, wide_open.size(), wide_close, shown);
  return 0;
}

std::size_t AnswerText::read_word(std::size_t at, std::string&) {
  const std::string_view rest = std::string_view(held_).substr(at);
  const auto end = rest.find("]]", 2);
  if (end == rest.npos) return rest.size() < longest_word ? std::string::npos : 0;
  if (end > longest_word) return 0;
  std::string word = fold(rest.substr(2, end - 2));
  word.erase(std::remove(word.begin(), word.end(), ' '), word.end());
  const std::string_view name = "confidence";
  if (word == "human") {
    person_ = true;
  } else if (word.compare(0, name.size(), name) == 0) {
    double value = -1;
    const char* from = word.data() + std::min(name.size() + 1, word.size());
    if (std::from_chars(from, word.data() + word.size(), value).ec == std::errc() && value >= 0)
      confidence_ = std::min(value > 1 ? value / 100 : value, 1.0);
  } else {
    return 0;
  }
  return end + 2;
}

std::size_t AnswerText::read_number(std::size_t at, std::size_t open, std::string_view close, std::string& shown) {
  const std::string_view rest = std::string_view(held_).substr(at + open);
  std::size_t digits = 0;
  std::size_t number = 0;
  while (digits < rest.size() && digits < 3 && rest[digits] >= '0' && rest[digits] <= '9') {
    number = number * 10 + static_cast<std::size_t>(rest[digits] - '0');
    ++digits;
  }
  const auto tail = rest.substr(digits, close.size());
  if (digits == 3) return 0;
  if (tail.size() < close.size() && close.substr(0, tail.size()) == tail) return std::string::npos;
  if (digits == 0 || tail != close) return 0;
  const std::size_t whole = open + digits + close.size();
  if (passages_ == 0) return 0;  // nothing was offered: it is the model's own bracket
  if (number == 0 || number > passages_) return whole;
  auto found = std::find(used_.begin(), used_.end(), number - 1);
  if (found == used_.end()) {
    if (used_.size() == most_used) return whole;
    found = used_.insert(used_.end(), number - 1);
  }
  shown += '[' + std::to_string(found - used_.begin() + 1) + ']';
  return whole;
}

}  // namespace ai_bridge
