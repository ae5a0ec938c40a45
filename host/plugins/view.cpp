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
                        {"loaded_at", one.loaded_at == 0 ? Json(nullptr) : Json(to_rfc3339(one.loaded_at))}});
  Json held = Json::array();
  for (const auto& tenant : view.held_back) held.push_back(tenant.text());
  const Json out{{"id", view.id},
                 {"name", view.name},
                 {"enabled", view.enabled},
                 {"lane", view.lane},
                 {"state", view.state},
                 {"versions", std::move(versions)},
                 {"release",
                  {{"stable", or_null(view.release.stable)},
                   {"previous", or_null(view.release.previous)},
                   {"candidate", or_null(view.release.candidate)},
                   {"percent", view.release.percent / 100.0},
                   {"own", view.release.own}}},
                 {"held_back", std::move(held)},
                 {"config", parse_or(view.config, Json::object())},
                 {"config_schema", view.config_schema.empty() ? Json(nullptr) : parse_or(view.config_schema, nullptr)}};
  return dump_json(out);
}

}  // namespace hotdesk::plugins
