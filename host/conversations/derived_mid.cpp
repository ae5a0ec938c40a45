#include "conversations/derived_mid.hpp"

#include <string>

#include "crypto/mac.hpp"

namespace hotdesk::conversations {

Uuid derive_mid(std::string_view component, const Uuid& conversation, std::int64_t seq, std::uint32_t n, std::int64_t at) {
  std::string input(component);
  input.push_back('\0');
  input += conversation.binary();
  input += std::to_string(seq) + "." + std::to_string(n);
  const std::string hash = crypto::sha256(input);
  std::array<std::uint8_t, 16> bytes{};
  for (std::size_t i = 0; i < 6; ++i) bytes[i] = static_cast<std::uint8_t>(static_cast<std::uint64_t>(at) >> (8 * (5 - i)));
  for (std::size_t i = 6; i < 16; ++i) bytes[i] = static_cast<std::uint8_t>(hash[i]);
  bytes[6] = static_cast<std::uint8_t>((bytes[6] & 0x0F) | 0x70);
  bytes[8] = static_cast<std::uint8_t>((bytes[8] & 0x3F) | 0x80);
  return Uuid{bytes};
}

}  // namespace hotdesk::conversations
