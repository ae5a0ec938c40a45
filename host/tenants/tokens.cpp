#include "tenants/tokens.hpp"

#include <optional>

#include "base/bytes.hpp"
#include "crypto/keys.hpp"
#include "crypto/mac.hpp"

namespace hotdesk::tenants {
namespace {
constexpr std::size_t mac_size = 32;
constexpr std::size_t longest_token = 512;
constexpr std::size_t longest_device = 64;

// The first byte of every token: a second wall beside the keys, and room for later forms.
enum class Kind : char { resume = 'R', cookie = 'C', bearer = 'B', visitor = 'V' };

class Writer {
 public:
  explicit Writer(Kind kind) : out_(1, static_cast<char>(kind)) {}
  Writer& id(const Uuid& value) {
    out_ += value.binary();
    return *this;
  }
  Writer& number(std::int64_t value) {
    for (int shift = 56; shift >= 0; shift -= 8) out_.push_back(static_cast<char>(static_cast<std::uint64_t>(value) >> shift));
    return *this;
  }
  Writer& byte(std::uint8_t value) {
    out_.push_back(static_cast<char>(value));
    return *this;
  }
  Writer& rest(std::string_view text) {
    out_ += text;
    return *this;
  }
  std::string sign(std::string_view key) { return to_base64url(out_ + crypto::hmac_sha256(key, out_)); }

 private:
  std::string out_;
};

class Reader {
 public:
  explicit Reader(std::string_view text) : left_(text) {}
  Uuid id() { return uuid_from_binary(take(16)).value_or(Uuid{}); }
  std::int64_t number() {
    std::uint64_t value = 0;
    for (const char c : take(8)) value = value << 8 | static_cast<unsigned char>(c);
    return static_cast<std::int64_t>(value);
  }
  std::uint8_t byte() {
    const auto text = take(1);
    return text.empty() ? std::uint8_t{255} : static_cast<std::uint8_t>(text[0]);
  }
  std::string rest() { return std::string(take(left_.size())); }
  bool good() const noexcept { return good_ && left_.empty(); }

