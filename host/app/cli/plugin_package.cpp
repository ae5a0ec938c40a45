#include "app/cli/plugin_package.hpp"

#include "app/cli/plugin_tools.hpp"

namespace hotdesk::app::cli {

void add_plugin_packages(CLI::App& plugin, Line& line) {
  add_package_files(plugin, line);
  add_package_site(plugin, line);
}

}  // namespace hotdesk::app::cli
