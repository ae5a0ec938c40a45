#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "hotdesk/plugin/router.h"
#include "hotdesk/sdk/call.hpp"
#include "hotdesk/sdk/host.hpp"
#include "hotdesk/sdk/ids.hpp"

namespace hotdesk::sdk {

struct Route {
  bool skip = true;
  std::int32_t target = HOTDESK_ROUTE_QUEUE;
  hotdesk_id agent{};
  std::string reason;
  hotdesk_id department{};
  std::uint32_t again_ms = 0;
  bool is_pending = false;

  Route() = default;
  Route(std::int32_t target_, std::string reason_) : skip(false), target(target_), reason(std::move(reason_)) {}
  Route(Pending) : is_pending(true) {}
};
/// No opinion: the next router, in the end the host's own rule.
inline Route skip() { return {}; }
/// One of the request's agents.
inline Route to_agent(const hotdesk_id& agent, std::string reason) {
  Route route(HOTDESK_ROUTE_AGENT, std::move(reason));
  route.agent = agent;
  return route;
}
/// Let it wait. `again_ms`: ask again after so long at the latest (at least 1,000; 0: only when something changes).
inline Route to_queue(std::string reason, std::uint32_t again_ms = 0) {
  Route route(HOTDESK_ROUTE_QUEUE, std::move(reason));
  route.again_ms = again_ms;
  return route;
}
/// The responders answer until they hand over.
inline Route to_bot(std::string reason) { return Route(HOTDESK_ROUTE_BOT, std::move(reason)); }
/// It waits in another department, one of the request's. A host of ABI 1.0 takes it for skip().
inline Route to_department(const hotdesk_id& department, std::string reason) {
  Route route(HOTDESK_ROUTE_DEPARTMENT, std::move(reason));
  route.department = department;
  return route;
}

namespace detail {
template <>
struct Raw<Route> {
  using type = hotdesk_route_answer;
  static hotdesk_result fill(const CallContext& context, const Route& route, hotdesk_route_answer& answer) noexcept {
    if (route.is_pending) return HOTDESK_PENDING;
    if (route.skip) return HOTDESK_SKIP;
    answer.target = route.target;
    answer.agent = route.agent;
    if (HOTDESK_REACHES(&answer, hotdesk_route_answer, department)) answer.department = route.department;
    if (HOTDESK_REACHES(&answer, hotdesk_route_answer, again_ms)) answer.again_ms = route.again_ms;
    return context.keep(route.reason, answer.reason) ? HOTDESK_OK : HOTDESK_E_BUDGET;
  }
};
}  // namespace detail

/// A conversation that needs somebody. Views live until the call is over.
class RouteRequest {
 public:
  RouteRequest(const hotdesk_route_request& raw, const detail::CallContext& context) noexcept : raw_(raw), context_(context) {}
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
  const hotdesk_id& conversation() const noexcept { return raw_.conversation; }
  /// Milliseconds since 1970.
  std::int64_t waiting_since() const noexcept { return raw_.waiting_since; }

  // What a host of ABI 1.0 does not tell is nullopt, empty or none.
  std::optional<std::int64_t> now() const noexcept {
    if (!HOTDESK_REACHES(&raw_, hotdesk_route_request, now)) return std::nullopt;
    return raw_.now;
  }
  std::string_view channel() const noexcept {
    return HOTDESK_REACHES(&raw_, hotdesk_route_request, channel) ? to_view(raw_.channel) : std::string_view();
  }
  std::string_view language() const noexcept {
    return HOTDESK_REACHES(&raw_, hotdesk_route_request, language) ? to_view(raw_.language) : std::string_view();
  }
  Attributes attributes() const noexcept {
    return Attributes(HOTDESK_REACHES(&raw_, hotdesk_route_request, attributes) ? raw_.attributes : hotdesk_array{});
  }
  std::uint64_t departments() const noexcept {
    return HOTDESK_REACHES(&raw_, hotdesk_route_request, departments) ? raw_.departments.count : 0;
  }
  const hotdesk_department& department(std::uint64_t i) const noexcept {
    return *HOTDESK_AT(hotdesk_department, raw_.departments, i);
  }
  const hotdesk_department* find_department(std::string_view name) const noexcept {
    for (std::uint64_t i = 0; i < departments(); ++i)
      if (to_view(department(i).name) == name) return &department(i);
    return nullptr;
  }

  const hotdesk_route_request& raw() const noexcept { return raw_; }
  hotdesk_call call() const noexcept { return context_.call; }
  /// The right to answer after route() has returned pending(): within 300 ms.
  Later<Route> later() const noexcept { return Later<Route>(context_); }

 private:
  const hotdesk_route_request& raw_;
  detail::CallContext context_;
};

/// The log-in name, by which a configuration names agents; empty from a host of ABI 1.0.
inline std::string_view username(const hotdesk_agent& agent) noexcept {
  return HOTDESK_REACHES(&agent, hotdesk_agent, username) ? to_view(agent.username) : std::string_view();
}
inline bool belongs_to(const hotdesk_agent& agent, const hotdesk_id& department) noexcept {
  if (!HOTDESK_REACHES(&agent, hotdesk_agent, departments)) return false;
  for (std::uint64_t i = 0; i < agent.departments.count; ++i)
    if (same(*HOTDESK_AT(hotdesk_id, agent.departments, i), department)) return true;
  return false;
}

/// Mixin: chooses who takes a conversation.
class Router {
 public:
  virtual ~Router() = default;
  /// Called by many threads at once. Soft budget 2 ms. To answer later: take request.later(), return pending().
  virtual Route route(const RouteRequest& request) = 0;
};

}  // namespace hotdesk::sdk
