#include "plugins/lanes/perform.hpp"

#include "plugins/abi_text.hpp"
#include "plugins/calls/translate.hpp"
#include "plugins/thread_record.hpp"

namespace hotdesk::plugins {

hotdesk_result invoke(const Target& target, Method method, hotdesk_call handle, const Input& input, AnswerStruct& answer) noexcept {
  try {
    switch (method) {
      case Method::inspect: return target.tables.filter->inspect(target.raw, handle, &input.message(), &answer.filter);
      case Method::route: return target.tables.router->route(target.raw, handle, &input.route(), &answer.route);
      case Method::reply: return target.tables.responder->reply(target.raw, handle, &input.turn(), &answer.turn);
      case Method::assign: return target.tables.gray->assign(target.raw, handle, &input.gray(), &answer.bucket);
      case Method::on_event: return target.tables.events->on_event(target.raw, handle, &input.event());
    }
  } catch (...) {  // against the ABI, yet no reason to die
  }
  return HOTDESK_E_INTERNAL;
}

bool Tables::has(Method method) const noexcept {
  switch (method) {
    case Method::inspect: return filter != nullptr;
    case Method::route: return router != nullptr;
    case Method::reply: return responder != nullptr;
    case Method::assign: return gray != nullptr;
    case Method::on_event: return events != nullptr;
  }
  return false;
}

Outcome outcome_of(const Call& call, hotdesk_result code, const void* answer) {
  Outcome outcome;
  outcome.code = known_code(code);
  call.complement(outcome);
  if (outcome.code != HOTDESK_OK) return outcome;
  const char* wrong = nullptr;
  outcome.code = read_answer(call.ask(), answer, [&call](const char* data, std::size_t size) { return call.holds(data, size); },
                             outcome.reply, wrong);
  if (wrong != nullptr) outcome.failed_text = wrong;
  if (auto* turn = std::get_if<TurnReply>(&outcome.reply)) turn->text = call.chunks();
  return outcome;
}

void perform(const Target& target, const std::shared_ptr<Call>& call) {
  call->side = target.side;
  if (call->over()) return;
  const Method method = call->method();
  if (!target.tables.has(method)) {
    call->finish({HOTDESK_SKIP, {}, {}, {}});
    return;
  }
  const auto input = std::make_shared<const Input>(call->ask());
  call->keep_alive(input);
  AnswerStruct answer(method);
  hotdesk_result code = HOTDESK_E_INTERNAL;
  {
    const CallMark mark(this_thread(), target.side->mark(), target.side);
    code = invoke(target, method, call->handle(), *input, answer);
  }
  if (code == HOTDESK_PENDING) return;
  call->finish(outcome_of(*call, code, &answer));
}

void perform_cancel(const Target& target, const Call& call) {
  void (*cancel)(hotdesk_instance*, hotdesk_call, void*) = nullptr;
  switch (call.method()) {
    case Method::inspect: cancel = target.tables.filter != nullptr ? target.tables.filter->cancel : nullptr; break;
    case Method::route: cancel = target.tables.router != nullptr ? target.tables.router->cancel : nullptr; break;
    case Method::reply: cancel = target.tables.responder != nullptr ? target.tables.responder->cancel : nullptr; break;
    default: break;
  }
  if (cancel == nullptr) return;
  const CallMark mark(this_thread(), target.side->mark(), target.side);
  try {
    cancel(target.raw, call.handle(), call.user());
  } catch (...) {
  }
}

}  // namespace hotdesk::plugins
