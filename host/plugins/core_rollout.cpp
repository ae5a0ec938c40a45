#include <algorithm>
#include <chrono>
#include <utility>

#include "base/bytes.hpp"
#include "base/random.hpp"
#include "plugins/core.hpp"
#include "plugins/detail.hpp"
#include "plugins/lanes/state_calls.hpp"
#include "plugins/negotiation.hpp"
#include "plugins/rollout/plan.hpp"

namespace hotdesk::plugins {
namespace {

bool is_open(const RolloutRow& row) { return row.state == rollout_state::running || row.state == rollout_state::paused; }

std::string by_whom(const By& by) { return by.name.empty() ? "by the system" : "by " + by.name; }

Detail detail_of(const RolloutRow& row, int percent) {
  Detail detail;
  detail.text("version", row.version).number("step", static_cast<std::size_t>(std::max(row.step, 0)) + 1).percent("percent", percent).text("state", row.state);
  if (!row.reason.empty()) detail.text("reason", row.reason);
  return detail;
}

const By the_plan{{}, "rollout plan", {}};

}  // namespace

const RolloutRow* Plugins::Core::rollout_of(const std::string& component, const Scope& scope) const {
  const auto found = rollouts_.find({component, scope});
  return found != rollouts_.end() ? &found->second : nullptr;
}

/// What a change by hand means for the plan at work on that release; nullopt: nothing.
std::optional<RolloutRow> Plugins::Core::plan_after(const ReleaseRow& row) const {
  const RolloutRow* plan = rollout_of(row.component, row.tenant);
  if (plan == nullptr || !is_open(*plan)) return std::nullopt;
  RolloutRow after = *plan;
  if (row.candidate != plan->version) {
    const bool chosen = row.stable == plan->version;
    after.state = chosen ? rollout_state::done : rollout_state::rolled_back;
    after.reason = chosen ? "" : "the release was changed by hand";
    after.since = clock_.now_ms();
    return after;
  }
  const auto steps = parse_plan(plan->plan);
  const auto step = static_cast<std::size_t>(std::max(plan->step, 0));
  if (plan->state != rollout_state::running || (steps && step < steps->steps.size() && steps->steps[step].percent == row.percent)) return std::nullopt;
  after.state = rollout_state::paused;
  after.reason = "the percentage was set by hand";
  return after;
}

Result<PluginView> Plugins::Core::start_rollout(const Scope& tenant, std::string_view id, std::string_view version, const RolloutPlan& plan, const By& by) {
  const auto component = component_at(id);
  if (!component) return component.error();
  if (const auto sound = check_plan(plan); !sound) return sound.error();
  if (const auto free = check_mark(**component, version); !free) return free.error();
  ReleaseRow row = row_of(**component, tenant);
  if (row.stable == version) return fail(Errc::conflict, row.stable + " is the stable version already", "version");
  if (const RolloutRow* running = rollout_of((*component)->id, tenant); running != nullptr && is_open(*running))
    return fail(Errc::conflict, "a rollout of " + running->version + " is " + running->state + ": stop it first");
  if (row.candidate != version) {
    row.candidate = version;
    row.salt = to_hex(random_string(8));
  }
  row.shadow = false;
  row.percent = plan.steps.front().percent;
  RolloutRow rollout;
  rollout.component = (*component)->id;
  rollout.tenant = tenant;
  rollout.version = version;
  rollout.plan = to_json(plan);
  rollout.since = clock_.now_ms();
  rollout.state = rollout_state::running;
  const Version* known = (*component)->find_version(row.candidate);
  const bool load = known == nullptr || !known->image;
  auto audit = audit_entry(by, "plugin.rollout.start", (*component)->id, tenant, detail_of(rollout, row.percent));
  return carry_out(**component, row, load ? row.candidate : std::string(), std::move(audit), &rollout);
}

/// Saves a plan's new state alone; the release stays as it is.
Result<PluginView> Plugins::Core::save_plan(Component& component, RolloutRow row, const char* action, const By& by) {
  const int percent = row_of(component, row.tenant).percent;
  const auto audit = audit_entry(by, action, component.id, row.tenant, detail_of(row, percent));
  if (const auto saved = store_.save_rollout(row, audit); !saved) return saved.error();
  log_(LogLevel::info, "plugins", component.id + ": the rollout of " + row.version + " is " + row.state + (row.reason.empty() ? "" : ": " + row.reason));
  ++rollout_edges_;
  const Scope scope = row.tenant;
  rollouts_[{component.id, scope}] = std::move(row);
  return view(component, scope);
}

Result<RolloutRow> Plugins::Core::open_rollout(const Component& component, const Scope& tenant) const {
  if (!running_) return fail(Errc::conflict, "the plugin room does not run");
  const RolloutRow* row = rollout_of(component.id, tenant);
  if (row == nullptr || !is_open(*row)) return fail(Errc::conflict, component.id + " has no rollout at work");
  return *row;
}

Result<PluginView> Plugins::Core::pause_rollout(const Scope& tenant, std::string_view id, const By& by) {
  const auto component = component_at(id);
  if (!component) return component.error();
  auto row = open_rollout(**component, tenant);
  if (!row) return row.error();
  if (row->state == rollout_state::paused) return view(**component, tenant);
  row->state = rollout_state::paused;
  row->reason = "paused " + by_whom(by);
  return save_plan(**component, std::move(*row), "plugin.rollout.pause", by);
}

Result<PluginView> Plugins::Core::resume_rollout(const Scope& tenant, std::string_view id, const By& by) {
  const auto component = component_at(id);
  if (!component) return component.error();
  auto rollout = open_rollout(**component, tenant);
  if (!rollout) return rollout.error();
  if (rollout->state == rollout_state::running) return view(**component, tenant);
  const auto plan = parse_plan(rollout->plan);
  if (!plan) return plan.error();
  if (rollout->step < 0 || static_cast<std::size_t>(rollout->step) >= plan->steps.size())
    return fail(Errc::conflict, "the plan has no step " + std::to_string(rollout->step + 1) + ": stop it and start another");
  if (const auto free = check_mark(**component, rollout->version); !free) return free.error();
  ReleaseRow row = row_of(**component, tenant);
  row.percent = plan->steps[static_cast<std::size_t>(rollout->step)].percent;
  rollout->state = rollout_state::running;
  rollout->reason.clear();
  rollout->since = clock_.now_ms();
  auto audit = audit_entry(by, "plugin.rollout.resume", (*component)->id, tenant, detail_of(*rollout, row.percent));
  return carry_out(**component, row, {}, std::move(audit), &*rollout);
}

Result<PluginView> Plugins::Core::stop_rollout(const Scope& tenant, std::string_view id, const By& by) {
  const auto component = component_at(id);
  if (!component) return component.error();
  auto row = open_rollout(**component, tenant);
  if (!row) return row.error();
  row->state = rollout_state::done;
  row->reason = "stopped " + by_whom(by);
  row->since = clock_.now_ms();
  return save_plan(**component, std::move(*row), "plugin.rollout.stop", by);
}

Result<PluginView> Plugins::Core::set_shadow(const Scope& tenant, std::string_view id, std::string_view version, const By& by) {
  const auto component = component_at(id);
  if (!component) return component.error();
  ReleaseRow row = row_of(**component, tenant);
  if (!row.candidate.empty() && !row.shadow)
    return fail(Errc::conflict, row.candidate + " serves as the candidate: take it back first", "version");
  if (version.empty() && !row.shadow) return view(**component, tenant);
  if (version == row.stable && !version.empty()) return fail(Errc::conflict, row.stable + " is the stable version already", "version");
  if (const auto free = check_mark(**component, version); !free) return free.error();
  row.candidate = version;
  row.shadow = !version.empty();
  row.percent = 0;
  const Version* known = (*component)->find_version(row.candidate);
  const bool load = row.shadow && (known == nullptr || !known->image);
  auto audit = audit_entry(by, "plugin.shadow", (*component)->id, tenant, Detail().text("version", version).flag("on", row.shadow));
  return carry_out(**component, row, load ? row.candidate : std::string(), std::move(audit));
}

Result<PluginView> Plugins::Core::pin(const Scope& tenant, std::string_view id, std::string_view version, const By& by) {
  const auto component = component_at(id);
  if (!component) return component.error();
  if (!tenant) return fail(Errc::invalid, "a pin is one tenant's: name it with ?tenant=", "tenant");
  const ReleaseRow before = row_of(**component, tenant);
  ReleaseRow row = before;
  if (row.stable != version) {
    if (const auto free = check_mark(**component, version); !free) return free.error();
    row.previous = row.stable;
    row.stable = version;
  }
  row.candidate.clear();
  row.shadow = false;
  row.percent = 0;
  auto audit = audit_entry(by, "plugin.pin", (*component)->id, tenant, Detail().text("version", version).text("was", before.stable));
  auto result = carry_out(**component, row, {}, std::move(audit));
  if (result) void_pins(**component, tenant, {});
  return result;
}

Result<HealthAnswer> Plugins::Core::check_health(const Scope& tenant, std::string_view id) {
  const auto component = component_at(id);
  if (!component) return component.error();
  const ReleaseRow row = row_of(**component, tenant);
  const Version* version = (*component)->find_version(row.stable);
  std::shared_ptr<Instance> instance;
  if (version != nullptr)
    for (const auto& [owner, one] : version->instances)
      if (!tenant || owner == *tenant) instance = one;
  if (!instance) return fail(Errc::conflict, (*component)->id + " serves nobody here just now");
  const auto begin = std::chrono::steady_clock::now();
  const hotdesk_result code = instance->endpoint() != nullptr ? instance->endpoint()->check(HOTDESK_HEALTH_DEEP)
                                                              : plugins::check_health(instance->target(), HOTDESK_HEALTH_DEEP);
  const auto took = std::chrono::duration_cast<std::chrono::microseconds>(std::chrono::steady_clock::now() - begin);
  std::string_view name = result_name(code);
  if (constexpr std::string_view prefix = "HOTDESK_"; name.starts_with(prefix)) name.remove_prefix(prefix.size());
  return HealthAnswer{std::string(name), took.count()};
}

/// Every running plan's next edge, at most one each.
void Plugins::Core::advance_rollouts() {
  std::vector<RolloutRow> running;
  for (const auto& [key, row] : rollouts_)
    if (row.state == rollout_state::running) running.push_back(row);
  for (auto& row : running) {
    const auto found = components_.find(row.component);
    if (found == components_.end()) continue;
    const auto moved = advance(found->second, row);
    if (moved) continue;
    const Error& why = moved.error();
    if (why.code != Errc::storage && why.code != Errc::busy && why.code != Errc::limited) {
      row.state = rollout_state::paused;
      row.reason = "the next step is not possible: " + why.text;
      if (save_plan(found->second, row, "plugin.rollout.pause", the_plan)) continue;
    }
    if (std::exchange(last_trouble_, why.text) != why.text)
      log_(LogLevel::error, "plugins", found->first + ": the rollout could not go on and will try again: " + why.text);
  }
}

Result<> Plugins::Core::advance(Component& component, RolloutRow row) {
  const Scope scope = row.tenant;
  const auto own = component.rows.find(scope);
  const ReleaseRow before = own != component.rows.end() ? own->second : ReleaseRow{};
  const auto plan = parse_plan(row.plan);
  RolloutMove move;
  if (plan) move = next_move(*plan, row, before, clock_.now_ms(), Health::well);
  else move = {RolloutMove::Kind::pause, 0, 0, "the plan cannot be read: " + plan.error().text};
  ReleaseRow release = before;
  const auto saved = [](const Result<PluginView>& view) { return view ? Result<>() : Result<>(view.error()); };
  switch (move.kind) {
    case RolloutMove::Kind::none: return {};
    case RolloutMove::Kind::pause:
      row.state = rollout_state::paused;
      row.reason = std::move(move.reason);
      return saved(save_plan(component, std::move(row), "plugin.rollout.pause", the_plan));
    case RolloutMove::Kind::roll_back:  // its candidate is gone already; the breaker's rollbacks come in another way
      row.state = rollout_state::rolled_back;
      row.reason = std::move(move.reason);
      row.since = clock_.now_ms();
      return saved(save_plan(component, std::move(row), "plugin.rollout.end", the_plan));
    case RolloutMove::Kind::finish:
      row.state = rollout_state::done;
      row.since = clock_.now_ms();
      return saved(save_plan(component, std::move(row), "plugin.rollout.done", the_plan));
    case RolloutMove::Kind::raise: {
      row.step = move.step;
      row.since = clock_.now_ms();
      release.percent = move.percent;
      auto audit = audit_entry(the_plan, "plugin.rollout.step", component.id, scope, detail_of(row, release.percent));
      return saved(carry_out(component, std::move(release), {}, std::move(audit), &row));
    }
    case RolloutMove::Kind::promote: {
      row.state = rollout_state::done;
      row.since = clock_.now_ms();
      return saved(promote(component, before, the_plan, "plugin.rollout.done", &row));
    }
  }
  return {};
}

}  // namespace hotdesk::plugins
