#include "net/address.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <algorithm>
#include <charconv>
#include <cstring>

namespace hotdesk::net {

namespace {
constexpr AddressBytes mapped_prefix{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF, 0, 0, 0, 0};
bool is_mapped(const AddressBytes& address) noexcept {
  return std::equal(address.begin(), address.begin() + 12, mapped_prefix.begin());
}
}  // namespace

std::optional<AddressBytes> parse_address(std::string_view text) {
  const std::string owned(text);
  AddressBytes address = mapped_prefix;
  if (inet_pton(AF_INET, owned.c_str(), address.data() + 12) == 1) return address;
  if (inet_pton(AF_INET6, owned.c_str(), address.data()) == 1) return address;
  return std::nullopt;
}

std::optional<AddressBytes> address_of(const sockaddr& peer) noexcept {
  AddressBytes address = mapped_prefix;
  if (peer.sa_family == AF_INET) {
    sockaddr_in v4{};
    std::memcpy(&v4, &peer, sizeof v4);
    std::memcpy(address.data() + 12, &v4.sin_addr, 4);
    return address;
  }
  if (peer.sa_family == AF_INET6) {
    sockaddr_in6 v6{};
    std::memcpy(&v6, &peer, sizeof v6);
    std::memcpy(address.data(), &v6.sin6_addr, 16);
    return address;
  }
  return std::nullopt;
}

std::string to_text(const AddressBytes& address) {
  std::array<char, INET6_ADDRSTRLEN> text{};
  const char* done = is_mapped(address) ? inet_ntop(AF_INET, address.data() + 12, text.data(), text.size())
                                        : inet_ntop(AF_INET6, address.data(), text.data(), text.size());
  return done ? done : "";
}

AddressBytes limit_key(AddressBytes address) noexcept {
  if (!is_mapped(address)) std::fill(address.begin() + 8, address.end(), std::uint8_t{0});
  return address;
}

std::optional<AddressRange> AddressRange::parse(std::string_view text) {
  const std::size_t slash = text.find('/');
  const auto base = parse_address(text.substr(0, slash));
  if (!base) return std::nullopt;
  AddressRange range;
  range.base_ = *base;
  if (slash == std::string_view::npos) return range;
  const std::string_view digits = text.substr(slash + 1);
  unsigned bits = 0;
  const auto [end, failure] = std::from_chars(digits.data(), digits.data() + digits.size(), bits);
  const bool v4 = text.find(':') == std::string_view::npos;
  if (failure != std::errc{} || end != digits.data() + digits.size() || bits > (v4 ? 32U : 128U)) return std::nullopt;
  range.bits_ = v4 ? bits + 96 : bits;
  return range;
}

bool AddressRange::contains(const AddressBytes& address) const noexcept {
  const unsigned whole = bits_ / 8;
  if (!std::equal(base_.begin(), base_.begin() + whole, address.begin())) return false;
  const unsigned rest = bits_ % 8;
  if (rest == 0) return true;
  const auto mask = static_cast<std::uint8_t>(0xFFU << (8 - rest));
  return (base_[whole] & mask) == (address[whole] & mask);
}

}  // namespace hotdesk::net
