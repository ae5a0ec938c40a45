#include <cstring>

#include "base/text.hpp"
#include "plugins/hooks.hpp"
#include "plugins/host_tables.hpp"
#include "plugins/thread_record.hpp"
#include "plugins/ticks.hpp"

namespace hotdesk::plugins {
namespace {

using conversations::RouteAnswer;
using conversations::RouteRequest;

hotdesk_id to_id(const Uuid& uuid) noexcept {
  hotdesk_id id;
  std::memcpy(id.bytes, uuid.bytes().data(), 16);
  return id;
}

Uuid to_uuid(const hotdesk_id& id) noexcept {
  std::array<std::uint8_t, 16> bytes;
  std::memcpy(bytes.data(), id.bytes, 16);
  return Uuid(bytes);
}

/// The request in the ABI's form; points into itself and into the host's request.
struct Translated {
  explicit Translated(const RouteRequest& from) {
    for (const auto& label : from.waiting.labels) labels.push_back(to_text(label));
    for (const auto& one : from.available) {
      hotdesk_agent agent{};
      agent.size = sizeof agent;
      agent.open = static_cast<std::uint32_t>(std::max(one.open, 0));
      agent.capacity = static_cast<std::uint32_t>(std::max(one.capacity, 0));
      agent.id = to_id(one.id);
      agent.name = to_text(one.name);
      agent.last_assigned_at = one.last_assigned_at;
      agents.push_back(agent);
    }
    request.size = sizeof request;
    request.priority = from.waiting.priority;
    request.conversation = to_id(from.waiting.conversation);
    request.visitor = to_id(from.waiting.visitor);
    request.department = to_id(from.waiting.department);
    if (from.waiting.last_agent) request.last_agent = to_id(*from.waiting.last_agent);
    request.labels = {labels.data(), labels.size(), sizeof(hotdesk_text)};
    request.available = {agents.data(), agents.size(), sizeof(hotdesk_agent)};
    request.waiting_since = from.waiting.since;
  }
  Translated(const Translated&) = delete;
  Translated& operator=(const Translated&) = delete;
  std::vector<hotdesk_text> labels;
  std::vector<hotdesk_agent> agents;
  hotdesk_route_request request{};
};

hotdesk_result call_router(Instance& instance, hotdesk_call call, const hotdesk_route_request& request,
                           hotdesk_route_answer& answer) noexcept {
  try {
    return instance.image().router()->route(instance.raw(), call, &request, &answer);
  } catch (...) {
    return HOTDESK_E_INTERNAL;
  }
}

/// Fills `out` when the plugin decided; otherwise HOTDESK_SKIP or the error.
hotdesk_result judge(const ThreadRecord& me, hotdesk_result code, const hotdesk_route_answer& answer, const RouteRequest& request,
                     RouteAnswer& out) {
  if (code == HOTDESK_PENDING) return HOTDESK_E_UNSUPPORTED;
  if (code > HOTDESK_SKIP) return HOTDESK_E_INTERNAL;
  if (code != HOTDESK_OK) return code;
  const auto reason = to_view(answer.reason);
  if (!reason.empty() && (reason.size() > 1024 || !me.arena.holds(reason.data(), reason.size()) || !is_clean_text(reason)))
    return HOTDESK_E_INVALID;
  if (answer.target == HOTDESK_ROUTE_AGENT) {
    const Uuid agent = to_uuid(answer.agent);
    for (const auto& one : request.available) {
      if (one.id != agent) continue;
      out.kind = RouteAnswer::Kind::agent;
      out.agent = agent;
      out.reason = reason;
      return HOTDESK_OK;
    }
    return HOTDESK_E_INVALID;
  }
  if (answer.target != HOTDESK_ROUTE_QUEUE) return HOTDESK_SKIP;  // bots are for a later minor
  out.kind = RouteAnswer::Kind::queue;
  out.reason = reason;
  return HOTDESK_OK;
}

}  // namespace

RouteAnswer Hooks::run_routers(ThreadRecord& me, const Plan& plan, const RouteRequest& request) {
  RouteAnswer out;
  if (plan.routers.empty()) return out;
  const Translated translated(request);
  for (const Slot& slot : plan.routers) {
    Instance* instance = choose(slot, request.tenant, request.waiting.conversation, request.waiting.visitor);
    hotdesk_result code = HOTDESK_E_STATE;
    if (instance != nullptr) {
      hotdesk_route_answer answer{};
      answer.size = sizeof answer;
      me.failed_code = HOTDESK_OK;
      const std::uint64_t begin = ticks();
      {
        const CallMark mark(me, instance->image().mark().c_str());
        code = call_router(*instance, mark.handle(), translated.request, answer);
      }
      code = judge(me, code, answer, request, out);
      instance->stats().record(me.index, ticks() - begin, code < 0 ? CallEnd::error : CallEnd::plain);
      if (code < 0) report(me, *instance, code, "route");
    }
    if (code == HOTDESK_OK) break;
    if (code < 0 && plan.router_closed) {
      out.kind = RouteAnswer::Kind::queue;
      out.reason = slot.component + " failed";
      break;
    }
  }
  me.arena.clear();
  return out;
}

}  // namespace hotdesk::plugins
