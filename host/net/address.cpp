#include "net/address.hpp"

#include <arpa/inet.h>
#include <netdb.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <algorithm>
#include <charconv>
#include <cstring>
#include <initializer_list>
#include <memory>

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

namespace {
bool in_any(const AddressBytes& address, const std::vector<AddressRange>& ranges) noexcept {
  return std::any_of(ranges.begin(), ranges.end(), [&](const AddressRange& range) { return range.contains(address); });
}
std::vector<AddressRange> ranges_of(std::initializer_list<const char*> texts) {
  std::vector<AddressRange> out;
  for (const char* text : texts) out.push_back(*AddressRange::parse(text));
  return out;
}
}  // namespace

bool is_private(const AddressBytes& address) noexcept {
  // IANA's special-purpose registries, and what wraps an IPv4 address into IPv6 (6to4, Teredo, NAT64).
  static const auto ranges = ranges_of({"0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12",
                                        "192.0.0.0/24", "192.0.2.0/24", "192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24",
                                        "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4", "::/128", "::1/128", "64:ff9b::/96",
                                        "64:ff9b:1::/48", "100::/64", "2001::/32", "2001:db8::/32", "2002::/16", "fc00::/7", "fe80::/10",
                                        "ff00::/8"});
  return in_any(address, ranges);
}

bool is_loopback(const AddressBytes& address) noexcept {
  static const auto ranges = ranges_of({"127.0.0.0/8", "::1/128"});
  return in_any(address, ranges);
}

Result<std::vector<AddressBytes>> resolve(const std::string& name) {
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* list = nullptr;
  if (const int failure = ::getaddrinfo(name.c_str(), nullptr, &hints, &list); failure != 0)
    return fail(Errc::busy, "The name " + name + " cannot be resolved: " + ::gai_strerror(failure) + ".");
  const std::unique_ptr<addrinfo, void (*)(addrinfo*)> owned(list, ::freeaddrinfo);
  std::vector<AddressBytes> out;
  for (const addrinfo* one = list; one != nullptr; one = one->ai_next)
    if (const auto address = address_of(*one->ai_addr)) out.push_back(*address);
  if (out.empty()) return fail(Errc::busy, "The name " + name + " has no address.");
  return out;
}

}  // namespace hotdesk::net
