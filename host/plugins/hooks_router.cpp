#include <algorithm>
#include <future>

#include "plugins/hooks.hpp"
#include "plugins/thread_record.hpp"

namespace hotdesk::plugins {
namespace {

using conversations::RouteAnswer;
using conversations::RouteRequest;

RouteAsk to_ask(const RouteRequest& from, std::int64_t now) {
  RouteAsk out;
  out.conversation = from.waiting.conversation;
  out.visitor = from.waiting.visitor;
  out.department = from.waiting.department;
  out.last_agent = from.waiting.last_agent.value_or(Uuid{});
  out.priority = from.waiting.priority;
  out.waiting_since = from.waiting.since;
  out.now = now;
  out.labels = from.waiting.labels;
  for (const auto& one : from.available) {
    auto& agent = out.available.emplace_back();
    agent.id = one.id;
    agent.name = one.name;
    agent.open = static_cast<std::uint32_t>(std::max(one.open, 0));
    agent.capacity = static_cast<std::uint32_t>(std::max(one.capacity, 0));
    agent.last_assigned_at = one.last_assigned_at;
    agent.username = one.username;
    agent.departments = one.departments;
  }
  out.channel = from.channel;
  out.language = from.waiting.language;
  out.attributes = from.waiting.attributes;
  for (const auto& one : from.departments) out.departments.push_back({one.id, one.name});
  return out;
}

RouteAnswer to_answer(RouteReply&& reply) {
  RouteAnswer out;
  out.reason = std::move(reply.reason);
  switch (reply.target) {
    case HOTDESK_ROUTE_AGENT:
      out.kind = RouteAnswer::Kind::agent;
      out.agent = reply.agent;
      break;
    case HOTDESK_ROUTE_QUEUE:
      out.kind = RouteAnswer::Kind::queue;
      if (reply.again_ms != 0) out.again_ms = std::max(reply.again_ms, 1000U);
      break;
    case HOTDESK_ROUTE_BOT: out.kind = RouteAnswer::Kind::bot; break;
    case HOTDESK_ROUTE_DEPARTMENT:
      out.kind = RouteAnswer::Kind::department;
      out.department = reply.department;
      break;
    default: break;
  }
  return out;
}

}  // namespace

RouteAnswer Hooks::route(const RouteRequest& request) {
  // Shared: the other thread may still be inside set_value when this one goes on.
  const auto ready = std::make_shared<std::promise<std::shared_ptr<const Plan>>>();
  with_plan(request.tenant, [ready](std::shared_ptr<const Plan> plan) { ready->set_value(std::move(plan)); });
  const auto plan = ready->get_future().get();
  if (!plan || plan->chain(Method::route).empty()) return {};
  const Subject subject{request.tenant, request.waiting.conversation, request.waiting.visitor};
  const Ask ask_all = to_ask(request, request.now != 0 ? request.now : clock_.now_ms());
  for (const Slot& slot : plan->chain(Method::route)) {
    const auto answered = std::make_shared<std::promise<Outcome>>();
    choose(plan, slot, subject, [&, answered](Instance* instance) {
      if (instance == nullptr || !instance->has(Method::route)) answered->set_value({HOTDESK_E_STATE, {}, {}, {}});
      else ask(plan, *instance, subject, ask_all, [answered](Outcome&& outcome) { answered->set_value(std::move(outcome)); });
    });
    Outcome outcome = answered->get_future().get();
    mirror(plan, slot, subject, ask_all, outcome);
    if (outcome.code == HOTDESK_OK) return to_answer(std::get<RouteReply>(std::move(outcome.reply)));
    if (outcome.code < 0 && plan->is_closed(Method::route)) {
      RouteAnswer out;
      out.kind = RouteAnswer::Kind::queue;
      out.reason = slot.component + " failed";
      return out;
    }
  }
  return {};
}

}  // namespace hotdesk::plugins
