#pragma once
#include <string_view>
#include <vector>

#include "text.hpp"

namespace filtering {

/// A traditional character's simplified one, and variants of a character; itself otherwise. About 2,580 pairs.
char32_t simplify(char32_t c) noexcept;

/// Circled, mathematical and other dressed-up letters and digits, and the Greek and Cyrillic ones that look like Latin, as
/// plain ones; itself otherwise.
char32_t undress(char32_t c) noexcept;

/// As read_characters(), with both of the above, and with every invisible character as noise.
std::vector<Character> read_variants(std::string_view text);

}  // namespace filtering
