#include "plugins/hooks.hpp"

namespace hotdesk::plugins {

void Hooks::event(const conversations::Event& event) {
  using Type = conversations::Event::Type;
  EventAsk out;
  out.type = event.type == Type::opened     ? HOTDESK_EVENT_OPENED
             : event.type == Type::assigned ? HOTDESK_EVENT_ASSIGNED
             : event.type == Type::closed   ? HOTDESK_EVENT_CLOSED
                                            : HOTDESK_EVENT_RATED;
  out.conversation = event.conversation;
  out.visitor = event.visitor;
  out.agent = event.agent;
  out.at = event.at;
  out.score = event.score;
  // In order, and not on the writer's thread.
  suspended_.fetch_add(1);
  CallTable::instance().post([this, tenant = event.tenant, out] {
    tell(tenant, out);
    suspended_.fetch_sub(1);
  });
}

void Hooks::tell(const Uuid& tenant, const EventAsk& event) {
  with_plan(tenant, [this, tenant, event](const std::shared_ptr<const Plan>& plan) {
    if (!plan) return;
    const Subject subject{tenant, event.conversation, event.visitor};
    for (const Slot& slot : plan->chain(Method::on_event))
      choose(plan, slot, subject, [this, plan, subject, event](Instance* instance) {
        if (instance != nullptr && instance->has(Method::on_event)) ask(plan, *instance, subject, event, [](Outcome&&) {});
      });
  });
}

/// Whether two versions said the same to a user's eyes; what is for the log alone does not count.
static bool is_same(const Outcome& one, const Outcome& other) {
  const auto plain = [](const Outcome& outcome) {
    const auto* filter = std::get_if<FilterReply>(&outcome.reply);
    return outcome.code == HOTDESK_SKIP || (outcome.code == HOTDESK_OK && filter != nullptr && filter->verdict == HOTDESK_FILTER_PASS);
  };
  if (plain(one) && plain(other)) return true;
  if (one.code != other.code) return false;
  if (one.code != HOTDESK_OK || one.reply.index() != other.reply.index()) return one.reply.index() == other.reply.index();
  if (const auto* a = std::get_if<FilterReply>(&one.reply)) {
    const auto& b = std::get<FilterReply>(other.reply);
    return a->verdict == b.verdict && a->text == b.text;
  }
  if (const auto* a = std::get_if<RouteReply>(&one.reply)) {
    const auto& b = std::get<RouteReply>(other.reply);
    return a->target == b.target && a->agent == b.agent && a->department == b.department;
  }
  if (const auto* a = std::get_if<TurnReply>(&one.reply)) {
    const auto& b = std::get<TurnReply>(other.reply);
    return a->end == b.end && a->text == b.text;
  }
  return true;
}

void Hooks::mirror(const std::shared_ptr<const Plan>& plan, const Slot& slot, const Subject& subject, const Ask& what, const Outcome& shown) {
  if (!slot.shadow || slot.candidate == nullptr || !slot.candidate->has(method_of(what))) return;
  Instance& candidate = *slot.candidate;
  ask(plan, candidate, subject, what, [&candidate, shown](Outcome&& outcome) {
    candidate.stats().count_shadow(outcome.code < 0, !is_same(shown, outcome));
  }, [](Call& call) { call.set_shadow(); });
}

}  // namespace hotdesk::plugins
