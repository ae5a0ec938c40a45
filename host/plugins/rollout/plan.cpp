#include "plugins/rollout/plan.hpp"

#include <nlohmann/json.hpp>

#include "base/json.hpp"

namespace hotdesk::plugins {
namespace {

constexpr std::size_t most_steps = 20;
constexpr std::int64_t longest_hold = 30LL * 24 * 3600;
constexpr int everybody = 10'000;

std::string at(std::size_t step, const char* member) { return "steps/" + std::to_string(step) + "/" + member; }

/// The step that a row says it is in; a row that this build did not write may say nonsense.
const RolloutStep* step_of(const RolloutPlan& plan, const RolloutRow& row) {
  if (row.step < 0 || static_cast<std::size_t>(row.step) >= plan.steps.size()) return nullptr;
  return &plan.steps[static_cast<std::size_t>(row.step)];
}

}  // namespace

RolloutPlan default_plan() { return {{{100, 600}, {1'000, 600}, {5'000, 600}, {everybody, 600}}}; }

Result<> check_plan(const RolloutPlan& plan) {
  if (plan.steps.empty() || plan.steps.size() > most_steps) return fail(Errc::invalid, "a plan has 1 to 20 steps", "steps");
  int before = 0;
  for (std::size_t i = 0; i < plan.steps.size(); ++i) {
    const RolloutStep& step = plan.steps[i];
    if (step.percent < 1 || step.percent > everybody)
      return fail(Errc::invalid, "must be from 0.01 to 100 with at most two decimals", at(i, "percent"));
    if (step.percent <= before) return fail(Errc::invalid, "must be more than the step before", at(i, "percent"));
    if (step.hold_s < 0 || step.hold_s > longest_hold) return fail(Errc::invalid, "must be from 0 to 2592000 (30 days)", at(i, "hold_s"));
    before = step.percent;
  }
  return {};
}

std::string to_json(const RolloutPlan& plan) {
  Json steps = Json::array();
  for (const auto& step : plan.steps) steps.push_back({{"percent", step.percent}, {"hold_s", step.hold_s}});
  const Json out{{"steps", std::move(steps)}};
  return dump_json(out);
}

Result<RolloutPlan> parse_plan(std::string_view json) {
  const auto parsed = parse_json(json);
  if (!parsed) return parsed.error();
  const auto steps = parsed->is_object() ? parsed->find("steps") : parsed->end();
  if (steps == parsed->end() || !steps->is_array()) return fail(Errc::invalid, "must be a list of steps", "steps");
  RolloutPlan plan;
  for (const Json& one : *steps) {
    const auto percent = find_integer(one, "percent");
    const auto hold = find_integer(one, "hold_s");
    if (!percent || *percent < 0 || *percent > everybody) return fail(Errc::invalid, "must be hundredths of a percent", at(plan.steps.size(), "percent"));
    if (!hold) return fail(Errc::invalid, "must be a whole number of seconds", at(plan.steps.size(), "hold_s"));
    plan.steps.push_back({static_cast<int>(*percent), *hold});
    if (plan.steps.size() > most_steps) break;
  }
  if (const auto good = check_plan(plan); !good) return good.error();
  return plan;
}

RolloutMove next_move(const RolloutPlan& plan, const RolloutRow& row, const ReleaseRow& release, std::int64_t now, Health health) {
  using Kind = RolloutMove::Kind;
  if (row.state != rollout_state::running) return {};
  if (release.candidate != row.version) return {Kind::roll_back, 0, 0, row.version + " is not the candidate any more"};
  if (health == Health::worse) return {Kind::roll_back, 0, 0, row.version + " does worse than " + release.stable};
  const RolloutStep* step = step_of(plan, row);
  if (step == nullptr) return {Kind::pause, 0, 0, "the plan has no step " + std::to_string(row.step + 1)};
  if (release.percent != step->percent) return {Kind::pause, 0, 0, "the percentage was set by hand"};
  if (now < row.since + step->hold_s * 1000) return {};
  const auto following = static_cast<std::size_t>(row.step) + 1;
  if (following < plan.steps.size()) return {Kind::raise, static_cast<int>(following), plan.steps[following].percent, {}};
  return {step->percent == everybody ? Kind::promote : Kind::finish, 0, 0, {}};
}

std::optional<std::int64_t> next_at(const RolloutPlan& plan, const RolloutRow& row) {
  const RolloutStep* step = step_of(plan, row);
  if (row.state != rollout_state::running || step == nullptr) return std::nullopt;
  return row.since + step->hold_s * 1000;
}

}  // namespace hotdesk::plugins
