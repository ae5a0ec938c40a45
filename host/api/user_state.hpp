#pragma once
#include <string>

#include "api/services.hpp"

namespace hotdesk::api {

/// Online = the chosen state and a live socket; without one "offline", whatever was chosen.
inline std::string state_of(const Services& services, const Uuid& tenant, const Uuid& user, const std::string& chosen) {
  return services.presence.is_online(tenant, user) ? chosen : "offline";
}

}  // namespace hotdesk::api
