#include <CLI/CLI.hpp>
#include <memory>
#include <string>
#include <vector>

#include "app/cli/command.hpp"
#include "plugins/runner/child.hpp"

namespace hotdesk::app::cli {

/// What the host starts itself as, to hold one plugin; people have no use for it, so no help shows it.
void add_plugin_runner(CLI::App& app, Line& line) {
  plugins::runner::offer_this_program();
  auto* command = app.add_subcommand("plugin-runner")->group("");
  const auto arguments = std::make_shared<std::vector<std::string>>();
  command->add_option("arguments", *arguments);
  command->callback([&line, arguments] { line.chosen = [arguments] { return plugins::runner::run_child(*arguments); }; });
}

}  // namespace hotdesk::app::cli
