#pragma once
#include <string>

#include "app/config.hpp"
#include "base/json.hpp"
#include "base/result.hpp"

namespace hotdesk::app::cli {

struct OfflineVerb {
  std::string verb;     ///< list, status, activate, rollback, enable, disable, canary, promote
  std::string id;
  std::string version;
  int percent = 0;      ///< hundredths
  std::string tenant;   ///< id or name; empty: everybody without a release of their own
};

/// A plugin verb while no server runs: loads the plugins as `serve` would, so that what is refused there is refused here.
/// Rows for `list`, else the plugin afterwards.
Result<Json> offline_plugin(const Config& config, const OfflineVerb& verb);

}  // namespace hotdesk::app::cli
