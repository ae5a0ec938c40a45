#pragma once
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace hotdesk::crypto {

/// A JSON Web Token whose signature held.
struct Jwt {
  std::string kid;
  std::string claims;  ///< JSON object, as text; what it says is the caller's to judge
};

/// Verifies a compact JWS (RFC 7515) of algorithm HS256 and nothing else: `alg` none or any other, `crit`, a missing `kid`,
/// JSON that is no object, non-canonical base64url and texts over 4 KiB are refused with Errc::invalid, a signature that
/// does not hold or an unknown kid with Errc::unauthorized. `key_of` gives a kid's secret, used as written.
Result<Jwt> verify_jwt(std::string_view token, const std::function<std::optional<std::string>(const std::string& kid)>& key_of);

}  // namespace hotdesk::crypto
