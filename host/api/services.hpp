#pragma once
#include <boost/asio/thread_pool.hpp>
#include <cstdint>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "base/clock.hpp"
#include "cluster/limits.hpp"
#include "cluster/nonces.hpp"
#include "cluster/presence.hpp"
#include "conversations/ports.hpp"
#include "delivery/ports.hpp"
#include "tenants/login.hpp"
#include "tenants/ports.hpp"
#include "tenants/signature.hpp"
#include "tenants/tokens.hpp"
#include "tenants/user_writer.hpp"
#include "visitors/ports.hpp"
#include "visitors/sessions.hpp"

namespace hotdesk::plugins {
class Plugins;
class PluginStore;
}
namespace hotdesk::conversations {
class Knowledge;
}

namespace hotdesk::api {

/// This node's sockets, for the overview.
struct Live {
  std::int64_t connections = 0;
  std::int64_t visitors_online = 0;
};

/// A part of the host and how it is: "OK", "OFF" (not configured) or what is wrong.
using Health = std::vector<std::pair<std::string, std::string>>;

struct Options {
  std::string public_host = "localhost";  ///< as signed: with the port unless it is 443
  std::string version = "0.1.0-selfhost";
  std::string node = "node";
  std::int64_t started_ms = 0;
  std::size_t login_body = 4 * 1024;    ///< bytes
  std::size_t body = 64 * 1024;
  std::size_t config_body = 256 * 1024; ///< a plugin's configuration
  bool admin_trusts = false;            ///< SelfHosted: an admin may do what trust_plugins guards, as an operator may
  cluster::Rate requests{200, 10'000};  ///< of one account, or of one address where nobody is signed in; all routes together
  cluster::Rate logins{10, 60'000};     ///< that fail, of one address
  cluster::Rate sessions{120, 60'000};  ///< visitor/session of one address
  cluster::Rate pages{10, 10'000};      ///< visitor/page of one visitor
  std::function<bool(const std::string& address)> exempt;  ///< from rates (load generators); empty: nobody
};

/// What the resources use. Everything outlives the Api. Blocking calls run on `pool`, whose size bounds them.
struct Services {
  boost::asio::thread_pool& pool;
  const Clock& clock;

  tenants::TenantRepository& tenants;
  tenants::SiteRepository& sites;
  tenants::UserRepository& users;
  tenants::LogRepository& logs;
  visitors::VisitorRepository& visitors;
  conversations::ConversationRepository& conversations;
  delivery::MessageLog& messages;
  conversations::Timeline& timeline;

  const tenants::Tokens& tokens;
  const tenants::ConnectSigner& signer;
  tenants::UserWriter& user_writer;
  tenants::LoginService& login;
  tenants::PasswordWorkers& passwords;
  visitors::Sessions& visits;

  cluster::RateLimits& rates;
  cluster::Nonces& nonces;
  cluster::Presence& presence;
  plugins::Plugins* plugins = nullptr;  ///< null: this node runs none
  plugins::PluginStore* plugin_store = nullptr;  ///< with `plugins`
  conversations::Knowledge* knowledge = nullptr;

  /// Closes a user's sockets on every node within 5 s: 4200 when `banned`, else 4100. Any thread, at once.
  std::function<void(const Uuid& user, bool banned)> close_user = [](const Uuid&, bool) {};
  /// Closes the sockets of visitors of a site that was switched off (4201). Any thread, at once.
  std::function<void(const Uuid& site)> site_disabled = [](const Uuid&) {};
  /// An agent became able to take conversations, or fewer: routing looks again. Any thread, at once.
  std::function<void(const Uuid& tenant)> agents_changed = [](const Uuid&) {};
  /// Any thread, at once.
  std::function<Live(const Uuid& tenant)> live = [](const Uuid&) { return Live{}; };
  /// Blocks (a quick read of the database among others).
  std::function<Health()> health = [] { return Health{}; };
  /// Whether new work may be sent here: false while starting or draining. Any thread, at once.
  std::function<bool()> ready = [] { return true; };
};

}  // namespace hotdesk::api
