#include "plugins/calls/translate.hpp"
#include "plugins/hooks.hpp"
#include "plugins/thread_record.hpp"
#include "plugins/ticks.hpp"

namespace hotdesk::plugins {
namespace {

constexpr const char* names[methods] = {"inspect", "route", "reply", "assign", "on_event"};

CallEnd end_of(const Outcome& outcome) noexcept {
  if (outcome.code < 0) return CallEnd::error;
  const auto* filter = outcome.code == HOTDESK_OK ? std::get_if<FilterReply>(&outcome.reply) : nullptr;
  if (filter == nullptr) return CallEnd::plain;
  return filter->verdict == HOTDESK_FILTER_BLOCK     ? CallEnd::refused
         : filter->verdict == HOTDESK_FILTER_REWRITE ? CallEnd::rewritten
                                                     : CallEnd::plain;
}

}  // namespace

Outcome Hooks::call_inline(ThreadRecord& me, Instance& instance, const Ask& what) {
  const Target& target = instance.target();
  const Input input(what);
  const Method method = method_of(what);
  AnswerStruct answer(method);
  me.failed_code = HOTDESK_OK;
  Outcome outcome;
  const CallMark mark(me, instance.facts().mark.c_str(), target.side);
  const hotdesk_result code = invoke(target, method, mark.handle(), input, answer);
  outcome.code = known_code(code);
  if (outcome.code == HOTDESK_PENDING) outcome.code = HOTDESK_E_UNSUPPORTED;  // inline calls answer at once
  if (outcome.code == HOTDESK_OK) {
    const char* wrong = nullptr;
    outcome.code = read_answer(what, &answer, [&me](const char* data, std::size_t size) { return me.arena.holds(data, size); },
                               outcome.reply, wrong);
    if (wrong != nullptr) outcome.failed_text = wrong;
  }
  if (outcome.code < 0 && me.failed_code == code && outcome.failed_text.empty()) {
    outcome.failed_path = me.failed_path;
    outcome.failed_text = me.failed_text;
  }
  return outcome;
}

void Hooks::ask(const std::shared_ptr<const Plan>& plan, Instance& instance, const Subject& subject, Ask what, Then then,
                const std::function<void(Call&)>& call_made) {
  const Method method = method_of(what);
  const std::uint64_t begin = ticks();
  if (instance.endpoint() == nullptr) {
    ThreadRecord& me = this_thread();
    Outcome outcome = call_inline(me, instance, what);
    instance.stats().record(me.index, ticks() - begin, end_of(outcome));
    me.arena.clear();
    if (outcome.code < 0) report(instance, outcome, names[static_cast<std::size_t>(method)]);
    then(std::move(outcome));
    return;
  }
  CallContext context;
  context.tenant = subject.tenant;
  context.plugin = instance.facts().manifest.id;
  context.version = instance.facts().manifest.version;
  context.conversation = subject.conversation;
  context.visitor = subject.visitor;
  context.seq = subject.seq;
  context.owner = this;
  instance.leases().take(this_thread().index);
  suspended_.fetch_add(1);
  const auto call = std::make_shared<Call>(
      std::move(context), std::move(what), instance.granted().budgets.limit_of(method),
      [this, plan, &instance, begin, method, then = std::move(then)](Outcome&& outcome) {
        ThreadRecord& me = this_thread();
        instance.stats().record(me.index, ticks() - begin, end_of(outcome));
        if (outcome.code == HOTDESK_E_TIMEOUT) instance.stats().count_timeout();
        if (outcome.code == HOTDESK_E_CRASHED) instance.stats().count_crash();
        if (outcome.code < 0) report(instance, outcome, names[static_cast<std::size_t>(method)]);
        then(std::move(outcome));
        instance.leases().give_back(this_thread().index);
        suspended_.fetch_sub(1);
      });
  call->begin();
  if (call_made) call_made(*call);
  instance.endpoint()->start(call);
}

}  // namespace hotdesk::plugins
