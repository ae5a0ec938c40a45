#pragma once
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace hotdesk::crypto {

/// Key size of AES-256-GCM, bytes.
inline constexpr std::size_t aead_key_size = 32;
/// What seal() adds to a text: a 12-byte random nonce before it and a 16-byte tag after it.
inline constexpr std::size_t aead_overhead = 28;

/// AES-256-GCM: nonce | ciphertext | tag. `aad` is not stored; open() must be given the same bytes, so whatever says where
/// the envelope belongs (table, column, tenant, row) goes there. With random nonces a key is good for 2^32 envelopes.
/// `key` is 32 bytes (asserted: keys come from derive_key, never from outside). Thread: any; a context is kept per thread.
std::string seal(std::string_view key, std::string_view aad, std::string_view plain);

/// Errc::invalid when the envelope is too short, was made with another key or aad, or a bit of it changed; never says which.
Result<std::string> open(std::string_view key, std::string_view aad, std::string_view sealed);

}  // namespace hotdesk::crypto
