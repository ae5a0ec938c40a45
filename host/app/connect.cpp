#include "app/connect.hpp"

#include <algorithm>

#include "app/session_handler.hpp"
#include "base/text.hpp"
#include "net/http.hpp"

namespace hotdesk::app {
namespace {

constexpr std::string_view protocol_name = "hotdesk.v1";
constexpr std::string_view resume_prefix = "hotdesk.rt.";
constexpr cluster::Rate staff_rate{20, 10'000};

net::UpgradeDecision refuse(int status, std::string_view code, std::string_view text, int retry_after_s = 0) {
  auto response = net::problem(status, code, text);
  if (retry_after_s > 0) response.set("Retry-After", std::to_string(retry_after_s));
  return response;
}

net::UpgradeDecision store_away() { return refuse(503, "store", "the store does not answer; try again in a moment", 1); }

}  // namespace

bool origin_allowed(std::string_view origin, std::string_view host, const tenants::Site& site) {
  if (origin.empty()) return true;
  const std::string lower = to_lower_ascii(origin);
  if (lower == "https://" + to_lower_ascii(host)) return true;
  return std::any_of(site.allowed_origins.begin(), site.allowed_origins.end(), [&](const auto& o) { return to_lower_ascii(o) == lower; });
}

void Connect::operator()(const net::HttpRequest& request, net::Decide decide) {
  if (request.path != "/ws") return decide(refuse(404, "not_found", "WebSockets live at /ws"));
  Offer offer;
  bool offered = false;
  for (const std::string_view value : net::offered_subprotocols(request)) {
    offered = offered || value == protocol_name;
    if (value.starts_with(resume_prefix)) offer.resume = std::string(value.substr(resume_prefix.size()));
  }
  if (!offered) return decide(refuse(400, "subprotocol", "offer the sub-protocol hotdesk.v1"));
  if (draining_) return decide(refuse(503, "draining", "this server is about to restart; try again", 2));
  offer.loop = request.loop;
  offer.peer = request.peer_address;
  offer.origin = std::string(request.header("Origin"));
  offer.host = std::string(request.header("Host"));
  if (!offer.resume.empty()) {
    parts_.pool.post([this, offer = std::move(offer), decide = std::move(decide)] { decide(by_resume(offer)); });
    return;
  }
  auto set = tenants::parse_connect_set([&](std::string_view name) -> std::optional<std::string> {
    const auto value = request.query(name);
    return value ? std::optional<std::string>(*value) : std::nullopt;
  });
  if (!set) return decide(refuse(400, "bad_connect", set.error().text));
  parts_.pool.post([this, set = std::move(*set), offer = std::move(offer), decide = std::move(decide)] { decide(by_set(set, offer)); });
}

net::UpgradeDecision Connect::by_set(const tenants::ConnectSet& set, const Offer& offer) {
  auto site = parts_.sites.load(set.site);
  if (!site) return store_away();
  if (!*site) return refuse(400, "bad_signature", "the signature does not hold");  // as for a wrong key: codes are not to be searched for
  if (!origin_allowed(offer.origin, offer.host, **site)) return refuse(403, "origin", "this page's origin is not allowed for the site");
  auto caller = parts_.signer.check(set, **site);
  if (!caller) return refuse(400, "bad_signature", caller.error().text);
  if (!(*site)->active) return refuse(403, "site_disabled", "the site is switched off");

  delivery::Identity identity;
  identity.tenant = (*site)->tenant;
  identity.site = (*site)->id;
  identity.site_code = (*site)->code;
  identity.user = caller->id;
  identity.role = caller->role;
  const std::int64_t now = parts_.services.clock.now_ms();
  const auto& lifetimes = parts_.tokens.lifetimes();
  identity.auth_time = now;
  identity.expires_at = now + (caller->role == tenants::Role::visitor ? lifetimes.visitor : lifetimes.login);
  identity.exempt = is_exempt(offer.peer);
  if (tenants::is_staff(caller->role)) {
    if (!identity.exempt)
      if (const auto wait = parts_.services.rates.take("connect:" + caller->id.binary(), staff_rate); wait > 0)
        return refuse(429, "too_many_connects", "too many connects; wait a moment", static_cast<int>(wait / 1000 + 1));
    auto user = parts_.users.find_user(identity.tenant, caller->id);
    if (!user) return store_away();
    if (!*user || !(*user)->active) return refuse(403, "account_disabled", "the account is switched off");
    if ((*user)->role != caller->role) return refuse(403, "role_changed", "the role has changed; sign in again");
    identity.name = (*user)->name;
  }
  if (!caller->external_id.empty()) {
    visitors::Visitor profile;
    profile.id = identity.user;
    profile.tenant = identity.tenant;
    profile.site = identity.site;
    profile.external_id = caller->external_id;
    parts_.sessions.remember(profile);
  }
  auto fresh = parts_.nonces.use(set.kid + "\n" + set.nonce, tenants::nonce_keep_s * 1000);
  if (!fresh) return refuse(503, "busy", "the nonce store does not answer; try again", 1);
  if (!*fresh) return refuse(400, "nonce_used", "this signed set was used before; get a new one");
  return accept(std::move(identity), offer);
}

net::UpgradeDecision Connect::by_resume(const Offer& offer) {
  auto claims = parts_.tokens.check_resume(offer.resume);
  if (!claims) {
    const bool expired = claims.error().code == Errc::expired;
    return refuse(expired ? 403 : 400, expired ? "expired" : "bad_resume_token", claims.error().text);
  }
  delivery::Identity identity;
  identity.tenant = claims->tenant;
  identity.site = claims->site;
  identity.user = claims->user;
  identity.role = claims->role;
  identity.auth_time = claims->auth_time;
  identity.expires_at = claims->exp;
  identity.by_resume = true;
  identity.dev = claims->dev;
  identity.gen = claims->gen;
  identity.exempt = is_exempt(offer.peer);
  std::int64_t gen = 0;
  bool active = true;
  if (tenants::is_staff(claims->role)) {
    auto user = parts_.users.find_user(claims->tenant, claims->user);
    if (!user) return store_away();
    if (!*user) return refuse(403, "account_disabled", "the account is gone");
    gen = (*user)->gen;
    active = (*user)->active;
    identity.name = (*user)->name;
  } else {
    auto visitor = parts_.visitors.find_visitor(claims->tenant, claims->user);
    if (!visitor) return store_away();
    if (*visitor) gen = (*visitor)->gen, active = (*visitor)->active, identity.name = (*visitor)->name;
  }
  if (!active) return refuse(403, "account_disabled", "the account is switched off");
  if (gen != claims->gen) return refuse(403, "revoked", "the log-in was ended; sign in again");
  return accept(std::move(identity), offer);
}

net::UpgradeDecision Connect::accept(delivery::Identity identity, const Offer& offer) {
  net::UpgradeAccept accepted;
  auto session = std::make_shared<delivery::Session>(parts_.delivery, parts_.services, std::move(identity), *parts_.loops[offer.loop]);
  accepted.handler = std::make_unique<SessionHandler>(std::move(session));
  accepted.subprotocol = std::string(protocol_name);
  return accepted;
}

bool Connect::is_exempt(const std::string& address) const {
  const auto bytes = net::parse_address(address);
  return bytes && std::any_of(parts_.exempt.begin(), parts_.exempt.end(), [&](const auto& range) { return range.contains(*bytes); });
}

}  // namespace hotdesk::app