 private:
  std::string_view take(std::size_t size) {
    if (left_.size() < size) {
      good_ = false;
      return {};
    }
    const auto taken = left_.substr(0, size);
    left_.remove_prefix(size);
    return taken;
  }
  std::string_view left_;
  bool good_ = true;
};

Error refusal() { return fail(Errc::invalid, "the token is not one of ours"); }

/// The payload after the kind, once the MAC holds.
std::optional<std::string> verify(std::string_view token, Kind kind, std::string_view key) {
  if (token.size() > longest_token) return std::nullopt;
  auto bytes = from_base64url(token);
  if (!bytes || bytes->size() <= mac_size || bytes->front() != static_cast<char>(kind)) return std::nullopt;
  const std::string_view signed_part = std::string_view(*bytes).substr(0, bytes->size() - mac_size);
  if (!equal_constant_time(crypto::hmac_sha256(key, signed_part), std::string_view(*bytes).substr(signed_part.size()))) return std::nullopt;
  return std::string(signed_part.substr(1));
}

std::optional<Role> to_role(std::uint8_t value) {
  const auto role = static_cast<Role>(value);
  if (value > static_cast<std::uint8_t>(Role::operator_)) return std::nullopt;
  return role;
}

std::string make_login(Kind kind, const LoginClaims& claims, std::string_view key) {
  return Writer(kind)
      .id(claims.tenant)
      .id(claims.user)
      .byte(static_cast<std::uint8_t>(claims.role))
      .number(claims.auth_time)
      .number(claims.gen)
      .number(claims.exp)
      .sign(key);
}

Result<LoginClaims> check_login(Kind kind, std::string_view token, std::string_view key, std::int64_t now) {
  const auto payload = verify(token, kind, key);
  if (!payload) return refusal();
  Reader read(*payload);
  LoginClaims claims;
  claims.tenant = read.id();
  claims.user = read.id();
  const auto role = to_role(read.byte());
  claims.auth_time = read.number();
  claims.gen = read.number();
  claims.exp = read.number();
  if (!read.good() || !role || *role == Role::visitor) return refusal();
  claims.role = *role;
  if (claims.exp <= now) return fail(Errc::expired, "the log-in has ended; sign in again");
  return claims;
}
}  // namespace

Tokens::Tokens(std::string_view master_key, const Clock& clock, Lifetimes lifetimes)
    : clock_(clock),
      lifetimes_(lifetimes),
      resume_key_(crypto::derive_key(master_key, crypto::Label::resume)),
      cookie_key_(crypto::derive_key(master_key, crypto::Label::cookie)),
      bearer_key_(crypto::derive_key(master_key, crypto::Label::bearer)),
      visitor_key_(crypto::derive_key(master_key, crypto::Label::visitor_token)),
      csrf_key_(crypto::derive_key(master_key, crypto::Label::csrf)) {}

std::string Tokens::make_resume(const ResumeClaims& claims) const {
  return Writer(Kind::resume)
      .id(claims.tenant)
      .id(claims.site)
      .id(claims.user)
      .byte(static_cast<std::uint8_t>(claims.role))
      .number(claims.auth_time)
      .number(claims.gen)
      .number(claims.exp)
      .rest(std::string_view(claims.dev).substr(0, longest_device))
      .sign(resume_key_);
}

Result<ResumeClaims> Tokens::check_resume(std::string_view token) const {
  const auto payload = verify(token, Kind::resume, resume_key_);
  if (!payload) return refusal();
  Reader read(*payload);
  ResumeClaims claims;
  claims.tenant = read.id();
  claims.site = read.id();
  claims.user = read.id();
  const auto role = to_role(read.byte());
  claims.auth_time = read.number();
  claims.gen = read.number();
  claims.exp = read.number();
  claims.dev = read.rest();
  if (!read.good() || !role) return refusal();
  claims.role = *role;
  if (claims.exp <= clock_.now_ms()) return fail(Errc::expired, "the resume token has ended; connect afresh");
  return claims;
}

std::string Tokens::make_cookie(const LoginClaims& claims) const { return make_login(Kind::cookie, claims, cookie_key_); }
Result<LoginClaims> Tokens::check_cookie(std::string_view token) const {
  return check_login(Kind::cookie, token, cookie_key_, clock_.now_ms());
}
std::string Tokens::make_bearer(const LoginClaims& claims) const { return make_login(Kind::bearer, claims, bearer_key_); }
Result<LoginClaims> Tokens::check_bearer(std::string_view token) const {
  return check_login(Kind::bearer, token, bearer_key_, clock_.now_ms());
}

std::string Tokens::make_visitor(const VisitorClaims& claims) const {
  return Writer(Kind::visitor)
      .id(claims.tenant)
      .id(claims.site)
      .id(claims.user)
      .number(claims.auth_time)
      .number(claims.gen)
      .number(claims.exp)
      .sign(visitor_key_);
}

Result<VisitorClaims> Tokens::check_visitor(std::string_view token) const {
  const auto payload = verify(token, Kind::visitor, visitor_key_);
  if (!payload) return refusal();
  Reader read(*payload);
  VisitorClaims claims;
  claims.tenant = read.id();
  claims.site = read.id();
  claims.user = read.id();
  claims.auth_time = read.number();
  claims.gen = read.number();
  claims.exp = read.number();
  if (!read.good()) return refusal();
  if (claims.exp <= clock_.now_ms()) return fail(Errc::expired, "the visitor token has ended");
  return claims;
}

std::string Tokens::make_csrf(std::string_view cookie) const { return to_base64url(crypto::hmac_sha256(csrf_key_, cookie)); }
bool Tokens::check_csrf(std::string_view cookie, std::string_view value) const {
  return !cookie.empty() && equal_constant_time(make_csrf(cookie), value);
}

}  // namespace hotdesk::tenants
