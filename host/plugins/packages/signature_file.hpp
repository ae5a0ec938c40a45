#pragma once
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "crypto/signature.hpp"

namespace hotdesk::plugins {

/// manifest.sig: who signed manifest.json, and the Ed25519 signature over its exact bytes.
struct ManifestSignature {
  std::string key_id;     ///< 16 hexadecimal digits
  std::string signature;  ///< binary
};

/// `{"format":1,"key_id":"…","signature":"<base64url>"}`, one line.
std::string write_signature(const ManifestSignature& signature);
Result<ManifestSignature> read_signature(std::string_view json);

/// A vendor's signing key as a file: JSON, 0600. The seed is plain or sealed with a passphrase.
struct KeyFile {
  std::string name;  ///< whose it is, for people
  crypto::SigningKey key;
};
/// The public half for an operator: {"format":1,"name","key_id","public_key"}.
std::string write_public_key(const KeyFile& file);
/// An empty passphrase leaves the seed plain. Blocks half a second with one.
std::string write_key(const KeyFile& file, std::string_view passphrase);
/// Errc::unauthorized: sealed, and the passphrase is missing or another.
Result<KeyFile> read_key(std::string_view json, std::string_view passphrase);

/// A public key in base64url, or a text as write_public_key() gives it, as 32 bytes.
Result<std::string> read_public_key(std::string_view text);

}  // namespace hotdesk::plugins
