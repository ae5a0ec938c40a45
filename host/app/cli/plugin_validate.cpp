// hotdesk plugin validate: a plugin's promises, each tested in a process of its own
#include <CLI/CLI.hpp>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <memory>
#include <nlohmann/json.hpp>
#include <sstream>

#include "app/cli/command.hpp"
#include "app/cli/plugin_tools.hpp"
#include "base/bytes.hpp"
#include "crypto/mac.hpp"
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
  bool record = false;
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

Result<> write_text(const std::filesystem::path& path, const std::string& text) {
  std::ofstream out(path, std::ios::binary);
  out << text;
  out.close();
  if (!out) return fail(Errc::storage, "cannot be written", path.string());
  return {};
}

/// Puts the report into a package's folder, and its hash among the manifest's files.
Result<> record(const std::filesystem::path& folder, const std::string& report) {
  const auto manifest_file = folder / "manifest.json";
  std::ostringstream text;
  text << std::ifstream(manifest_file, std::ios::binary).rdbuf();
  auto manifest = parse_json(text.str());
  if (!manifest || !manifest->is_object()) return fail(Errc::invalid, "is needed to record the report in: name a package's folder", manifest_file.string());
  (*manifest)["files"]["report.json"] = to_hex(crypto::sha256(report));
  if (const auto written = write_text(folder / "report.json", report); !written) return written;
  return write_text(manifest_file, manifest->dump(2) + "\n");
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
  if (!wishes.report.empty())
    if (const auto written = write_text(wishes.report, json); !written) return line.fail(written.error());
  if (wishes.record && report->passed())
    if (const auto recorded = record(wishes.path, json); !recorded) return line.fail(recorded.error());
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
  command->add_option("--report", wishes->report, "Write the JSON report there");
  command->add_flag("--record", wishes->record, "If it passed, put report.json into the folder: it is packed, signed and looked at by hosts");
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
