#include <algorithm>

#include "plugins/core.hpp"
#include "plugins/packages/depot.hpp"

namespace hotdesk::plugins {

std::shared_ptr<Depot> make_depot(const Options& options, const Clock&) {
  if (options.packages.empty()) return nullptr;
  return std::make_shared<Depot>(make_folder_storage(options.packages), Depot::Options{options.trust_store, options.allow_dev});
}

/// The uploaded packages must not be able to keep the installation's own from running: what is wrong with them is logged.
Result<std::vector<Package>> Plugins::Core::find_packages() {
  auto packages = scan_packages(options_.path);
  if (!packages || !depot_) return packages;
  auto uploaded = depot_->scan(*packages);
  if (!uploaded) {
    log_(LogLevel::error, "plugins", "the uploaded packages cannot be read: " + uploaded.error().text);
    return packages;
  }
  packages->insert(packages->end(), std::make_move_iterator(uploaded->begin()), std::make_move_iterator(uploaded->end()));
  return packages;
}

}  // namespace hotdesk::plugins
