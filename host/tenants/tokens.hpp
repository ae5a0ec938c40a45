#pragma once
#include <cstdint>
#include <string>
#include <string_view>

#include "base/clock.hpp"
#include "base/id.hpp"
#include "base/result.hpp"
#include "tenants/role.hpp"

namespace hotdesk::tenants {

/// How long what we give out lives, milliseconds.
struct Lifetimes {
  std::int64_t login = 12LL * 3'600'000;           ///< cookie, Bearer token, and an agent's `rt` from its log-in
  std::int64_t visitor = 30LL * 24 * 3'600'000;    ///< visitor token and a visitor's `rt`
};

/// What `rt` says. `dev` is the device of `hello`, ≤ 64 bytes.
struct ResumeClaims {
  Uuid tenant;
  Uuid site;
  Uuid user;
  std::string dev;
  Role role = Role::visitor;
  std::int64_t auth_time = 0;  ///< when credentials were last proved, ms
  std::int64_t gen = 0;
  std::int64_t exp = 0;        ///< ms; the hard end, kept through rotation
};

/// What a log-in says: the browser's cookie or a program's Bearer token.
struct LoginClaims {
  Uuid tenant;
  Uuid user;
  Role role = Role::agent;
  std::int64_t auth_time = 0;
  std::int64_t gen = 0;
  std::int64_t exp = 0;
};

/// Who a browser is as a visitor.
struct VisitorClaims {
  Uuid tenant;
  Uuid site;
  Uuid user;
  std::int64_t auth_time = 0;
  std::int64_t gen = 0;
  std::int64_t exp = 0;
};

/// Makes and checks every token that the server signs for itself. Each kind has its own key and its kind in its text, so one
/// is refused where another is expected. check_*: Errc::invalid for a wrong form or MAC, Errc::expired after `exp`; whether
/// `gen`, account and site still hold is the caller's to ask of the rows. All are base64url, at most 512 characters.
/// Thread: any.
class Tokens {
 public:
  Tokens(std::string_view master_key, const Clock& clock, Lifetimes lifetimes = {});

  std::string make_resume(const ResumeClaims& claims) const;
  Result<ResumeClaims> check_resume(std::string_view token) const;

  std::string make_cookie(const LoginClaims& claims) const;
  Result<LoginClaims> check_cookie(std::string_view token) const;
  std::string make_bearer(const LoginClaims& claims) const;
  Result<LoginClaims> check_bearer(std::string_view token) const;

  std::string make_visitor(const VisitorClaims& claims) const;
  Result<VisitorClaims> check_visitor(std::string_view token) const;

  /// The double-submit value of a log-in cookie: bound to that cookie, so another log-in's value does not do.
  std::string make_csrf(std::string_view cookie) const;
  bool check_csrf(std::string_view cookie, std::string_view value) const;

  const Lifetimes& lifetimes() const noexcept { return lifetimes_; }

 private:
  const Clock& clock_;
  Lifetimes lifetimes_;
  std::string resume_key_;
  std::string cookie_key_;
  std::string bearer_key_;
  std::string visitor_key_;
  std::string csrf_key_;
};

}  // namespace hotdesk::tenants
