#include <algorithm>

#include "base/json.hpp"
#include "plugins/core.hpp"
#include "plugins/detail.hpp"
#include "plugins/rollout/crash_lines.hpp"
#include "plugins/rollout/plan.hpp"
#include "plugins/ticks.hpp"

namespace hotdesk::plugins {
namespace {

const By the_breaker{{}, "breaker", {}};

Summary summary_for(const Version* version, const Uuid& tenant) {
  if (version == nullptr) return {};
  const auto found = version->stats.find(tenant);
  return found != version->stats.end() && found->second ? found->second->summary() : Summary{};
}

std::string crash_evidence(const CrashLine& line) {
  return Detail().text("rule", "crash").text("signal", line.what).text("build_id", line.build_id).number("at", static_cast<std::size_t>(std::max<std::int64_t>(line.at, 0)));
}

}  // namespace

void Plugins::Core::tick() {
  if (!running_) return;
  look_at_breakers();
  advance_rollouts();
  end_windows();
}

/// The version that was stable before, while the present one is fresh; empty: it is not fresh, or there is none to go to.
std::string Plugins::Core::fallback_of(const Component& component, const ReleaseRow& row) const {
  const auto fresh = fresh_.find({component.id, row.tenant});
  if (fresh == fresh_.end() || fresh->second.version != row.stable || row.previous.empty()) return {};
  if (clock_.steady_ms() - fresh->second.since > guard_.limits().rollback_window_ms) return {};
  const Version* previous = component.find_version(row.previous);
  if (previous == nullptr || !previous->package.problem.empty() || mark_of(component, row.previous) != nullptr) return {};
  return row.previous;
}

BreakerLook Plugins::Core::look_of(const Component& component, const ReleaseRow& row, const Uuid& tenant, const std::string& version) const {
  BreakerLook look;
  look.version = version;
  look.watched = summary_for(component.find_version(version), tenant);
  look.steady_ms = clock_.steady_ms();
  look.now_ms = clock_.now_ms();
  look.us_per_tick = microseconds_per_tick();
  if (version == row.candidate) {
    look.role = Watched::candidate;
    look.other_version = row.stable;
  } else if (const auto before = fallback_of(component, row); !before.empty()) {
    look.role = Watched::fresh;
    look.other_version = before;
  }
  if (!look.other_version.empty()) look.other = summary_for(component.find_version(look.other_version), tenant);
  return look;
}

void Plugins::Core::look_at_breakers() {
  std::vector<Tripped> trips;
  bool changed = false;
  for (auto& [id, component] : components_)
    for (const Uuid& tenant : tenants_) {
      const ReleaseRow* row = component.row_for(tenant);
      if (row == nullptr || !row->enabled) continue;
      for (const auto& version : {row->stable, row->shadow ? std::string() : row->candidate}) {
        if (version.empty()) continue;
        const BreakerLook look = look_of(component, *row, tenant, version);
        auto seen = guard_.look(tenant, id, look);
        changed |= seen.changed;
        if (seen.trip) trips.push_back({id, version, tenant, look.role, std::move(*seen.trip)});
      }
    }
  guard_.forget_unwatched();
  if (changed && trips.empty()) publish();
  act_on(std::move(trips));
  retry_rollbacks();
}

void Plugins::Core::on_trouble(const Trouble& trouble) {
  const auto found = components_.find(trouble.plugin);
  if (!running_ || found == components_.end()) return;
  std::vector<Tripped> trips;
  for (const Uuid& tenant : tenants_) {
    if (!trouble.tenant.is_nil() && tenant != trouble.tenant) continue;
    const ReleaseRow* row = found->second.row_for(tenant);
    if (row == nullptr || (row->stable != trouble.version && row->candidate != trouble.version)) continue;
    const BreakerLook look = look_of(found->second, *row, tenant, trouble.version);
    auto seen = guard_.trip(tenant, trouble.plugin, trouble.rule, trouble.reason, look);
    if (seen.trip) trips.push_back({trouble.plugin, trouble.version, tenant, look.role, std::move(*seen.trip)});
  }
  act_on(std::move(trips));
}

std::function<void(std::function<void()>)> Plugins::Core::make_door() {
  return [door = door_](std::function<void()> task) {
    const std::lock_guard lock(door->mutex);
    if (door->loader != nullptr) door->loader->post(std::move(task));
  };
}

void Plugins::Core::post_trouble(Trouble trouble) {
  make_door()([this, trouble = std::move(trouble)] { on_trouble(trouble); });
}

/// Versions that a change put to work are counted from now on.
void Plugins::Core::begin_watch(const Component& component, const ReleaseRow& before, const ReleaseRow& after) {
  const std::set<Uuid> tenants = governed(component, after.tenant);
  if (after.stable != before.stable) {
    const auto key = std::pair(component.id, after.tenant);
    if (after.previous == before.stable && !before.stable.empty()) fresh_[key] = {after.stable, clock_.steady_ms()};
    else fresh_.erase(key);
  }
  for (const auto& version : {after.stable == before.stable ? std::string() : after.stable,
                              after.candidate == before.candidate && after.shadow == before.shadow ? std::string() : after.candidate}) {
    if (version.empty()) continue;
    guard_.retry(component.id, version, tenants);
    for (const Uuid& tenant : tenants) guard_.look(tenant, component.id, look_of(component, after, tenant, version));
  }
}

/// One snapshot without the tripped versions first, so that the next call is well; then what lasts.
void Plugins::Core::act_on(std::vector<Tripped> trips) {
  if (trips.empty()) return;
  publish();
  for (auto& one : trips) {
    ++trips_;
    log_(LogLevel::error, "plugins", one.component + " " + one.version + ": the breaker opened for a tenant (" + one.trip.rule + "): " + one.trip.reason);
    note(one.tenant, "plugin.breaker.open", one.component,
         Detail().text("version", one.version).text("rule", one.trip.rule).text("reason", one.trip.reason).number("trips", static_cast<std::size_t>(one.trip.trips)));
  }
  for (auto& one : trips) {
    Component& component = components_.at(one.component);
    const ReleaseRow* row = component.row_for(one.tenant);
    if (row == nullptr || (row->stable != one.version && row->candidate != one.version)) continue;  // an earlier trip took it back
    const std::set<Uuid> tenants = governed(component, row->tenant);
    const auto consequence =
        consequence_of(one.trip, one.role, tenants.size(), guard_.tripped(one.component, one.version, tenants), guard_.limits());
    if (consequence.mark) mark_bad(component, one.version, one.trip.reason, to_evidence(one.trip.evidence));
    if (!consequence.roll_back) continue;
    pending_[{one.component, row->tenant}] = {one.version, one.trip.reason, to_evidence(one.trip.evidence)};
  }
  retry_rollbacks();
}

/// Rollbacks that were decided and are not stored yet: the store may have been away. The breakers hold the version back
/// meanwhile.
void Plugins::Core::retry_rollbacks() {
  for (auto one = pending_.begin(); one != pending_.end();) {
    const auto found = components_.find(one->first.first);
    const auto done = found != components_.end() ? take_back(found->second, one->first.second, one->second) : Result<>();
    if (done || done.error().code == Errc::conflict) {
      one = pending_.erase(one);
      continue;
    }
    if (!one->second.complained) log_(LogLevel::error, "plugins", one->first.first + ": the rollback could not be stored and will be tried again: " + done.error().text);
    one->second.complained = true;
    ++one;
  }
}

Result<> Plugins::Core::take_back(Component& component, const Scope& scope, const Rollback& rollback) {
  const auto own = component.rows.find(scope);
  if (own == component.rows.end()) return {};
  const ReleaseRow before = own->second;
  ReleaseRow row = before;
  std::string fresh;
  if (before.candidate == rollback.version) {
    row.candidate.clear();
    row.percent = 0;
    row.shadow = false;
  } else if (before.stable == rollback.version && !before.previous.empty()) {
    row.stable = before.previous;
    row.previous.clear();  // `rollback` must not lead back to it
    fresh = row.stable;
  } else {
    return {};
  }
  const RolloutRow* plan = rollout_of(component.id, scope);
  RolloutRow ended;
  if (plan != nullptr && plan->version == rollback.version) {
    ended = *plan;
  } else {
    ended.component = component.id;
    ended.tenant = scope;
    ended.version = rollback.version;
    ended.plan = to_json(RolloutPlan{{{std::clamp(before.candidate == rollback.version ? before.percent : 10'000, 1, 10'000), 0}}});
  }
  ended.state = rollout_state::rolled_back;
  ended.reason = rollback.reason;
  ended.evidence = rollback.evidence;
  ended.since = clock_.now_ms();
  auto audit = audit_entry(the_breaker, "plugin.rollback", component.id, scope,
                           Detail().text("version", rollback.version).text("to", row.stable).text("reason", rollback.reason));
  auto result = carry_out(component, row, fresh, std::move(audit), &ended);
  if (!result) return result.error();
  ++rollbacks_;
  fresh_.erase({component.id, scope});
  void_pins(component, scope, rollback.version);
  log_(LogLevel::error, "plugins", component.id + ": " + rollback.version + " was taken back, " + row.stable + " serves: " + rollback.reason);
  return {};
}

// Marks ---------------------------------------------------------------------------------------------------------------------

/// A mark counts for the build that earned it; without a build id it counts for all.
const MarkRow* Plugins::Core::mark_of(const Component& component, std::string_view version) const {
  const auto found = marks_.find({component.id, std::string(version)});
  if (found == marks_.end()) return nullptr;
  const Version* known = component.find_version(found->first.second);
  const bool other = known != nullptr && !found->second.build_id.empty() && known->package.manifest.build_id != found->second.build_id;
  return other ? nullptr : &found->second;
}

Result<> Plugins::Core::check_mark(const Component& component, std::string_view version) const {
  const MarkRow* mark = mark_of(component, version);
  if (mark == nullptr) return {};
  return fail(Errc::conflict, mark->version + " is marked bad: " + mark->reason + "; clear the mark first if it may be tried again (hotdesk plugin unmark " +
                                  component.id + " " + mark->version + ")", "version");
}

Result<> Plugins::Core::save_mark(Component& component, const std::string& version, std::string reason, std::string evidence, const By& by) {
  MarkRow mark;
  mark.component = component.id;
  mark.version = version;
  if (const Version* known = component.find_version(version)) mark.build_id = known->package.manifest.build_id;
  mark.reason = std::move(reason);
  mark.evidence = std::move(evidence);
  mark.at = clock_.now_ms();
  const auto audit = audit_entry(by, "plugin.mark", component.id, std::nullopt, Detail().text("version", version).text("reason", mark.reason));
  if (const auto saved = store_.save_mark(mark, audit); !saved) return saved;
  marks_[{component.id, version}] = std::move(mark);
  return {};
}

void Plugins::Core::mark_bad(Component& component, const std::string& version, const std::string& reason, const std::string& evidence) {
  const auto saved = save_mark(component, version, reason, evidence, the_breaker);
  if (saved) log_(LogLevel::error, "plugins", component.id + " " + version + " is marked bad: " + reason);
  else log_(LogLevel::error, "plugins", component.id + " " + version + " could not be marked bad: " + saved.error().text);
}

Result<PluginView> Plugins::Core::mark(const Scope& scope, std::string_view id, std::string_view version, std::string_view reason, const By& by) {
  const auto component = component_at(id);
  if (!component) return component.error();
  if ((*component)->find_version(std::string(version)) == nullptr) return fail(Errc::not_found, (*component)->id + " has no version " + std::string(version.substr(0, 64)));
  if (const auto saved = save_mark(**component, std::string(version), std::string(reason), "{}", by); !saved) return saved.error();
  // Where it is only on trial it goes at once; where it serves, somebody has to choose what follows.
  for (const auto& [scope_of_row, row] : (*component)->rows)
    if (row.candidate == version) pending_[{(*component)->id, scope_of_row}] = {std::string(version), "marked bad: " + std::string(reason), "{}"};
  retry_rollbacks();
  return view(**component, scope);
}

Result<PluginView> Plugins::Core::unmark(const Scope& scope, std::string_view id, std::string_view version, const By& by) {
  const auto component = component_at(id);
  if (!component) return component.error();
  const std::string name(version);
  if (!marks_.contains({(*component)->id, name})) return fail(Errc::not_found, name.substr(0, 64) + " is not marked", "version");
  const auto audit = audit_entry(by, "plugin.unmark", (*component)->id, std::nullopt, Detail().text("version", name));
  if (const auto erased = store_.erase_mark((*component)->id, name, audit); !erased) return erased.error();
  marks_.erase({(*component)->id, name});
  guard_.reset((*component)->id, name);
  publish();
  return view(**component, scope);
}

// Start ---------------------------------------------------------------------------------------------------------------------

Result<> Plugins::Core::load_rollouts() {
  auto rollouts = store_.list_rollouts();
  if (!rollouts) return rollouts.error();
  auto marks = store_.list_marks();
  if (!marks) return marks.error();
  for (auto& row : *rollouts) rollouts_[{row.component, row.tenant}] = std::move(row);
  for (auto& row : *marks) marks_[{row.component, row.version}] = std::move(row);
  return {};
}

/// What died in a plugin since the last start is kept out: its mark is stored, and releases that name it go back.
void Plugins::Core::heed_crashes() {
  if (options_.crash_journal.empty()) return;
  CrashLines journal(options_.crash_journal);
  const auto lines = journal.read();
  if (!lines) return log_(LogLevel::error, "plugins", lines.error().text);
  for (const auto& line : *lines) {
    const auto found = components_.find(line.plugin);
    if (found == components_.end() || found->second.find_version(line.version) == nullptr) continue;
    const Version& version = *found->second.find_version(line.version);
    if (!line.build_id.empty() && version.package.manifest.build_id != line.build_id) continue;
    const std::string reason = "the host died in it (" + line.what + ")";
    mark_bad(found->second, line.version, reason, crash_evidence(line));
    for (const auto& [scope, row] : found->second.rows)
      if (row.candidate == line.version || row.stable == line.version) pending_[{line.plugin, scope}] = {line.version, reason, crash_evidence(line)};
  }
  if (const auto kept = journal.acknowledge(); !kept) log_(LogLevel::error, "plugins", kept.error().text);
}

/// Versions that are marked now are not loaded in this run, but in a runner where the host itself is what died.
void Plugins::Core::keep_out_marked() {
  for (const auto& [key, mark] : marks_) {
    const auto component = components_.find(key.first);
    if (component != components_.end() && mark_of(component->second, key.second) != nullptr) kept_out_.insert(key);
  }
}

Plugins::Core::Kept Plugins::Core::kept_out(const Component& component, const std::string& version) const {
  if (!kept_out_.contains({component.id, version})) return Kept::in;
  const MarkRow* mark = mark_of(component, version);
  if (mark == nullptr) return Kept::in;
  return runners_ && mark->evidence.find("\"signal\"") != std::string::npos ? Kept::runner : Kept::out;
}

// What is shown -------------------------------------------------------------------------------------------------------------

BreakerView Plugins::Core::breaker_view(const Component& component, const ReleaseRow& row, const Scope& tenant) const {
  const std::set<Uuid> tenants = tenant ? std::set<Uuid>{*tenant} : governed(component, tenant);
  BreakerView out;
  const Breaker* worst = nullptr;
  const auto badness = [](const Breaker& one) { return one.state() == BreakerState::open ? 2 : one.state() == BreakerState::half_open ? 1 : 0; };
  for (const auto& version : {row.stable, row.candidate})
    for (const Uuid& one : tenants) {
      const Breaker* breaker = version.empty() ? nullptr : guard_.find(one, component.id, version);
      if (breaker == nullptr || breaker->trips() == 0) continue;
      if (worst == nullptr || std::pair(badness(*breaker), breaker->at()) > std::pair(badness(*worst), worst->at())) worst = breaker;
    }
  if (worst != nullptr) out = {to_string(worst->state()), worst->trips(), worst->reason(), worst->at()};
  return out;
}

Result<std::string> Plugins::Core::compare(const Scope& scope, std::string_view id) {
  const auto component = component_at(id);
  if (!component) return component.error();
  const ReleaseRow row = row_of(**component, scope);
  const std::set<Uuid> tenants = scope ? std::set<Uuid>{*scope} : governed(**component, scope);
  Comparison all;
  all.stable.version = row.stable;
  Summary stable, candidate;
  std::uint64_t most = 0;
  for (const Uuid& tenant : tenants) {
    if (row.candidate.empty() || row.shadow) {
      stable += summary_for((*component)->find_version(row.stable), tenant);
      continue;
    }
    const BreakerLook look = look_of(**component, row, tenant, row.candidate);
    const Breaker* breaker = guard_.find(tenant, (*component)->id, row.candidate);
    if (breaker == nullptr) continue;
    const auto [watched, other] = breaker->counted(look);
    candidate += watched;
    stable += other;
    const Comparison one = breaker->compare(look);
    if (watched.calls >= most) {
      most = watched.calls;
      all.windows = one.windows;
    }
    if (one.state == "worse" && all.state != "worse") all.state = one.state, all.reason = one.reason;
  }
  all.stable = figures_of(row.stable, stable, microseconds_per_tick());
  if (!row.candidate.empty() && !row.shadow) {
    all.candidate = figures_of(row.candidate, candidate, microseconds_per_tick());
    if (all.state != "worse") all.state = candidate.calls < guard_.limits().calls ? "watching" : "well";
  }
  return to_json(all);
}

}  // namespace hotdesk::plugins
