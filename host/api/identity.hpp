#pragma once
#include <string>

#include "api/services.hpp"

namespace hotdesk::api {

/// What a site's back end vouches for.
struct SiteIdentity {
  std::string sub;  ///< the site's own id of the user
  std::string name;
  std::string email;
};

/// Judges `identity` of visitor/session: HS256 by one of the site's keys, `aud` hotdesk-identity, `exp` ahead by at most five
/// minutes, `jti` once. Errc::unauthorized or invalid, with what to change. Uses up the `jti`, last of all.
Result<SiteIdentity> check_identity(const Services& services, const tenants::Site& site, std::string_view token);

}  // namespace hotdesk::api
