#pragma once
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "plugins/package.hpp"

namespace hotdesk::plugins {

/// A vendor's key, and what it may sign.
struct TrustKey {
  std::string key_id;      ///< of the public key: cannot be chosen
  std::string name;        ///< 1 to 128 code points
  std::string public_key;  ///< 32 bytes, binary
  Trust level = Trust::vendor;          ///< official, vendor or dev
  std::vector<std::string> prefixes;    ///< "com.acme.*", a whole id, or (official and dev alone) "*"
  std::int64_t added_at = 0;            ///< milliseconds since 1970
  std::int64_t revoked_at = 0;          ///< 0: it is not
  std::string reason;                   ///< of the revocation

  bool may_sign(std::string_view id) const noexcept;
};

/// Whom this installation trusts: the content of the trust store's file.
struct TrustList {
  std::vector<TrustKey> keys;
  std::map<std::string, std::string> minimums;  ///< plugin id → the lowest version that is still taken
  std::vector<std::string> revoked_builds;      ///< build ids

  const TrustKey* find(std::string_view key_id) const noexcept;
};

/// `text` is a prefix as TrustKey has them.
bool is_prefix(std::string_view text) noexcept;
/// Completes and checks a key; Error::where is the member (name, public_key, level, prefixes).
Result<TrustKey> check_key(TrustKey key);

/// JSON, indented for people; read_trust() takes what write_trust() gives. Error::where is a JSON pointer.
std::string write_trust(const TrustList& list);
Result<TrustList> read_trust(std::string_view json);

}  // namespace hotdesk::plugins
