#pragma once
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace filtering {

/// One character of a text: what it is compared by, and where it stands.
struct Character {
  char32_t folded;   ///< lower case, half width
  bool wide;         ///< drawn two columns wide
  bool noise;        ///< a space, a symbol or something invisible: what people insert to hide a word
  std::size_t begin; ///< bytes
  std::size_t end;
};

/// The characters of a valid UTF-8 text. A broken byte stands for itself.
std::vector<Character> read_characters(std::string_view text);

}  // namespace filtering
