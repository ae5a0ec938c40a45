#include <CLI/CLI.hpp>
#include <cstdlib>
#include <exception>
#include <filesystem>
#include <iostream>
#include <nlohmann/json.hpp>
#include <system_error>

#include "app/cli/command.hpp"

namespace hotdesk::app::cli {
namespace {

/// <folder of the program>/../conf/hotdesk.json: an installed program finds its own configuration.
std::string default_config_path() {
  if (const char* named = std::getenv("HOTDESK_CONFIG"); named != nullptr && *named != '\0') return named;
  std::error_code ignored;
  const auto program = std::filesystem::read_symlink("/proc/self/exe", ignored);
  return (program.parent_path().parent_path() / "conf" / "hotdesk.json").string();
}

}  // namespace

std::unique_ptr<Config> Line::config() const {
  auto loaded = load_config(config_path);
  if (!loaded) {
    fail(loaded.error());
    return nullptr;
  }
  return std::make_unique<Config>(std::move(*loaded));
}

int Line::fail(const Error& error) const {
  if (json) {
    std::cout << dump_json(Json{{"error", {{"code", to_string(error.code)}, {"text", error.text}, {"where", error.where}}}}) << "\n";
  } else {
    std::cerr << "hotdesk: " << (error.where.empty() ? "" : error.where + ": ") << error.text << "\n";
  }
  return Exit::failed;
}

int Line::print(const std::string& words, const Json& value) const {
  std::cout << (json ? value.dump(2, ' ', false, Json::error_handler_t::replace) + "\n" : words) << std::flush;
  return std::cout ? Exit::done : Exit::failed;
}

int run(int argc, const char* const* argv) {
  Line line;
  line.config_path = default_config_path();
  CLI::App app("Hotdesk: live chat that keeps its promise while it changes", "hotdesk");
  app.fallthrough();  // common options may stand behind the command too
  app.require_subcommand(1);
  app.add_option("-c,--config", line.config_path, "Configuration file")->capture_default_str();
  app.add_flag("--json", line.json, "Print for machines");
  app.set_version_flag("--version", std::string(HOTDESK_VERSION));
  app.footer("Exit status: 0 done, 1 failed, 2 wrong usage.");
  add_serve(app, line);
  add_init(app, line);
  add_check(app, line);
  add_tenant(app, line);
  add_user(app, line);
  add_plugin(app, line);
  add_plugin_runner(app, line);
  add_version(app, line);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? Exit::done : Exit::wrong_usage;
  }
  try {
    return line.chosen();
  } catch (const std::exception& error) {
    return line.fail(hotdesk::fail(Errc::internal, error.what()));
  }
}

}  // namespace hotdesk::app::cli
