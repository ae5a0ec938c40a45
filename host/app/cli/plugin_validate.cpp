// hotdesk plugin validate: a plugin's promises, each tested in a process of its own
#include <CLI/CLI.hpp>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <memory>
#include <nlohmann/json.hpp>

#include "app/cli/command.hpp"
#include "app/cli/plugin_tools.hpp"
#include "plugins/validate/tests.hpp"
#include "plugins/validate/validate.hpp"

namespace hotdesk::app::cli {
namespace {

namespace checks = plugins::validate;

struct Wishes {
  std::string path;
  std::string report;
  std::vector<std::string> only;
  bool deep = false;
  bool list = false;
  // The hidden side: one test in this process.
  std::string one;
  int fd = -1;
};

/// Test names stand in a column.
std::string row(const checks::TestReport& test) {
  std::string words = test.verdict.grade == checks::Grade::pass ? "ok    " : test.verdict.grade == checks::Grade::fail ? "FAIL  " : "skip  ";
  words += test.name + std::string(test.name.size() < 18 ? 18 - test.name.size() : 1, ' ');
  std::string detail = test.verdict.detail;
  for (std::size_t at = 0; (at = detail.find('\n', at)) != detail.npos; at += 25) detail.replace(at, 1, "\n" + std::string(24, ' '));
  return words + detail + "\n";
}

int list_tests(const Line& line) {
  std::string words;
  Json all = Json::array();
  for (const auto& test : checks::all_tests()) {
    const std::string name = test.name;
    words += name + std::string(18 - name.size(), ' ') + test.promise + "\n";
    all.push_back({{"name", name}, {"promise", test.promise}});
  }
  return line.print(words, Json{{"tests", all}});
}

int run_all(const Line& line, const Wishes& wishes) {
  std::error_code ignored;
  checks::Wishes asked;
  asked.path = wishes.path;
  asked.deep = wishes.deep;
  asked.only = wishes.only;
  asked.host_version = HOTDESK_VERSION;
  asked.program = {std::filesystem::read_symlink("/proc/self/exe", ignored).string(), "plugin", "validate", "{folder}", "--one", "{test}", "--fd", "{fd}",
                   "--deepness", "{deep}"};
  if (!line.json) asked.progress = [](const checks::TestReport& test) { std::cout << row(test) << std::flush; };
  const auto report = checks::validate(asked);
  if (!report) return line.fail(report.error());
  const std::string json = checks::to_json(*report);
  if (!wishes.report.empty()) {
    std::ofstream out(wishes.report, std::ios::binary);
    out << json;
    out.close();
    if (!out) return line.fail(fail(Errc::storage, "cannot be written", wishes.report));
  }
  const std::string words = report->plugin + " " + report->version + (report->passed() ? " passed\n" : " did not pass\n");
  const auto value = parse_json(json);
  const int printed = line.print(words, value ? *value : Json::object());
  return report->passed() ? printed : Exit::failed;
}

}  // namespace

void add_plugin_validate(CLI::App& plugin, Line& line) {
  auto* command = plugin.add_subcommand("validate", "Test a plugin as a host would treat it, each test in a process of its own");
  const auto wishes = std::make_shared<Wishes>();
  command->add_option("path", wishes->path, "A package's folder, an .hdplugin or an .so");
  command->add_flag("--deep", wishes->deep, "Five times as much of everything");
  command->add_option("--only", wishes->only, "These tests alone");
  command->add_option("--report", wishes->report, "Write the JSON report there; packed as report.json it travels with the plugin");
  command->add_flag("--list", wishes->list, "List the tests and what each proves");
  command->add_option("--one", wishes->one)->group("");
  command->add_option("--fd", wishes->fd)->group("");
  command->add_option("--deepness", wishes->deep)->group("");
  command->callback([&line, wishes] {
    line.chosen = [&line, wishes]() -> int {
      if (wishes->list) return list_tests(line);
      if (wishes->path.empty()) return line.fail(fail(Errc::invalid, "which plugin? Name its folder, .hdplugin or .so"));
      if (!wishes->one.empty()) return checks::run_one(wishes->one, wishes->path, HOTDESK_VERSION, wishes->deep, wishes->fd);
      return run_all(line, *wishes);
    };
  });
}

}  // namespace hotdesk::app::cli
