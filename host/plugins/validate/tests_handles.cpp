// Calls that are over: their handles, and what is still owed.
#include "plugins/calls/translate.hpp"
#include "plugins/validate/steps.hpp"

namespace hotdesk::plugins::validate {
namespace {

using std::chrono::milliseconds;

/// A method called outside any lane with a handle that no call has, as a host never would.
hotdesk_result call_with(const Target& target, const Ask& ask, hotdesk_call handle) {
  const Input input(ask);
  AnswerStruct answer(method_of(ask));
  switch (method_of(ask)) {
    case Method::inspect: return target.tables.filter->inspect(target.raw, handle, &input.message(), &answer.filter);
    case Method::route: return target.tables.router->route(target.raw, handle, &input.route(), &answer.route);
    case Method::reply: return target.tables.responder->reply(target.raw, handle, &input.turn(), &answer.turn);
    case Method::assign: return target.tables.gray->assign(target.raw, handle, &input.gray(), &answer.bucket);
    case Method::on_event: return target.tables.events->on_event(target.raw, handle, &input.event());
  }
  return HOTDESK_E_INTERNAL;
}

}  // namespace

Verdict dead_handles(const Context& context) {
  return guarded([&] {
    Bench bench(context);
    Random random(seed);
    const auto before = gone_handles();
    for (const Method method : bench.methods())
      for (auto& ask : usual(method, 50, random)) bench.lab().call(bench.instance(), std::move(ask));
    CallTable::instance().drain();
    if (const auto used = gone_handles() - before; used != 0)
      break_off("used handles of calls that were over, " + std::to_string(used) + " times: a call is completed once, and dead afterwards");
    // Now dead ones are given to it: nothing of the host works with them.
    for (const Method method : bench.methods())
      for (const auto& ask : usual(method, 20, random))
        for (const hotdesk_call handle : {hotdesk_call{0}, hotdesk_call{1}, hotdesk_call{42} << 40, outlasting_call | 7, ~hotdesk_call{0}})
          call_with(bench.instance().target(), ask, handle);
    for (const Method method : bench.methods())
      for (auto& ask : usual(method, 16, random)) {
        std::string why;
        if (!is_answer(bench.lab().call(bench.instance(), std::move(ask)), why)) break_off(std::string(name_of(method)) + " answers " + why + " afterwards");
      }
    bench.close();
    return passed();
  });
}

Verdict cancel(const Context& context) {
  return guarded([&] {
    Bench bench(context);
    Random random(seed);
    std::size_t late = 0;
    for (const Method method : bench.methods())
      for (auto& ask : usual(method, context.times(100), random)) {
        if (bench.lab().call_and_cancel(bench.instance(), ask).code == HOTDESK_E_GONE) ++late;
        bench.lab().call(bench.instance(), std::move(ask), milliseconds(1));  // and one whose time is up at once
      }
    for (const Method method : bench.methods())
      for (auto& ask : usual(method, 16, random)) {
        std::string why;
        if (!is_answer(bench.lab().call(bench.instance(), std::move(ask)), why)) break_off(std::string(name_of(method)) + " answers " + why + " afterwards");
      }
    bench.close();  // fails when a call that was given up is still held
    return passed(std::to_string(late) + " calls were given up while at work");
  });
}

}  // namespace hotdesk::plugins::validate
