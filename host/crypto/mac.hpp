#pragma once
#include <string>
#include <string_view>

namespace hotdesk::crypto {

/// RFC 2104 with SHA-256; 32 bytes, binary. Any key length. Thread: any. Compare with base's equal_constant_time().
std::string hmac_sha256(std::string_view key, std::string_view data);
/// FIPS 180-4; 32 bytes, binary. Thread: any.
std::string sha256(std::string_view data);
/// FIPS 180-4; 20 bytes, binary. For the WebSocket handshake's digest only: SHA-1 protects nothing.
std::string sha1(std::string_view data);

}  // namespace hotdesk::crypto
