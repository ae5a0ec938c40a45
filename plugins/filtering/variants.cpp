#include "variants.hpp"

#include <array>
#include <cstddef>
#include <cstdint>

namespace filtering {
namespace {

constexpr std::u16string_view pairs =
#include "traditional.inc"
    ;

constexpr bool in_order() {
  for (std::size_t i = 2; i < pairs.size(); i += 2)
    if (pairs[i - 2] >= pairs[i]) return false;
  return pairs.size() % 2 == 0;
}
static_assert(in_order(), "traditional.inc is searched by halving");

constexpr bool between(char32_t c, char32_t first, char32_t last) { return c >= first && c <= last; }

struct Look {
  char16_t from;
  char to;
};
// Lower case is enough: capitals were folded before.
constexpr std::array looks{Look{u'α', 'a'}, Look{u'ο', 'o'}, Look{u'ρ', 'p'}, Look{u'ν', 'v'}, Look{u'а', 'a'}, Look{u'е', 'e'},
                           Look{u'о', 'o'}, Look{u'р', 'p'}, Look{u'с', 'c'}, Look{u'у', 'y'}, Look{u'х', 'x'}, Look{u'і', 'i'},
                           Look{u'ѕ', 's'}, Look{u'ј', 'j'}, Look{u'ԁ', 'd'}, Look{u'ɡ', 'g'}, Look{u'ı', 'i'}, Look{u'ⅰ', 'i'}};

/// Invisible, and not among what read_characters() takes for noise.
constexpr bool is_invisible(char32_t c) {
  return c == 0xAD || c == 0x34F || c == 0x61C || between(c, 0x115F, 0x1160) || between(c, 0x17B4, 0x17B5) || between(c, 0x180B, 0x180F) ||
         c == 0x3164 || c == 0xFFA0 || between(c, 0xFFF9, 0xFFFC) || between(c, 0x1BCA0, 0x1BCA3) || between(c, 0x1D173, 0x1D17A) ||
         between(c, 0xE0000, 0xE0FFF) || between(c, 0x1F000, 0x1FAFF) /* emoji and other pictures, put between letters */;
}

}  // namespace

char32_t simplify(char32_t c) noexcept {
  if (c < pairs.front() || c > pairs[pairs.size() - 2]) return c;
  std::size_t low = 0;
  std::size_t high = pairs.size() / 2;
  while (low < high) {
    const std::size_t middle = (low + high) / 2;
    if (pairs[2 * middle] < c) low = middle + 1;
    else high = middle;
  }
  return 2 * low < pairs.size() && pairs[2 * low] == c ? pairs[2 * low + 1] : c;
}

char32_t undress(char32_t c) noexcept {
  if (c < 0x131) return c;
  if (between(c, 0x1D400, 0x1D6A3)) return 'a' + (c - 0x1D400) % 26;  // mathematical alphabets, capitals and small ones in turn
  if (between(c, 0x1D7CE, 0x1D7FF)) return '0' + (c - 0x1D7CE) % 10;
  if (between(c, 0x24B6, 0x24CF)) return 'a' + (c - 0x24B6);
  if (between(c, 0x24D0, 0x24E9)) return 'a' + (c - 0x24D0);
  if (between(c, 0x249C, 0x24B5)) return 'a' + (c - 0x249C);
  if (between(c, 0x1F130, 0x1F149)) return 'a' + (c - 0x1F130);
  if (between(c, 0x1F150, 0x1F169)) return 'a' + (c - 0x1F150);
  if (between(c, 0x1F170, 0x1F189)) return 'a' + (c - 0x1F170);
  if (between(c, 0x1F1E6, 0x1F1FF)) return 'a' + (c - 0x1F1E6);
  if (between(c, 0x2460, 0x2468)) return '1' + (c - 0x2460);
  if (between(c, 0x2474, 0x247C)) return '1' + (c - 0x2474);
  if (between(c, 0x2488, 0x2490)) return '1' + (c - 0x2488);
  if (between(c, 0x2776, 0x277E)) return '1' + (c - 0x2776);
  if (c == 0x24EA || c == 0x24FF) return '0';
  if (c < 0x600 || between(c, 0x2170, 0x2170))
    for (const auto& look : looks)
      if (look.from == c) return static_cast<unsigned char>(look.to);
  return c;
}

std::vector<Character> read_variants(std::string_view text) {
  auto characters = read_characters(text);
  for (auto& c : characters) {
    if (c.folded < 0x80) continue;
    const char32_t plain = undress(c.folded);
    if (plain != c.folded) {
      c.noise = false;
      c.folded = plain;
    } else if (is_invisible(c.folded)) {
      c.noise = true;
    } else {
      c.folded = simplify(c.folded);
    }
  }
  return characters;
}

}  // namespace filtering
