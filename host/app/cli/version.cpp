#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include "app/cli/command.hpp"

namespace hotdesk::app::cli {

void add_version(CLI::App& app, Line& line) {
  app.add_subcommand("version", "Print the version")->callback([&line] {
    line.chosen = [&line] { return line.print("hotdesk " HOTDESK_VERSION "\n", Json{{"version", HOTDESK_VERSION}}); };
  });
}

}  // namespace hotdesk::app::cli
