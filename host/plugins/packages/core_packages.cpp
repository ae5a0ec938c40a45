#include "plugins/core.hpp"

namespace hotdesk::plugins {

std::shared_ptr<Depot> make_depot(const Options&, const Clock&) { return nullptr; }

Result<std::vector<Package>> Plugins::Core::find_packages() { return scan_packages(options_.path); }

}  // namespace hotdesk::plugins
