#pragma once
#include <atomic>
#include <string>
#include <vector>

#include "app/site_cache.hpp"
#include "base/executor.hpp"
#include "cluster/limits.hpp"
#include "cluster/nonces.hpp"
#include "delivery/delivery.hpp"
#include "net/address.hpp"
#include "net/websocket.hpp"
#include "tenants/ports.hpp"
#include "tenants/signature.hpp"
#include "tenants/tokens.hpp"
#include "visitors/ports.hpp"
#include "visitors/sessions.hpp"

namespace hotdesk::app {

/// Decides WebSocket upgrades in PROTOCOL's order: subprotocol, drain, origin, form, rate, signature and clock (or `rt`'s MAC),
/// expiry, account and site, the nonce last, so that no refusal before it burns one.
class Connect {
 public:
  struct Parts {
    delivery::Delivery& delivery;
    const delivery::Services& services;
    tenants::UserRepository& users;
    visitors::VisitorRepository& visitors;
    visitors::Sessions& sessions;
    SiteCache& sites;
    const tenants::ConnectSigner& signer;
    const tenants::Tokens& tokens;
    cluster::Nonces& nonces;
    Executor& pool;
    std::vector<Executor*> loops;
    std::vector<net::AddressRange> exempt;  ///< addresses without rates: load generators
  };
  explicit Connect(Parts parts) : parts_(std::move(parts)) {}

  void operator()(const net::HttpRequest& request, net::Decide decide);
  /// From now on every upgrade gets 503 + Retry-After.
  void refuse_all() noexcept { draining_ = true; }

 private:
  struct Offer {
    std::string resume;  ///< `rt`; empty: a signed set
    std::size_t loop = 0;
    std::string peer;
    std::string origin;
    std::string host;
  };
  net::UpgradeDecision by_set(const tenants::ConnectSet& set, const Offer& offer);
  net::UpgradeDecision by_resume(const Offer& offer);
  net::UpgradeDecision accept(delivery::Identity identity, const Offer& offer);
  bool is_exempt(const std::string& address) const;

  Parts parts_;
  std::atomic<bool> draining_{false};
};

/// Whether a page of `origin` may connect to this site through `host` (the request's Host): its own host's or an allowed one.
/// No origin is no browser.
bool origin_allowed(std::string_view origin, std::string_view host, const tenants::Site& site);

}  // namespace hotdesk::app
