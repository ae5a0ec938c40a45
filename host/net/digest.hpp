#pragma once
#include <cstdint>
#include <string>
#include <string_view>

#include "base/bytes.hpp"

namespace hotdesk::net {

/// A name for a file's content: 128 bits that change with it (two FNV-1a with different starts). Tells versions of our own
/// files apart; not meant to withstand anybody who makes both.
inline std::string digest_text(std::string_view bytes) {
  std::uint64_t a = 0xCBF29CE484222325ULL;
  std::uint64_t b = 0x9E3779B97F4A7C15ULL ^ bytes.size();
  for (const char c : bytes) {
    a = (a ^ static_cast<unsigned char>(c)) * 0x100000001B3ULL;
    b = (b ^ static_cast<unsigned char>(c)) * 0x100000001B3ULL;
    b ^= b >> 29;
  }
  std::string raw(16, '\0');
  for (int i = 0; i < 8; ++i) {
    raw[static_cast<std::size_t>(i)] = static_cast<char>(a >> (8 * i));
    raw[static_cast<std::size_t>(i + 8)] = static_cast<char>(b >> (8 * i));
  }
  return to_base64url(raw);
}

}  // namespace hotdesk::net
