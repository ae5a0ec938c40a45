#pragma once
#include <string>
#include <vector>

namespace CLI {
class App;
}

namespace hotdesk::app::cli {

struct Line;

/// pack, keygen, sign, verify: of files alone, on any machine.
void add_package_files(CLI::App& plugin, Line& line);
/// install, uninstall, trust, grant: of an installation, whether its server runs or not.
void add_package_site(CLI::App& plugin, Line& line);

}  // namespace hotdesk::app::cli
