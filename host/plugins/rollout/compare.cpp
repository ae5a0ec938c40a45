#include "plugins/rollout/compare.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "base/json.hpp"
#include "base/text.hpp"

namespace hotdesk::plugins {
namespace {

double rounded(double value) { return static_cast<double>(static_cast<std::int64_t>(value * 100 + 0.5)) / 100; }

double share_of(const Counts& counts) {
  return counts.calls == 0 ? 0 : static_cast<double>(counts.errors) / static_cast<double>(counts.calls);
}

std::string two_decimals(double value) {
  const auto hundredths = static_cast<std::int64_t>(value * 100 + 0.5);
  const std::string rest = std::to_string(hundredths % 100);
  return std::to_string(hundredths / 100) + '.' + (rest.size() < 2 ? "0" : "") + rest;
}

std::string of_calls(const Counts& counts) {
  return std::to_string(counts.errors) + " of " + std::to_string(counts.calls) + " calls failed (" + two_decimals(share_of(counts) * 100) + " %)";
}

Json to_object(const Figures& figures) {
  return {{"version", figures.version},       {"calls", figures.calls},         {"errors", figures.errors},
          {"refused", figures.refused},       {"rewritten", figures.rewritten}, {"p50_us", rounded(figures.p50_us)},
          {"p99_us", rounded(figures.p99_us)}};
}

Json to_object(const CompareWindow::Side& side) {
  return {{"calls", side.calls}, {"errors", side.errors}, {"p99_us", rounded(side.p99_us)}};
}

}  // namespace

Figures figures_of(std::string version, const Summary& sum, double us_per_tick) {
  return {std::move(version), sum.calls, sum.errors, sum.refused, sum.rewritten, sum.percentile(0.5) * us_per_tick, sum.percentile(0.99) * us_per_tick};
}

std::string to_json(const Comparison& comparison) {
  Json windows = Json::array();
  for (const auto& window : comparison.windows)
    windows.push_back({{"at", to_rfc3339(window.at)}, {"stable", to_object(window.other)}, {"candidate", to_object(window.watched)}});
  Json out{{"stable", to_object(comparison.stable)},
           {"candidate", comparison.candidate ? to_object(*comparison.candidate) : Json(nullptr)},
           {"windows", std::move(windows)},
           {"verdict", {{"state", comparison.state}, {"reason", comparison.reason.empty() ? Json(nullptr) : Json(comparison.reason)}}}};
  if (!comparison.rule.empty()) out["rule"] = comparison.rule;
  return dump_json(out);
}

std::string to_evidence(const Comparison& comparison) {
  Json out{{"rule", comparison.rule}};
  if (!comparison.stable.version.empty()) out["stable"] = to_object(comparison.stable);
  if (comparison.candidate) out["candidate"] = to_object(*comparison.candidate);
  return dump_json(out);
}

std::optional<std::string> errors_rule(const Counts& watched, const std::optional<Counts>& other, bool alone, const BreakerLimits& limits) {
  if (watched.calls < limits.calls || watched.errors < limits.errors) return std::nullopt;
  const double others = other ? share_of(*other) : 0;
  const double bound = alone ? limits.share_alone : std::max(limits.share, limits.times * others);
  if (share_of(watched) <= bound) return std::nullopt;
  return of_calls(watched) + (other ? "; of the other version " + of_calls(*other) : "");
}

std::optional<std::string> latency_rule(const std::vector<CompareWindow>& windows, std::uint64_t calls, const BreakerLimits& limits) {
  if (calls < limits.latency_calls || windows.size() < limits.latency_windows) return std::nullopt;
  const auto is_slow = [&](const CompareWindow& one) {
    return one.other.calls > 0 && one.watched.p99_us > limits.latency_times * one.other.p99_us && one.watched.p99_us > limits.latency_floor_us;
  };
  if (!std::all_of(windows.end() - static_cast<std::ptrdiff_t>(limits.latency_windows), windows.end(), is_slow)) return std::nullopt;
  const CompareWindow& last = windows.back();
  return "slow in " + std::to_string(limits.latency_windows) + " windows running: p99 " + two_decimals(last.watched.p99_us / 1000) +
         " ms against " + two_decimals(last.other.p99_us / 1000) + " ms";
}

Summary difference(const Summary& now, const Summary& before) noexcept {
  const auto less = [](std::uint64_t a, std::uint64_t b) { return a > b ? a - b : 0; };
  Summary out;
  out.calls = less(now.calls, before.calls);
  out.errors = less(now.errors, before.errors);
  out.refused = less(now.refused, before.refused);
  out.rewritten = less(now.rewritten, before.rewritten);
  for (std::size_t i = 0; i < Summary::buckets; ++i) out.times[i] = less(now.times[i], before.times[i]);
  return out;
}

}  // namespace hotdesk::plugins
