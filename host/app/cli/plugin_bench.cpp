// hotdesk plugin bench: what asking a plugin costs, in each lane
#include <CLI/CLI.hpp>
#include <cstdio>
#include <memory>
#include <nlohmann/json.hpp>

#include "app/cli/command.hpp"
#include "app/cli/plugin_tools.hpp"
#include "app/cli/table.hpp"
#include "plugins/validate/bench.hpp"

namespace hotdesk::app::cli {
namespace {

struct Wishes {
  std::string path;
  std::vector<std::string> lanes{"inline", "pool", "runner"};
  double seconds = 2;
};

std::string number(double value, int digits) {
  char text[64];
  std::snprintf(text, sizeof text, "%.*f", digits, value);
  return text;
}

int run_bench(const Line& line, const Wishes& wishes) {
  plugins::validate::BenchWishes asked;
  asked.path = wishes.path;
  asked.lanes = wishes.lanes;
  asked.time = std::chrono::milliseconds(static_cast<std::int64_t>(wishes.seconds * 1000));
  asked.host_version = HOTDESK_VERSION;
  const auto rows = plugins::validate::bench(asked);
  if (!rows) return line.fail(rows.error());
  std::vector<std::vector<std::string>> cells;
  Json list = Json::array();
  for (const auto& row : *rows) {
    if (row.problem.empty()) cells.push_back({row.lane, row.hook, std::to_string(row.calls), number(row.per_second, 0), number(row.p50_us, 2), number(row.p99_us, 2), std::to_string(row.errors)});
    else cells.push_back({row.lane, row.hook, row.problem});
    list.push_back({{"lane", row.lane}, {"hook", row.hook}, {"calls", row.calls}, {"per_second", row.per_second}, {"p50_us", row.p50_us}, {"p99_us", row.p99_us},
                    {"errors", row.errors}, {"problem", row.problem}});
  }
  return line.print(table({"LANE", "HOOK", "CALLS", "CALLS/S", "P50 us", "P99 us", "ERRORS"}, cells), Json{{"rows", list}});
}

}  // namespace

void add_plugin_bench(CLI::App& plugin, Line& line) {
  auto* command = plugin.add_subcommand("bench", "Measure what asking a plugin costs a host, in each lane");
  const auto wishes = std::make_shared<Wishes>();
  command->add_option("path", wishes->path, "A package's folder or .hdplugin")->required();
  command->add_option("--lane", wishes->lanes, "These lanes alone: inline, pool, runner")->check(CLI::IsMember({"inline", "pool", "runner"}));
  command->add_option("--seconds", wishes->seconds, "How long in each lane")->check(CLI::Range(0.1, 3600.0))->capture_default_str();
  command->callback([&line, wishes] { line.chosen = [&line, wishes] { return run_bench(line, *wishes); }; });
}

}  // namespace hotdesk::app::cli
