#include "text.hpp"

#include <cstdint>

namespace filtering {
namespace {

constexpr bool between(char32_t c, char32_t first, char32_t last) { return c >= first && c <= last; }

/// Simple case folding of the scripts in which people write words to hide, and of full-width forms.
constexpr char32_t fold(char32_t c) {
  if (between(c, 0xFF01, 0xFF5E)) c -= 0xFEE0;  // full width
  if (c == 0x3000) return ' ';
  if (between(c, 'A', 'Z')) return c + 32;
  if (between(c, 0xC0, 0xDE) && c != 0xD7) return c + 32;      // Latin-1
  if (between(c, 0x100, 0x137) && c % 2 == 0) return c + 1;    // Latin Extended-A
  if (between(c, 0x391, 0x3A9)) return c + 32;                 // Greek
  if (between(c, 0x410, 0x42F)) return c + 32;                 // Cyrillic
  if (between(c, 0x400, 0x40F)) return c + 80;
  return c;
}

constexpr bool is_wide(char32_t c) {
  return between(c, 0x1100, 0x115F) || between(c, 0x2E80, 0xA4CF) || between(c, 0xAC00, 0xD7A3) || between(c, 0xF900, 0xFAFF) ||
         between(c, 0xFE30, 0xFE4F) || between(c, 0xFF00, 0xFF60) || between(c, 0xFFE0, 0xFFE6) || between(c, 0x20000, 0x3FFFD);
}

constexpr bool is_noise(char32_t folded) {
  const char32_t c = folded;
  if (c < 0x80) return !(between(c, '0', '9') || between(c, 'a', 'z'));
  return between(c, 0x80, 0xBF) || c == 0xD7 || c == 0xF7 || between(c, 0x300, 0x36F) /* combining */ ||
         between(c, 0x2000, 0x2BFF) /* punctuation, arrows, shapes */ || between(c, 0x3000, 0x3004) || between(c, 0x3008, 0x3020) ||
         between(c, 0x30FB, 0x30FB) || between(c, 0xFE00, 0xFE0F) || c == 0xFEFF || between(c, 0xFE30, 0xFE6F) || c == 0x3030;
}

static_assert(fold(U'Ａ') == 'a' && fold(U'Б') == U'б' && fold(U'竞') == U'竞');
static_assert(is_noise(' ') && is_noise('*') && is_noise(0x200B) && !is_noise(U'竞') && !is_noise('7'));
static_assert(is_wide(U'竞') && is_wide(U'Ａ') && !is_wide('a'));

}  // namespace

std::vector<Character> read_characters(std::string_view text) {
  std::vector<Character> characters;
  characters.reserve(text.size());
  for (std::size_t i = 0; i < text.size();) {
    const auto byte = [&](std::size_t at) { return static_cast<std::uint8_t>(text[at]); };
    const std::uint8_t first = byte(i);
    const std::size_t length = first < 0x80 ? 1 : first >> 5 == 6 ? 2 : first >> 4 == 14 ? 3 : first >> 3 == 30 ? 4 : 1;
    char32_t c = first;
    if (length > 1 && i + length <= text.size()) {
      c = first & (0xFFU >> (length + 1));
      for (std::size_t k = 1; k < length; ++k) c = (c << 6) | (byte(i + k) & 0x3FU);
    }
    const std::size_t end = i + length <= text.size() ? i + length : text.size();
    const char32_t folded = fold(c);
    characters.push_back({folded, is_wide(c), is_noise(folded), i, end});
    i = end;
  }
  return characters;
}

}  // namespace filtering
