#include "tenants/signature.hpp"

#include <algorithm>
#include <charconv>

#include "base/bytes.hpp"
#include "base/random.hpp"
#include "base/text.hpp"
#include "crypto/keys.hpp"
#include "crypto/mac.hpp"

namespace hotdesk::tenants {
namespace {
constexpr std::string_view staff_kid = "hd-staff-1";
constexpr std::string_view visitor_kid = "hd-visitor-1";
constexpr std::size_t longest_field = 256;
constexpr std::size_t shortest_nonce = 22;  // 128 bits of base64url
constexpr std::size_t longest_nonce = 128;
constexpr std::size_t sig_size = 43;

bool is_base64url(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
  });
}

Uuid to_uuid(std::string_view mac) {
  std::array<std::uint8_t, 16> bytes{};
  std::copy_n(mac.begin(), bytes.size(), reinterpret_cast<char*>(bytes.data()));
  bytes[6] = static_cast<std::uint8_t>((bytes[6] & 0x0F) | 0x80);  // version 8: "as the vendor likes" (RFC 9562)
  bytes[8] = static_cast<std::uint8_t>((bytes[8] & 0x3F) | 0x80);
  return Uuid(bytes);
}
}  // namespace

Result<ConnectSet> parse_connect_set(const std::function<std::optional<std::string>(std::string_view name)>& find) {
  ConnectSet set;
  std::string ts;
  const std::pair<const char*, std::string*> fields[] = {{"site", &set.site}, {"role", &set.role},   {"user", &set.user}, {"ts", &ts},
                                                         {"nonce", &set.nonce}, {"kid", &set.kid}, {"sig", &set.sig}};
  for (const auto& [name, into] : fields) {
    auto value = find(name);
    if (!value || value->empty()) return fail(Errc::invalid, std::string("the connect query lacks ") + name, name);
    if (value->size() > longest_field || value->find('\n') != std::string::npos || !is_clean_text(*value))
      return fail(Errc::invalid, std::string("the connect query's ") + name + " is too long or holds what it may not", name);
    *into = std::move(*value);
  }
  const auto [end, error] = std::from_chars(ts.data(), ts.data() + ts.size(), set.ts);
  // Signed as written: " 1", "+1" or "01" would be another text for the same number.
  if (error != std::errc{} || end != ts.data() + ts.size() || std::to_string(set.ts) != ts || set.ts < 0)
    return fail(Errc::invalid, "ts is a Unix time in seconds", "ts");
  if (set.nonce.size() < shortest_nonce || set.nonce.size() > longest_nonce || !is_base64url(set.nonce))
    return fail(Errc::invalid, "nonce is 22 to 128 characters of base64url, drawn at random", "nonce");
  if (set.sig.size() != sig_size || !is_base64url(set.sig)) return fail(Errc::invalid, "sig is 43 characters of base64url", "sig");
  return set;
}

std::string connect_input(const ConnectSet& set, std::string_view host) {
  std::string out = "hotdesk1";
  const std::string ts = std::to_string(set.ts);
  for (const std::string_view field : {std::string_view(set.kid), std::string_view(set.site), std::string_view(set.role),
                                       std::string_view(set.user), std::string_view(ts), std::string_view(set.nonce), host}) {
    out.push_back('\n');
    out += field;
  }
  return out;
}

std::string sign_connect(const ConnectSet& set, std::string_view host, std::string_view key) {
  return to_base64url(crypto::hmac_sha256(key, connect_input(set, host)));
}

ConnectSigner::ConnectSigner(std::string_view master_key, std::string host, const Clock& clock)
    : host_(to_lower_ascii(host)),
      clock_(clock),
      started_s_(clock.now_ms() / 1000),
      staff_key_(crypto::derive_key(master_key, crypto::Label::connect_internal)),
      visitor_key_(crypto::derive_key(master_key, crypto::Label::connect_visitor)),
      id_key_(crypto::derive_key(master_key, crypto::Label::visitor_id)) {}

bool ConnectSigner::is_staff_kid(std::string_view kid) noexcept { return kid == staff_kid; }

Uuid ConnectSigner::site_user_id(const Site& site, std::string_view external_id) const {
  return derive_visitor_id(id_key_, site.tenant, site.id, external_id);
}

ConnectSet ConnectSigner::sign(std::string_view site, Role role, const Uuid& user, std::string_view kid, std::string_view key) const {
  ConnectSet set;
  set.site = site;
  set.role = to_string(role);
  set.user = user.text();
  set.ts = std::max(clock_.now_ms() / 1000, started_s_ + 1);
  set.nonce = to_base64url(random_string(18));
  set.kid = kid;
  set.sig = sign_connect(set, host_, key);
  return set;
}

ConnectSet ConnectSigner::sign_staff(std::string_view site, Role role, const Uuid& user) const {
  return sign(site, role, user, staff_kid, staff_key_);
}
ConnectSet ConnectSigner::sign_visitor(std::string_view site, const Uuid& user) const {
  return sign(site, Role::visitor, user, visitor_kid, visitor_key_);
}

Result<Caller> ConnectSigner::check(const ConnectSet& set, const Site& site) const {
  const auto refuse = [] { return fail(Errc::invalid, "the connect signature does not hold"); };
  if (set.site != site.code) return refuse();
  const auto role = parse_role(set.role);
  const bool staff = set.kid == staff_kid;
  const bool ours = staff || set.kid == visitor_kid;
  std::string_view key;
  if (ours) {
    key = staff ? staff_key_ : visitor_key_;
  } else {
    for (const SiteKeyPair& pair : site.keys)
      if (pair.kid == set.kid) key = pair.secret;
  }
  // An unknown kid is compared against a key nobody has, so that it takes as long.
  const bool known = !key.empty();
  const std::string expected = sign_connect(set, host_, known ? key : std::string_view(id_key_));
  const bool holds = equal_constant_time(expected, set.sig);
  if (!known || !holds) return refuse();
  const bool staff_role = role == Role::agent || role == Role::admin || role == Role::operator_;
  if (!role || (staff ? !staff_role : *role != Role::visitor))
    return fail(Errc::invalid, "this key may not sign that role", "role");
  const std::int64_t now_s = clock_.now_ms() / 1000;
  if (set.ts < now_s - connect_skew_s || set.ts > now_s + connect_skew_s)
    return fail(Errc::invalid, "the connect set's clock is off by more than 300 seconds", "ts");
  if (set.ts <= started_s_) return fail(Errc::invalid, "the connect set is older than this server's start; sign a new one", "ts");
  Caller caller;
  caller.role = *role;
  if (ours) {
    const auto id = parse_uuid(set.user);
    if (!id) return refuse();
    caller.id = *id;
  } else {
    caller.id = site_user_id(site, set.user);
    caller.external_id = set.user;
  }
  return caller;
}

Uuid derive_visitor_id(std::string_view visitor_id_key, const Uuid& tenant, const Uuid& site, std::string_view external_id) {
  return to_uuid(crypto::hmac_sha256(visitor_id_key, tenant.binary() + site.binary() + std::string(external_id)));
}

Uuid derive_conversation_id(std::string_view conversation_id_key, const Uuid& tenant, const Uuid& visitor, std::int64_t finished) {
  return to_uuid(crypto::hmac_sha256(conversation_id_key, tenant.binary() + visitor.binary() + std::to_string(finished)));
}

}  // namespace hotdesk::tenants
