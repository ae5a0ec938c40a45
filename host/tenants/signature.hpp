#pragma once
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.hpp"
#include "base/id.hpp"
#include "base/result.hpp"
#include "tenants/model.hpp"
#include "tenants/role.hpp"

namespace hotdesk::tenants {

/// The signed query of a first connect, as on the wire (PROTOCOL: Connecting).
struct ConnectSet {
  std::string site;  ///< public site code
  std::string role;
  std::string user;  ///< the server's public id; from a site's back end: the site's own id
  std::int64_t ts = 0;  ///< Unix seconds
  std::string nonce;
  std::string kid;
  std::string sig;
};

/// Seconds that a set's clock may differ from ours, and how long a nonce must be remembered.
inline constexpr std::int64_t connect_skew_s = 300;
inline constexpr std::int64_t nonce_keep_s = 660;

/// `find` gives a query parameter, already decoded. Checks form alone (the 400 before rate and signature): all fields there,
/// bounded, without newline; `ts` digits; `nonce` at least 128 bits of base64url; `sig` 43 characters of it.
Result<ConnectSet> parse_connect_set(const std::function<std::optional<std::string>(std::string_view name)>& find);
/// "hotdesk1\n" kid "\n" site … host.
std::string connect_input(const ConnectSet& set, std::string_view host);
/// base64url(HMAC-SHA256(key, connect_input)). What a site's back end computes.
std::string sign_connect(const ConnectSet& set, std::string_view host, std::string_view key);

/// Who a set or `rt` turned out to be. For a site's own key `id` is derived from (site, user) and `external_id` is the user.
struct Caller {
  Role role = Role::visitor;
  Uuid id;
  std::string external_id;
};

/// Signs and checks connect sets. The internal kid signs agents and admins only, the visitor kid and a site's kids visitors
/// only. Thread: any.
class ConnectSigner {
 public:
  /// @param host  the configured public host, with the port unless it is 443; compared in lower case
  /// Sets with a `ts` not later than the second of construction are refused (a nonce used before a restart is forgotten);
  /// our own bear at least the next one.
  ConnectSigner(std::string_view master_key, std::string host, const Clock& clock);

  /// For an agent, admin or operator.
  ConnectSet sign_staff(std::string_view site, Role role, const Uuid& user) const;
  ConnectSet sign_visitor(std::string_view site, const Uuid& user) const;

  /// Signature, role and clock, all Errc::invalid (400). `site` is the row of set.site. The nonce is the caller's to burn, last.
  Result<Caller> check(const ConnectSet& set, const Site& site) const;

  /// The public id of a site's own user, as check() gives it and `identity` needs it.
  Uuid site_user_id(const Site& site, std::string_view external_id) const;

  /// Whether the kid is the internal one: such a set is counted by user instead of by address once check() held.
  static bool is_staff_kid(std::string_view kid) noexcept;
  const std::string& host() const noexcept { return host_; }

 private:
  ConnectSet sign(std::string_view site, Role role, const Uuid& user, std::string_view kid, std::string_view key) const;

  std::string host_;
  const Clock& clock_;
  std::int64_t started_s_;
  std::string staff_key_;
  std::string visitor_key_;
  std::string id_key_;
};

/// Ids that follow from others by a MAC, so that no row is needed to know them and nobody can guess them.
/// The public id of a site's own user.
Uuid derive_visitor_id(std::string_view visitor_id_key, const Uuid& tenant, const Uuid& site, std::string_view external_id);
/// A visitor's conversation number `finished` (0: the first). `conversation_id_key` = derive_key(master, Label::conversation_id).
Uuid derive_conversation_id(std::string_view conversation_id_key, const Uuid& tenant, const Uuid& visitor, std::int64_t finished);

}  // namespace hotdesk::tenants
