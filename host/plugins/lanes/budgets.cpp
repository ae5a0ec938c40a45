#include "plugins/lanes/budgets.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <span>

#include "base/json.hpp"

namespace hotdesk::plugins {
namespace {

template <class Number>
struct Amount {
  const char* name;
  Number Budgets::*member;
  std::uint64_t least;
  std::uint64_t most;
};
constexpr Amount<std::uint32_t> small[] = {
    {"sync_soft_ms", &Budgets::sync_soft_ms, 1, 1'000},     {"sync_hard_ms", &Budgets::sync_hard_ms, 1, 10'000},
    {"concurrency", &Budgets::concurrency, 1, 10'000},      {"host_calls", &Budgets::host_calls, 0, 100'000},
    {"http_requests", &Budgets::http_requests, 0, 1'000},   {"log_lines", &Budgets::log_lines, 0, 10'000},
    {"cpu_percent", &Budgets::cpu_percent, 1, 6'400},
};
constexpr Amount<std::uint64_t> large[] = {
    {"kv_bytes", &Budgets::kv_bytes, 0, 64ULL << 20},
    {"arena_bytes", &Budgets::arena_bytes, 4096, 1ULL << 20},
    {"memory_bytes", &Budgets::memory_bytes, 32ULL << 20, 16ULL << 30},
};
constexpr Amount<std::uint32_t> waits[] = {
    {"filter", &Budgets::filter_ms, 1, 10'000},
    {"router", &Budgets::router_ms, 1, 10'000},
    {"responder", &Budgets::responder_ms, 100, 300'000},
};

template <class Number>
Result<bool> take(const std::string& at, const std::string& name, const Json& value, std::span<const Amount<Number>> amounts,
                  Budgets& out) {
  for (const auto& one : amounts) {
    if (name != one.name) continue;
    if (!value.is_number_unsigned() || value.get<std::uint64_t>() < one.least || value.get<std::uint64_t>() > one.most)
      return fail(Errc::invalid, "must be a whole number from " + std::to_string(one.least) + " to " + std::to_string(one.most), at + name);
    out.*one.member = static_cast<Number>(value.get<std::uint64_t>());
    return true;
  }
  return false;
}

}  // namespace

std::chrono::milliseconds Budgets::limit_of(Method method) const noexcept {
  switch (method) {
    case Method::inspect: return std::chrono::milliseconds(filter_ms);
    case Method::route: return std::chrono::milliseconds(router_ms);
    case Method::reply: return std::chrono::milliseconds(responder_ms);
    case Method::assign: return std::chrono::milliseconds(gray_ms);
    case Method::on_event: return std::chrono::milliseconds(event_ms);
  }
  return std::chrono::milliseconds(filter_ms);
}

Result<Budgets> read_budgets(std::string_view json) {
  const auto parsed = parse_json(std::string(json));
  if (!parsed || !parsed->is_object()) return fail(Errc::invalid, "must be an object", "/budgets");
  Budgets out;
  for (const auto& [name, value] : parsed->items()) {
    if (name == "async_ms") {
      if (!value.is_object()) return fail(Errc::invalid, "must be an object", "/budgets/async_ms");
      for (const auto& [which, wait] : value.items()) {
        const auto taken = take<std::uint32_t>("/budgets/async_ms/", which, wait, waits, out);
        if (!taken) return taken.error();
        if (!*taken) return fail(Errc::invalid, "is not known: router, filter or responder", "/budgets/async_ms/" + which);
      }
      continue;
    }
    auto taken = take<std::uint32_t>("/budgets/", name, value, small, out);
    if (taken && !*taken) taken = take<std::uint64_t>("/budgets/", name, value, large, out);
    if (!taken) return taken.error();
    if (!*taken) return fail(Errc::invalid, "is not a budget that this host knows", "/budgets/" + name);
  }
  return out;
}

bool Granted::allows(std::string_view permission) const noexcept {
  return std::find(permissions.begin(), permissions.end(), permission) != permissions.end();
}

std::vector<std::string> Granted::http_hosts() const {
  std::vector<std::string> hosts;
  for (const auto& one : permissions)
    if (one.starts_with("http:")) hosts.push_back(one.substr(5));
  return hosts;
}

}  // namespace hotdesk::plugins
