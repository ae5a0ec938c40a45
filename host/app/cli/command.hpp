#pragma once
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "app/config.hpp"
#include "base/json.hpp"
#include "base/result.hpp"

namespace CLI {
class App;
}

namespace hotdesk::app::cli {

/// Exit status of the program, the same for every command.
enum Exit : int { done = 0, failed = 1, wrong_usage = 2 };

/// What all commands share: the common options, and the command chosen on the line.
struct Line {
  std::string config_path;
  bool json = false;
  std::function<int()> chosen;

  /// Reads the configuration or prints what is wrong with it (then the result is null and the command fails).
  std::unique_ptr<Config> config() const;
  /// Prints a failure: one line on standard error, or {"error": …} on standard output with --json. Returns Exit::failed.
  int fail(const Error& error) const;
  /// Prints a result: `words` for people, `value` with --json. Returns Exit::done.
  int print(const std::string& words, const Json& value) const;
};

// One file a command; each adds itself to the parser and puts its work into line.chosen.
void add_serve(CLI::App& app, Line& line);
void add_init(CLI::App& app, Line& line);
void add_check(CLI::App& app, Line& line);
void add_tenant(CLI::App& app, Line& line);
void add_user(CLI::App& app, Line& line);
void add_plugin(CLI::App& app, Line& line);
void add_plugin_runner(CLI::App& app, Line& line);
void add_version(CLI::App& app, Line& line);

/// The whole program: parses the line, runs one command, returns the exit status.
int run(int argc, const char* const* argv);

}  // namespace hotdesk::app::cli
