#pragma once
#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"

struct sockaddr;

namespace hotdesk::net {

/// An IP address as 16 bytes (IPv4 mapped into IPv6), so that one table holds both.
using AddressBytes = std::array<std::uint8_t, 16>;

std::optional<AddressBytes> parse_address(std::string_view text);
/// nullopt for families other than IPv4 and IPv6.
std::optional<AddressBytes> address_of(const sockaddr& peer) noexcept;
/// "192.0.2.1", "2001:db8::1".
std::string to_text(const AddressBytes& address);
/// What one customer of a provider holds: the address for IPv4, its /64 for IPv6. Limits count by this.
AddressBytes limit_key(AddressBytes address) noexcept;

/// Whether an address is this machine's, a local network's or otherwise nobody's on the Internet.
bool is_private(const AddressBytes& address) noexcept;
bool is_loopback(const AddressBytes& address) noexcept;
/// All addresses of a name, in the resolver's order; at least one. Blocks. Errc::busy.
Result<std::vector<AddressBytes>> resolve(const std::string& name);

/// "127.0.0.0/8", "10.1.2.3", "fd00::/8".
class AddressRange {
 public:
  static std::optional<AddressRange> parse(std::string_view text);
  bool contains(const AddressBytes& address) const noexcept;

 private:
  AddressBytes base_{};
  unsigned bits_ = 128;
};

}  // namespace hotdesk::net
