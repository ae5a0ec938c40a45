#pragma once
#include <optional>
#include <string>

#include "api/services.hpp"
#include "base/id.hpp"
#include "base/result.hpp"
#include "net/http.hpp"
#include "tenants/model.hpp"
#include "tenants/role.hpp"

namespace hotdesk::api {

/// Who asks, proved. The tenant comes from here and nowhere else.
struct Caller {
  tenants::Role role = tenants::Role::visitor;
  Uuid tenant;                       ///< nil: an operator who named none (the whole installation)
  Uuid user;                         ///< nil: the machine's owner, over the local socket
  std::string name;
  std::string ip;
  Uuid site;                         ///< visitors only
  std::optional<tenants::User> row;  ///< of agents, admins and operators as it was just now
  std::string cookie;                ///< the log-in cookie, when that proved it
  std::int64_t auth_time = 0;
};

/// By local socket, Bearer token (of a program or a visitor) or log-in cookie, in this order; a request that brings two is
/// judged by the first. Unsafe methods with the cookie need its CSRF value. Blocks (reads the account's row).
/// Errc::unauthorized: none, forged, revoked; Errc::expired; Errc::forbidden: CSRF or a foreign Origin.
Result<Caller> authenticate(const Services& services, const Options& options, const net::HttpRequest& request);

/// Whether the Origin is our own (https, and the configured host or the one the request was sent to).
bool is_own_origin(const Options& options, const net::HttpRequest& request, std::string_view origin);
/// The token of `Authorization: Bearer …`, or empty.
std::string_view bearer_of(const net::HttpRequest& request);

inline constexpr const char* login_cookie = "__Host-hotdesk";
inline constexpr const char* csrf_cookie = "__Host-hotdesk-csrf";

}  // namespace hotdesk::api
