#pragma once
#include <cstdint>
#include <string>

#include "base/id.hpp"
#include "tenants/role.hpp"

namespace hotdesk::delivery {

/// Whom a socket's credentials proved, before its first frame.
struct Identity {
  Uuid tenant;
  Uuid site;
  std::string site_code;
  Uuid user;
  tenants::Role role = tenants::Role::visitor;
  std::string name;              ///< empty: taken from the user's row
  std::int64_t auth_time = 0;    ///< Unix seconds of the log-in
  std::int64_t expires_at = 0;   ///< milliseconds; the socket ends then (4100)
  bool by_resume = false;        ///< connected by a resume token: dev and gen below must match
  std::string dev;
  std::int64_t gen = 0;
  bool exempt = false;           ///< from rates: load tests from configured addresses
};

}  // namespace hotdesk::delivery
