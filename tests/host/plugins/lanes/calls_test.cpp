#include "plugins/calls/call.hpp"

#include <gtest/gtest.h>

#include <future>

#include "plugins/calls/translate.hpp"
#include "plugins/host_services.hpp"

namespace hotdesk::plugins {
namespace {

using namespace std::chrono_literals;

struct Heard {
  std::promise<Outcome> outcome;
  std::atomic<int> times{0};
};
std::shared_ptr<Call> make_call(Heard& heard, Ask ask = FilterAsk{}, std::chrono::milliseconds limit = 10s) {
  auto call = std::make_shared<Call>(CallContext{}, std::move(ask), limit, [&heard](Outcome&& outcome) {
    if (heard.times.fetch_add(1) == 0) heard.outcome.set_value(std::move(outcome));
  });
  call->begin();
  return call;
}

TEST(Call, IsFinishedOnceWhoeverTries) {
  Heard heard;
  const auto call = make_call(heard);
  const auto gone = gone_handles();
  std::atomic<int> firsts{0};
  {
    std::vector<std::jthread> threads;
    for (int i = 0; i < 4; ++i)
      threads.emplace_back([&] { firsts += call->finish({HOTDESK_SKIP, {}, {}, {}}) == HOTDESK_OK ? 1 : 0; });
  }
  EXPECT_EQ(firsts, 1);
  EXPECT_EQ(heard.times, 1);
  EXPECT_EQ(gone_handles(), gone + 3);
  EXPECT_EQ(CallTable::instance().find(call->handle()), nullptr);
  EXPECT_EQ(call->keep("x"), nullptr) << "its arena is closed with it";
}

TEST(Call, HandlesAreNeverUsedAgain) {
  Heard one, two;
  const auto first = make_call(one);
  const auto handle = first->handle();
  first->finish({});
  const auto second = make_call(two);
  EXPECT_NE(handle, second->handle());
  EXPECT_NE(handle & outlasting_call, 0U);
  second->finish({});
}

TEST(Call, IsGivenUpAtItsDeadlineAndThePluginIsTold) {
  Heard heard;
  std::promise<void> cancelled;
  auto call = std::make_shared<Call>(CallContext{}, FilterAsk{}, 30ms, [&heard](Outcome&& outcome) { heard.outcome.set_value(std::move(outcome)); });
  call->on_cancel([&cancelled] { cancelled.set_value(); });
  call->begin();
  EXPECT_EQ(heard.outcome.get_future().get().code, HOTDESK_E_TIMEOUT);
  cancelled.get_future().get();
  EXPECT_EQ(call->finish({}), HOTDESK_E_GONE);
}

TEST(Call, DeadlinesComeInTheirOrderNotInThatOfTheCalls) {
  Heard late, early;
  const auto slow = make_call(late, FilterAsk{}, 10s);
  const auto quick = make_call(early, FilterAsk{}, 20ms);
  EXPECT_EQ(early.outcome.get_future().get().code, HOTDESK_E_TIMEOUT);
  EXPECT_FALSE(slow->over());
  slow->finish({});
}

TEST(Call, ChunksAreTheAnswerAndBounded) {
  Heard heard;
  std::string seen;
  auto call = std::make_shared<Call>(CallContext{}, TurnAsk{}, 10s, [&heard](Outcome&& outcome) { heard.outcome.set_value(std::move(outcome)); });
  call->on_chunk([&seen](std::string_view text) { seen += text; });
  call->begin();
  EXPECT_EQ(call->chunk("你好"), HOTDESK_OK);
  EXPECT_EQ(call->chunk("\xE4\xBD"), HOTDESK_E_INVALID) << "half a character";
  EXPECT_EQ(call->chunk(std::string(64 * 1024, 'x')), HOTDESK_E_BUDGET);
  EXPECT_EQ(call->chunk("!"), HOTDESK_OK);
  Outcome outcome{HOTDESK_OK, TurnReply{}, {}, {}};
  call->complement(outcome);
  EXPECT_EQ(std::get<TurnReply>(outcome.reply).text, "你好!");
  EXPECT_EQ(seen, "你好!");
  call->finish(std::move(outcome));
  EXPECT_EQ(call->chunk("late"), HOTDESK_E_GONE);
}

TEST(Call, TasksAtItsEndRunOnceAlsoWhenItIsOver) {
  Heard heard;
  const auto call = make_call(heard);
  std::atomic<int> ran{0};
  call->at_end([&ran] { ++ran; });
  CallTable::instance().drain();
  EXPECT_EQ(ran, 0);
  call->finish({});
  CallTable::instance().drain();
  EXPECT_EQ(ran, 1);
  call->at_end([&ran] { ++ran; });
  CallTable::instance().drain();
  EXPECT_EQ(ran, 2);
}

TEST(Call, AnOwnersCallsAreEndedAndNoOthers) {
  Heard mine, other;
  int owner = 0;
  CallContext context;
  context.owner = &owner;
  const auto call = std::make_shared<Call>(context, FilterAsk{}, 10s, [&mine](Outcome&& outcome) { mine.outcome.set_value(std::move(outcome)); });
  call->begin();
  const auto kept = make_call(other);
  CallTable::instance().end_all(&owner);
  EXPECT_EQ(mine.outcome.get_future().get().code, HOTDESK_E_GONE);
  EXPECT_FALSE(kept->over());
  kept->finish({});
}

TEST(Answer, OlderStructsAreShorterAndNewerLonger) {
  const Holds holds = [](const char*, std::size_t) { return true; };
  RouteAsk ask;
  ask.available.push_back({});
  struct {
    hotdesk_route_answer answer{};
    char tail[64] = {1};
  } newer;
  newer.answer.size = sizeof newer;
  newer.answer.target = HOTDESK_ROUTE_QUEUE;
  newer.answer.again_ms = 5;
  Reply reply;
  const char* wrong = nullptr;
  EXPECT_EQ(read_answer(ask, &newer.answer, holds, reply, wrong), HOTDESK_OK);
  EXPECT_EQ(std::get<RouteReply>(reply).again_ms, 5U);
  newer.answer.size = offsetof(hotdesk_route_answer, department);  // minor 0
  EXPECT_EQ(read_answer(ask, &newer.answer, holds, reply, wrong), HOTDESK_OK);
  EXPECT_EQ(std::get<RouteReply>(reply).again_ms, 0U) << "an older plugin has no such member";
}

TEST(Answer, NamesOnlyWhatWasOffered) {
  const Holds holds = [](const char*, std::size_t) { return true; };
  hotdesk_route_answer answer{};
  answer.size = sizeof answer;
  answer.target = HOTDESK_ROUTE_AGENT;
  answer.agent.bytes[0] = 7;
  Reply reply;
  const char* wrong = nullptr;
  EXPECT_EQ(read_answer(RouteAsk{}, &answer, holds, reply, wrong), HOTDESK_E_INVALID);
  EXPECT_STREQ(wrong, "names an agent who is not available");
  answer.target = 99;
  EXPECT_EQ(read_answer(RouteAsk{}, &answer, holds, reply, wrong), HOTDESK_SKIP);
}

}  // namespace
}  // namespace hotdesk::plugins
