#include <CLI/CLI.hpp>
#include <algorithm>
#include <nlohmann/json.hpp>

#include "app/checks.hpp"
#include "app/cli/command.hpp"
#include "app/cli/table.hpp"

namespace hotdesk::app::cli {
namespace {

const char* word(Verdict verdict) {
  switch (verdict) {
    case Verdict::good: return "OK";
    case Verdict::warning: return "WARN";
    case Verdict::bad: return "BAD";
  }
  return "BAD";
}

int check(const Line& line) {
  const auto config = line.config();
  if (!config) return Exit::failed;
  const auto checks = check_installation(*config);
  std::vector<std::vector<std::string>> rows;
  std::string advice;
  Json list = Json::array();
  for (const Check& one : checks) {
    rows.push_back({word(one.verdict), one.what, one.found});
    if (!one.advice.empty()) advice += "\n" + one.what + ": " + one.advice;
    list.push_back({{"what", one.what}, {"verdict", word(one.verdict)}, {"found", one.found}, {"advice", one.advice}});
  }
  const bool bad = std::any_of(checks.begin(), checks.end(), [](const Check& one) { return one.verdict == Verdict::bad; });
  const int printed = line.print(table({"", "CHECK", "FOUND"}, rows) + (advice.empty() ? "" : advice + "\n"), Json{{"good", !bad}, {"checks", list}});
  return bad ? Exit::failed : printed;
}

}  // namespace

void add_check(CLI::App& app, Line& line) {
  app.add_subcommand("check", "Look at the installation and the running server; non-zero when something is wrong")->callback([&line] {
    line.chosen = [&line] { return check(line); };
  });
}

}  // namespace hotdesk::app::cli
