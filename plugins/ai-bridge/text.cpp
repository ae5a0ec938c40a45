#include "text.hpp"

#include <cstdint>

namespace ai_bridge {
namespace {

/// Bytes of the valid character at `i`; 0: none there.
std::size_t length_at(std::string_view text, std::size_t i) {
  const auto byte = [&](std::size_t at) { return static_cast<std::uint8_t>(text[at]); };
  const std::uint8_t first = byte(i);
  if (first < 0x80) return 1;
  const std::size_t length = first >> 5 == 6 ? 2 : first >> 4 == 14 ? 3 : first >> 3 == 30 ? 4 : 0;
  if (length == 0 || i + length > text.size()) return 0;
  std::uint32_t c = first & (0xFFU >> (length + 1));
  for (std::size_t k = 1; k < length; ++k) {
    if (byte(i + k) >> 6 != 2) return 0;
    c = (c << 6) | (byte(i + k) & 0x3FU);
  }
  const bool overlong = (length == 2 && c < 0x80) || (length == 3 && c < 0x800) || (length == 4 && c < 0x10000);
  return overlong || c > 0x10FFFF || (c >= 0xD800 && c <= 0xDFFF) ? 0 : length;
}

}  // namespace

std::string clean(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size();) {
    const std::size_t length = length_at(text, i);
    const auto c = static_cast<unsigned char>(text[i]);
    if (length == 0) out += "\xEF\xBF\xBD";
    else if (length > 1 || c >= 0x20 || c == '\n' || c == '\t') out += text.substr(i, length);
    i += length == 0 ? 1 : length;
  }
  return out;
}

std::string shorten(std::string_view text, std::size_t bytes) {
  if (text.size() <= bytes) return std::string(text);
  std::size_t end = bytes > 3 ? bytes - 3 : 0;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) --end;
  return std::string(text.substr(0, end)) + "…";
}

std::string fold(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto c = static_cast<unsigned char>(text[i]);
    if (c == 0xEF && i + 2 < text.size()) {  // U+FF01..U+FF5E are ASCII drawn wide
      const std::uint32_t wide = ((c & 0x0FU) << 12) | ((static_cast<unsigned char>(text[i + 1]) & 0x3FU) << 6) |
                                 (static_cast<unsigned char>(text[i + 2]) & 0x3FU);
      if (wide >= 0xFF01 && wide <= 0xFF5E) {
        const auto narrow = static_cast<char>(wide - 0xFEE0);
        out += narrow >= 'A' && narrow <= 'Z' ? static_cast<char>(narrow + 32) : narrow;
        i += 2;
        continue;
      }
    }
    out += c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : text[i];
  }
  return out;
}

bool is_blank(std::string_view text) noexcept { return text.find_first_not_of(" \t\r\n") == text.npos; }

std::size_t estimate_tokens(std::string_view text) noexcept {
  std::size_t narrow = 0;
  std::size_t wide = 0;
  for (const char one : text) {
    const auto c = static_cast<unsigned char>(one);
    if (c < 0x80) ++narrow;
    else if ((c & 0xC0) != 0x80) ++wide;
  }
  return wide + (narrow + 3) / 4;
}

}  // namespace ai_bridge
