#include "plugins/view.hpp"

#include <nlohmann/json.hpp>

#include "base/json.hpp"
#include "base/text.hpp"

namespace hotdesk::plugins {
namespace {

Json or_null(const std::string& text) { return text.empty() ? Json(nullptr) : Json(text); }

/// Two decimals are what the panel shows; more would be noise.
double rounded(double us) { return static_cast<double>(static_cast<std::int64_t>(us * 100 + 0.5)) / 100; }

Json parse_or(const std::string& text, Json otherwise) {
  auto parsed = parse_json(text);
  return parsed ? std::move(*parsed) : otherwise;
}

Json time_or_null(std::int64_t ms) { return ms == 0 ? Json(nullptr) : Json(to_rfc3339(ms)); }

Json bad_of(const std::optional<BadView>& bad) {
  if (!bad) return nullptr;
  return {{"reason", bad->reason}, {"at", time_or_null(bad->at)}, {"evidence", parse_or(bad->evidence, Json::object())}};
}

Json runner_of(const std::optional<RunnerView>& runner) {
  if (!runner) return nullptr;
  return {{"state", runner->state}, {"pid", runner->pid}, {"restarts", runner->restarts}, {"last_crash", or_null(runner->last_crash)}};
}

Json shadow_of(const std::optional<ShadowView>& shadow) {
  if (!shadow) return nullptr;
  return {{"calls", shadow->calls}, {"differences", shadow->differences}, {"errors", shadow->errors}};
}

Json rollout_of(const std::optional<RolloutView>& rollout) {
  if (!rollout) return nullptr;
  Json steps = Json::array();
  for (const auto& step : rollout->steps) steps.push_back({{"percent", step.percent / 100.0}, {"hold_s", step.hold_s}});
  return {{"version", rollout->version},
          {"steps", std::move(steps)},
          {"step", rollout->step},
          {"since", time_or_null(rollout->since)},
          {"next_at", time_or_null(rollout->next_at.value_or(0))},
          {"state", rollout->state},
          {"reason", or_null(rollout->reason)},
          {"evidence", parse_or(rollout->evidence, Json::object())}};
}

}  // namespace

std::string to_json(const PluginView& view) {
  Json versions = Json::array();
  for (const auto& one : view.versions)
    versions.push_back({{"version", one.version},
                        {"build_id", or_null(one.build_id)},
                        {"state", one.state},
                        {"problem", or_null(one.problem)},
                        {"calls", one.calls},
                        {"errors", one.errors},
                        {"refused", one.refused},
                        {"rewritten", one.rewritten},
                        {"p50_us", rounded(one.p50_us)},
                        {"p99_us", rounded(one.p99_us)},
                        {"level", one.level},
                        {"lane", one.lane},
                        {"crashes", one.crashes},
                        {"timeouts", one.timeouts},
                        {"loaded_at", time_or_null(one.loaded_at)},
                        {"bad", bad_of(one.bad)},
                        {"shadow", shadow_of(one.shadow)},
                        {"runner", runner_of(one.runner)}});
  Json held = Json::array();
  for (const auto& tenant : view.held_back) held.push_back(tenant.text());
  const Json out{{"id", view.id},
                 {"name", view.name},
                 {"vendor", or_null(view.vendor)},
                 {"level", or_null(view.level)},
                 {"provides", view.provides},
                 {"enabled", view.enabled},
                 {"lane", view.lane},
                 {"state", view.state},
                 {"versions", std::move(versions)},
                 {"release",
                  {{"stable", or_null(view.release.stable)},
                   {"previous", or_null(view.release.previous)},
                   {"candidate", or_null(view.release.candidate)},
                   {"percent", view.release.percent / 100.0},
                   {"own", view.release.own},
                   {"shadow", view.release.shadow}}},
                 {"rollout", rollout_of(view.rollout)},
                 {"breaker",
                  {{"state", view.breaker.state},
                   {"trips", view.breaker.trips},
                   {"reason", or_null(view.breaker.reason)},
                   {"at", time_or_null(view.breaker.at)}}},
                 {"held_back", std::move(held)},
                 {"config", parse_or(view.config, Json::object())},
                 {"config_schema", view.config_schema.empty() ? Json(nullptr) : parse_or(view.config_schema, nullptr)}};
  return dump_json(out);
}

}  // namespace hotdesk::plugins
