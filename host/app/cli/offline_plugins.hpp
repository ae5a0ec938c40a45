#pragma once
#include <functional>
#include <string>

#include "app/config.hpp"
#include "base/json.hpp"
#include "base/result.hpp"
#include "plugins/ports.hpp"

namespace hotdesk::plugins {
class Plugins;
}

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

/// The same for other work on the room: `work` gets it, and the tenant's scope (everybody's without a name).
Result<std::string> with_offline_plugins(const Config& config, const std::string& tenant,
                                         const std::function<Result<std::string>(plugins::Plugins&, const plugins::Scope&)>& work);

}  // namespace hotdesk::app::cli
