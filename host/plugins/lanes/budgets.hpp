#pragma once
#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "plugins/calls/ask.hpp"
#include "plugins/lanes/endpoint.hpp"

namespace hotdesk::plugins {

/// The amounts an instance may use. The names in JSON (manifest `budgets`, grants) are those of the members; `async_ms` is
/// an object {"router", "filter", "responder"}.
struct Budgets {
  std::uint32_t sync_soft_ms = 2;   ///< counted
  std::uint32_t sync_hard_ms = 20;  ///< of the thread's own CPU time, or ten times that by the clock: written off
  std::uint32_t filter_ms = 200;
  std::uint32_t router_ms = 300;
  std::uint32_t responder_ms = 15'000;
  std::uint32_t gray_ms = 100;
  std::uint32_t event_ms = 5'000;
  std::uint32_t concurrency = 64;   ///< calls under way
  std::uint32_t host_calls = 256;   ///< uses of host services in a call
  std::uint32_t http_requests = 16; ///< in a call
  std::uint32_t log_lines = 100;    ///< a second
  std::uint64_t kv_bytes = 1024 * 1024;
  std::uint64_t arena_bytes = 1024 * 1024;
  std::uint64_t memory_bytes = 256ULL * 1024 * 1024;  ///< a runner's
  std::uint32_t cpu_percent = 100;                    ///< a runner's, of one core

  std::chrono::milliseconds limit_of(Method method) const noexcept;
};

/// The defaults with what the JSON object says otherwise. Errc::invalid with the pointer for a wrong member.
Result<Budgets> read_budgets(std::string_view json);

/// What an operator lets an instance do.
struct Granted {
  Lane lane = Lane::inline_;
  std::vector<std::string> permissions;  ///< "kv", "messages", "http:api.example.com", …
  Budgets budgets;

  bool allows(std::string_view permission) const noexcept;
  /// The hosts behind "http:".
  std::vector<std::string> http_hosts() const;
};

}  // namespace hotdesk::plugins
