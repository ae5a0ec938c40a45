#pragma once
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>
#include <utility>

#include "hotdesk/plugin/router.h"
#include "hotdesk/sdk/host.hpp"

namespace hotdesk::sdk {

inline bool same(const hotdesk_id& a, const hotdesk_id& b) noexcept { return std::memcmp(a.bytes, b.bytes, 16) == 0; }
inline bool is_none(const hotdesk_id& id) noexcept { return same(id, hotdesk_id{}); }

/// A conversation that needs somebody. Views live until route() returns.
class RouteRequest {
 public:
  explicit RouteRequest(const hotdesk_route_request& raw) noexcept : raw_(raw) {}
  /// Agents who are online and have room.
  std::uint64_t agents() const noexcept { return raw_.available.count; }
  const hotdesk_agent& agent(std::uint64_t i) const noexcept { return *HOTDESK_AT(hotdesk_agent, raw_.available, i); }
  const hotdesk_agent* find_agent(const hotdesk_id& id) const noexcept {
    for (std::uint64_t i = 0; i < agents(); ++i)
      if (same(agent(i).id, id)) return &agent(i);
    return nullptr;
  }
  std::uint64_t labels() const noexcept { return raw_.labels.count; }
  std::string_view label(std::uint64_t i) const noexcept { return to_view(*HOTDESK_AT(hotdesk_text, raw_.labels, i)); }
  std::int32_t priority() const noexcept { return raw_.priority; }
  /// Who had this visitor last; is_none() when nobody.
  const hotdesk_id& last_agent() const noexcept { return raw_.last_agent; }
  const hotdesk_id& department() const noexcept { return raw_.department; }
  const hotdesk_id& visitor() const noexcept { return raw_.visitor; }
  const hotdesk_route_request& raw() const noexcept { return raw_; }

 private:
  const hotdesk_route_request& raw_;
};

struct Route {
  bool skip = true;
  std::int32_t target = HOTDESK_ROUTE_QUEUE;
  hotdesk_id agent{};
  std::string reason;
};
/// No opinion: the next router, in the end the host's own rule.
inline Route skip() { return {}; }
/// One of the request's agents.
inline Route to_agent(const hotdesk_id& agent, std::string reason) {
  return {false, HOTDESK_ROUTE_AGENT, agent, std::move(reason)};
}
/// Let it wait.
inline Route to_queue(std::string reason) { return {false, HOTDESK_ROUTE_QUEUE, {}, std::move(reason)}; }

/// Mixin: chooses who takes a conversation.
class Router {
 public:
  virtual ~Router() = default;
  /// Called by many threads at once. Soft budget 2 ms.
  virtual Route route(const RouteRequest& request) = 0;
};

}  // namespace hotdesk::sdk
