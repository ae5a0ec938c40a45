#include <CLI/CLI.hpp>

#include "app/cli/command.hpp"
#include "app/serve.hpp"

namespace hotdesk::app::cli {

void add_serve(CLI::App& app, Line& line) {
  app.add_subcommand("serve", "Run the server until SIGTERM")->callback([&line] {
    line.chosen = [&line]() -> int {
      const auto config = line.config();
      return config ? serve(*config) : Exit::failed;
    };
  });
}

}  // namespace hotdesk::app::cli
