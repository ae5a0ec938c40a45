#pragma once
#include <cstdint>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "text.hpp"

namespace filtering {

/// The stricter one is the greater one.
enum class Action : std::uint8_t { report, mask, refuse };

/// Many words found in one pass over a text (Aho and Corasick, 1975), whatever their number. Immutable once sealed.
class WordSet {
 public:
  /// An empty word is ignored; equal words keep the stricter action.
  void add(const std::vector<char32_t>& word, Action action);
  /// Once, after the last add().
  void seal();
  bool empty() const noexcept { return nodes_.size() == 1; }

  struct Hit {
    std::size_t begin;  ///< index into `text`
    std::size_t end;
    Action action;
  };
  /// Calls `each` for every occurrence, also overlapping ones.
  template <class Each>
  void find(const std::vector<char32_t>& text, const Each& each) const {
    std::uint32_t node = 0;
    for (std::size_t i = 0; i < text.size(); ++i) {
      node = next(node, text[i]);
      for (std::uint32_t hit = nodes_[node].length != 0 ? node : nodes_[node].shorter; hit != 0; hit = nodes_[hit].shorter)
        each(Hit{i + 1 - nodes_[hit].length, i + 1, nodes_[hit].action});
    }
  }

 private:
  struct Node {
    std::uint32_t fail = 0;     ///< the longest suffix that begins a word
    std::uint32_t shorter = 0;  ///< the longest suffix that is a word; 0: none
    std::uint32_t length = 0;   ///< of the word that ends here; 0: none does
    Action action = Action::report;
  };
  static std::uint64_t edge(std::uint32_t node, char32_t c) { return (std::uint64_t{node} << 32) | c; }
  std::uint32_t next(std::uint32_t node, char32_t c) const;

  std::vector<Node> nodes_{Node{}};
  std::unordered_map<std::uint64_t, std::uint32_t> edges_;
};

}  // namespace filtering
