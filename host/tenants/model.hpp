#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/id.hpp"
#include "tenants/role.hpp"

namespace hotdesk::tenants {

/// A customer of the operator; everything belongs to one.
struct Tenant {
  Uuid id;
  std::string name;
  std::string epoch;  ///< opaque; a new one after import or restore makes every cursor void
  std::int64_t created_at = 0;
};

/// A signing key of a site (AppSecret): two live ones allow rotation. `secret` is used as written and never shown again.
struct SiteKeyPair {
  std::string kid;
  std::string secret;
  std::int64_t created_at = 0;
};

/// Where the snippet last reported from: what the admin's live check shows.
struct Ping {
  std::int64_t at = 0;
  std::string origin;
  std::string url;
};

struct Site {
  Uuid id;
  Uuid tenant;
  std::string code;  ///< the public site code, unique in the installation; `site` on the wire
  std::string name;
  bool active = true;
  std::vector<std::string> allowed_origins;  ///< "https://shop.example:8443"; empty: none but our own
  std::string widget;                        ///< JSON object of widget settings
  std::vector<SiteKeyPair> keys;
  std::optional<Ping> last_ping;
  std::int64_t created_at = 0;
};

struct Department {
  Uuid id;
  Uuid tenant;
  std::string name;
};

/// An agent, admin or operator account. Visitors have rows of their own (visitors::Visitor) but share the id space.
struct User {
  Uuid id;
  Uuid tenant;
  std::string username;  ///< unique in the installation, lower case
  std::string name;
  Role role = Role::agent;
  bool active = true;
  std::int64_t gen = 0;  ///< raised by log-out, password change, ban, role change: older resume tokens die
  int capacity = 6;      ///< open conversations at once
  std::string state = "online";  ///< the chosen presence state; survives a restart
  std::string password_hash;     ///< Argon2id string; empty: cannot log in by password
  std::vector<Uuid> departments;
  std::int64_t created_at = 0;
  std::int64_t last_login_at = 0;
};

struct LoginAttempt {
  std::string username;
  std::string ip;
  bool success = false;
  std::int64_t timestamp = 0;
  std::string source;  ///< "WebAdmin", "WebAgent", "Api"
  std::string ua;
};

/// One write by somebody; append-only, stored in the transaction of the write it describes.
struct AuditEntry {
  std::int64_t at = 0;
  Uuid actor;  ///< nil: the system
  std::string actor_name;
  std::string action;  ///< "site.update", "plugin.activate", …
  std::string target;
  std::string detail;  ///< JSON object or empty; never a secret, never message text
  std::string ip;
};

}  // namespace hotdesk::tenants
