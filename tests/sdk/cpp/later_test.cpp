// Calls that end after their method has returned.
#include <gtest/gtest.h>

#include <memory>

#include "entry.hpp"

namespace hotdesk::sdk {
namespace {

class Slow final : public Plugin, public Filter, public Router, public Responder {
 public:
  using Plugin::Plugin;
  Verdict inspect(const Message& message) override {
    const std::string text(message.text());
    if (text == "at once") return rewrite("done");
    if (text == "drop") return message.later(), pending();
    if (text == "throw") {
      const auto dropped = message.later();
      throw Error(HOTDESK_E_OVERLOAD, "later", "field");
    }
    if (text == "at once, twice") {
      auto taken = message.later();
      taken.finish(rewrite("first"));
      return rewrite("second");
    }
    auto kept = std::make_shared<Later<Verdict>>(message.later());
    kept->on_cancel([this] { ++cancelled; });
    after(50, [kept, text] {
      if (text == "fail") kept->fail(Error(HOTDESK_E_INVALID, "no", "p"));
      else if (text == "skip") kept->skip();
      else kept->finish(text == "block" ? block("not that") : rewrite(text + "!"));
      kept->finish(rewrite("twice"));
    });
    return pending();
  }
  Route route(const RouteRequest& request) override {
    auto kept = std::make_shared<Later<Route>>(request.later());
    after(100, [kept] { kept->finish(to_queue("wait", 5'000)); });
    return pending();
  }
  Reply reply(const Turn& turn) override {
    if (turn.text() == "now") {
      turn.chunk("yes");
      return answered(0.5);
    }
    if (turn.text() == "nothing") return no_reply();
    auto kept = std::make_shared<Later<Reply>>(turn.later());
    after(10, [turn] { turn.chunk("one "); });
    after(20, [turn, kept] {
      turn.chunk("two");
      Citation citation{{}, "Title", "https://example.com"};
      kept->finish(answered(0.9, {citation, citation}));
    });
    return pending();
  }
  static inline int cancelled = 0;
};

class LaterTest : public ::testing::Test {
 protected:
  std::shared_ptr<FakeCall> inspect(std::string_view text) {
    hotdesk_filter_message message{};
    message.text = to_text(text);
    return plugin.start_inspect(message);
  }
  FakeHost host;
  FakePlugin plugin{&query<Slow>, host};
};

TEST_F(LaterTest, AnswersAtOnceOrAfterwards) {
  EXPECT_EQ(inspect("at once")->text, "done");
  const auto call = inspect("x");
  EXPECT_FALSE(call->over);
  host.advance(49);
  EXPECT_FALSE(call->over);
  host.advance(1);
  EXPECT_TRUE(call->over);
  EXPECT_EQ(call->text, "x!");
  EXPECT_EQ(call->gone, 0) << "the SDK holds a second answer back by itself";
}

TEST_F(LaterTest, EndsWithRefusalErrorOrSkip) {
  const auto block = inspect("block");
  const auto fail = inspect("fail");
  const auto skip = inspect("skip");
  host.advance(50);
  EXPECT_EQ(block->reason, "not that");
  EXPECT_EQ(fail->code, HOTDESK_E_INVALID);
  EXPECT_EQ(fail->failed_path, "p");
  EXPECT_EQ(skip->code, HOTDESK_SKIP);
}

TEST_F(LaterTest, DroppedIsAnErrorAtOnce) {
  const auto call = inspect("drop");
  EXPECT_TRUE(call->over);
  EXPECT_EQ(call->code, HOTDESK_E_INTERNAL);
  EXPECT_EQ(call->failed_text, "the plugin dropped the call without an answer");
}

TEST_F(LaterTest, ThrowingAfterTakingItEndsTheCallOnce) {
  const auto call = inspect("throw");
  EXPECT_TRUE(call->over);
  EXPECT_LT(call->code, 0);
  EXPECT_EQ(inspect("at once, twice")->text, "first");
}

TEST_F(LaterTest, CancelIsToldOnceAndALateAnswerIsHarmless) {
  Slow::cancelled = 0;
  const auto call = inspect("x");
  host.give_up(*call, HOTDESK_E_GONE);
  EXPECT_EQ(Slow::cancelled, 1);
  host.advance(100);
  EXPECT_EQ(call->code, HOTDESK_E_GONE);
  EXPECT_GE(call->gone, 1) << "the late answer";
  const auto other = inspect("x");
  host.advance(50);
  host.give_up(*other, HOTDESK_E_GONE);
  EXPECT_EQ(Slow::cancelled, 1) << "it was over";
}

TEST_F(LaterTest, DeadlineIsTheHosts) {
  hotdesk_filter_message message{};
  const auto call = plugin.start_inspect(message);
  call->deadline = host.now() + 20;
  host.advance(20);
  EXPECT_EQ(call->code, HOTDESK_E_TIMEOUT);
}

TEST_F(LaterTest, RoutesWithTheMembersOfMinorOne) {
  const auto call = plugin.start_route(hotdesk_route_request{});
  host.advance(100);
  EXPECT_EQ(call->target, HOTDESK_ROUTE_QUEUE);
  EXPECT_EQ(call->again_ms, 5'000U);
}

TEST_F(LaterTest, RepliesInPiecesWithCitations) {
  EXPECT_EQ(plugin.reply("now")->text, "yes");
  EXPECT_EQ(plugin.reply("nothing")->code, HOTDESK_SKIP);
  const auto call = plugin.reply("tell me");
  host.advance(10);
  EXPECT_EQ(call->chunks, std::vector<std::string>{"one "});
  EXPECT_FALSE(call->over);
  host.advance(10);
  EXPECT_EQ(call->text, "one two");
  EXPECT_EQ(call->confidence, 0.9);
  ASSERT_EQ(call->citations.size(), 2U);
  EXPECT_EQ(call->citations[1].url, "https://example.com");
}

TEST(Later, WhatWaitsWhenTheInstanceEndsIsFreed) {
  FakeHost host;
  std::weak_ptr<int> watched;
  struct Waiter final : Plugin, Filter {
    using Plugin::Plugin;
    Verdict inspect(const Message&) override { return pass(); }
    void wait(std::shared_ptr<int> held) {
      after(1'000, [held] { ++*held; });
    }
  };
  {
    Waiter waiter{Host(host.raw())};
    auto held = std::make_shared<int>(0);
    watched = held;
    waiter.wait(std::move(held));
    EXPECT_FALSE(watched.expired());
  }
  EXPECT_TRUE(watched.expired());
}

}  // namespace
}  // namespace hotdesk::sdk
