#include "plugins/packages/package_view.hpp"

#include <nlohmann/json.hpp>

#include "base/bytes.hpp"
#include "base/json.hpp"
#include "base/text.hpp"
#include "plugins/lanes/budgets.hpp"

namespace hotdesk::plugins {
namespace {

constexpr const char* report_file = "report.json";
constexpr std::size_t most_report = 256 * 1024;

Json or_null(const std::string& text) { return text.empty() ? Json(nullptr) : Json(text); }
Json time_or_null(std::int64_t at) { return at == 0 ? Json(nullptr) : Json(to_rfc3339(at)); }
Json parsed_or(const std::string& text, Json otherwise) {
  if (text.empty()) return otherwise;
  auto parsed = parse_json(text);
  return parsed ? std::move(*parsed) : otherwise;
}

Json key_json(const TrustKey& key) {
  return {{"key_id", key.key_id},
          {"name", key.name},
          {"level", to_string(key.level)},
          {"prefixes", key.prefixes},
          {"public_key", to_base64url(key.public_key)},
          {"added_at", time_or_null(key.added_at)},
          {"revoked_at", time_or_null(key.revoked_at)},
          {"reason", or_null(key.reason)}};
}

/// The amounts that count when nobody asks for others.
Json default_budgets() {
  const Budgets budgets;
  return {{"sync_soft_ms", budgets.sync_soft_ms}, {"sync_hard_ms", budgets.sync_hard_ms},
          {"async_ms", {{"filter", budgets.filter_ms}, {"router", budgets.router_ms}, {"responder", budgets.responder_ms}}},
          {"concurrency", budgets.concurrency}, {"host_calls", budgets.host_calls}, {"http_requests", budgets.http_requests},
          {"log_lines", budgets.log_lines}, {"kv_bytes", budgets.kv_bytes}, {"arena_bytes", budgets.arena_bytes},
          {"memory_bytes", budgets.memory_bytes}, {"cpu_percent", budgets.cpu_percent}};
}

}  // namespace

PackageInfo info_of(const Verified& package) {
  PackageInfo info;
  info.manifest = package.manifest;
  info.level = package.level;
  info.key_id = package.key_id;
  info.sha256 = package.sha256;
  info.manifest_text = package.file("manifest.json");
  if (const auto report = package.file(report_file); report.size() <= most_report) info.report = report;
  return info;
}

std::string to_json(const PackageInfo& info, bool whole) {
  const Manifest& manifest = info.manifest;
  Json out{{"id", manifest.id},
           {"version", manifest.version},
           {"name", manifest.name},
           {"vendor", manifest.vendor},
           {"level", to_string(info.level)},
           {"key_id", or_null(info.key_id)},
           {"sha256", or_null(info.sha256)},
           {"permissions", manifest.permissions},
           {"budgets", parsed_or(manifest.budgets, Json::object())},
           {"isolation", {{"min", manifest.min_lane}}},
           {"provides", manifest.provides},
           {"min_host", or_null(manifest.min_host)},
           {"upgrade_from", or_null(manifest.upgrade_from)},
           {"report", parsed_or(info.report, nullptr)}};
  if (!whole) return dump_json(out);
  out["problem"] = or_null(info.problem);
  out["manifest"] = parsed_or(info.manifest_text, nullptr);
  out["uploaded_at"] = time_or_null(info.arrival.at);
  out["uploaded_by"] = or_null(info.arrival.by);
  out["bad"] = nullptr;
  if (info.bad) out["bad"] = {{"reason", info.bad->reason}, {"at", time_or_null(info.bad->at)}, {"evidence", parsed_or(info.bad->evidence, Json::object())}};
  return dump_json(out);
}

std::string to_json(const TrustKey& key) { return dump_json(key_json(key)); }

std::string to_json(const TrustList& list) {
  Json data = Json::array();
  for (const auto& key : list.keys) data.push_back(key_json(key));
  return dump_json(Json{{"data", std::move(data)}, {"minimums", list.minimums}});
}

std::string to_json(const GrantView& grant) {
  return dump_json(Json{{"lane", or_null(grant.lane)},
                        {"default_lane", grant.default_lane},
                        {"isolation_min", grant.isolation_min},
                        {"permissions", {{"asked", grant.asked}, {"granted", grant.granted}}},
                        {"budgets",
                         {{"asked", parsed_or(grant.budgets_asked, Json::object())},
                          {"granted", parsed_or(grant.budgets_granted, Json::object())},
                          {"defaults", default_budgets()}}}});
}

}  // namespace hotdesk::plugins
