#include "api/caller.hpp"

#include "base/text.hpp"
#include "tenants/permissions.hpp"

namespace hotdesk::api {
namespace {
using tenants::Role;

bool is_safe(const std::string& method) { return method == "GET" || method == "HEAD" || method == "OPTIONS"; }

Error revoked() { return fail(Errc::unauthorized, "this log-in is no longer good; sign in again"); }

/// `?tenant=`, for who may choose; else the default.
Result<Uuid> choose_tenant(const Services& services, const net::HttpRequest& request, const Uuid& own) {
  const auto asked = request.query("tenant");
  if (asked) {
    const auto id = parse_uuid(*asked);
    if (!id) return fail(Errc::invalid, "tenant is a UUID", "tenant");
    auto found = services.tenants.find_tenant(*id);
    if (!found) return found.error();
    if (!*found) return fail(Errc::not_found, "no such tenant", "tenant");
    return *id;
  }
  return own;
}

Result<Caller> local_caller(const Services& services, const net::HttpRequest& request) {
  Caller caller;
  caller.role = Role::operator_;
  caller.name = "operator";
  caller.ip = "local";
  auto tenant = choose_tenant(services, request, Uuid{});
  if (!tenant) return tenant.error();
  caller.tenant = *tenant;
  return caller;
}

Result<Caller> staff_caller(const Services& services, const net::HttpRequest& request, const tenants::LoginClaims& claims) {
  auto found = services.users.find_user(claims.tenant, claims.user);
  if (!found) return found.error();
  if (!*found) return revoked();
  const tenants::User& row = **found;
  if (!row.active || row.gen != claims.gen || row.role != claims.role) return revoked();
  Caller caller;
  caller.role = row.role;
  caller.tenant = claims.tenant;
  caller.user = claims.user;
  caller.name = row.name;
  caller.ip = request.peer_address;
  caller.auth_time = claims.auth_time;
  caller.row = std::move(**found);
  if (may(caller.role, tenants::Action::choose_tenant)) {
    auto tenant = choose_tenant(services, request, claims.tenant);
    if (!tenant) return tenant.error();
    caller.tenant = *tenant;
  }
  return caller;
}

Result<Caller> visitor_caller(const Services& services, const net::HttpRequest& request, const tenants::VisitorClaims& claims) {
  auto found = services.visitors.find_visitor(claims.tenant, claims.user);
  if (!found) return found.error();
  Caller caller;
  if (*found) {
    if (!(*found)->active || (*found)->gen != claims.gen) return revoked();
    caller.name = (*found)->name;
  } else if (claims.gen != 0) {
    return revoked();
  }
  caller.tenant = claims.tenant;
  caller.user = claims.user;
  caller.site = claims.site;
  caller.ip = request.peer_address;
  caller.auth_time = claims.auth_time;
  return caller;
}
}  // namespace

bool is_own_origin(const Options& options, const net::HttpRequest& request, std::string_view origin) {
  const std::string lower = to_lower_ascii(origin);
  // A page of another site cannot choose the Host that its browser sends us, so an equal one is ours too (another name or
  // address of this machine).
  return lower == "https://" + options.public_host || lower == "https://" + to_lower_ascii(request.header("Host"));
}

std::string_view bearer_of(const net::HttpRequest& request) {
  const std::string_view header = request.header("Authorization");
  constexpr std::string_view scheme = "bearer ";
  if (header.size() <= scheme.size() || to_lower_ascii(header.substr(0, scheme.size())) != scheme) return {};
  return header.substr(scheme.size());
}

Result<Caller> authenticate(const Services& services, const Options& options, const net::HttpRequest& request) {
  if (request.local) return local_caller(services, request);
  if (!request.header("Authorization").empty()) {
    const auto token = bearer_of(request);
    if (token.empty()) return fail(Errc::unauthorized, "Authorization takes a Bearer token");
    if (auto claims = services.tokens.check_bearer(token)) return staff_caller(services, request, *claims);
    else if (claims.error().code == Errc::expired) return claims.error();
    auto claims = services.tokens.check_visitor(token);
    if (claims) return visitor_caller(services, request, *claims);
    if (claims.error().code == Errc::expired) return claims.error();
    return fail(Errc::unauthorized, "the token is not one of ours");
  }
  const auto cookie = request.cookie(login_cookie);
  if (!cookie) return fail(Errc::unauthorized, "sign in first");
  const auto claims = services.tokens.check_cookie(*cookie);
  if (!claims) return claims.error().code == Errc::expired ? claims.error() : fail(Errc::unauthorized, "sign in first");
  if (!is_safe(request.method)) {
    const auto origin = request.header("Origin");
    if (!origin.empty() && !is_own_origin(options, request, origin)) return fail(Errc::forbidden, "this Origin may not act for a signed-in user");
    if (!services.tokens.check_csrf(*cookie, request.header("X-CSRF-Token")))
      return fail(Errc::forbidden, "the X-CSRF-Token header is missing or belongs to another log-in", "X-CSRF-Token");
  }
  auto caller = staff_caller(services, request, *claims);
  if (caller) caller->cookie = *cookie;
  return caller;
}

}  // namespace hotdesk::api
