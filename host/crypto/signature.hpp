#pragma once
#include <cstddef>
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace hotdesk::crypto {

/// Ed25519 (RFC 8032): what a vendor signs a plugin package with. All values are binary.
inline constexpr std::size_t signing_seed_size = 32;
inline constexpr std::size_t public_key_size = 32;
inline constexpr std::size_t signature_size = 64;

struct SigningKey {
  std::string seed;        ///< the secret
  std::string public_key;
};

/// A new random key. Thread: any, as all of this.
SigningKey make_signing_key();
/// Errc::invalid unless the seed has 32 bytes.
Result<SigningKey> signing_key_of(std::string_view seed);

/// 64 bytes. The key is one of the functions above (asserted).
std::string sign(const SigningKey& key, std::string_view data);
/// False for a wrong signature, and for a key or a signature of another size. Keys of small order and signatures that are
/// not canonical are refused (libsodium's rules), so one signature cannot be made to fit another text or key.
bool verify_signature(std::string_view public_key, std::string_view data, std::string_view signature);

/// How people and files name a public key: the first 16 hexadecimal digits of its SHA-256.
std::string key_id_of(std::string_view public_key);

/// Seals a secret with a passphrase: Argon2id (moderate: 256 MiB, about half a second) and AES-256-GCM. Blocks.
std::string seal_with_passphrase(std::string_view passphrase, std::string_view secret);
/// Errc::unauthorized: another passphrase, or a changed text.
Result<std::string> open_with_passphrase(std::string_view passphrase, std::string_view sealed);

}  // namespace hotdesk::crypto
