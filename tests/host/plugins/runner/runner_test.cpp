// Plugins in processes of their own: calls, services, state, and the life of the process.
#include <signal.h>

#include <atomic>
#include <thread>

#include "host/plugins/runner/rig.hpp"

namespace hotdesk::plugins::runner::test {
namespace {

using Kind = RunnerEvent::Kind;

const auto tricky = [](Rig& rig) { return rig.make("tricky", "test.tricky", "1.0.0"); };

TEST(Runner, AnswersCallsAtOnceAndLater) {
  Rig rig;
  const auto endpoint = tricky(rig);
  EXPECT_EQ(rig.filter(*endpoint, "hello"), "1.0.0:hello");
  EXPECT_EQ(rig.filter(*endpoint, "later"), "later");
  EXPECT_EQ(rig.filter(*endpoint, "error"), std::to_string(HOTDESK_E_INVALID));
  const auto failed = rig.ask(*endpoint, Rig::filter_ask("error"));
  EXPECT_EQ(failed.failed_path, "field");
  EXPECT_EQ(failed.failed_text, "is wrong");
  const auto status = rig.lane().status(rig.tenant, "test.tricky", "1.0.0");
  EXPECT_EQ(status.state, "running");
  EXPECT_GT(status.pid, 0);
  EXPECT_EQ(status.restarts, 0);
  EXPECT_EQ(endpoint->check(HOTDESK_HEALTH_DEEP), HOTDESK_OK);
}

TEST(Runner, StreamsAReplyAndGivesItWhole) {
  Rig rig;
  const auto endpoint = tricky(rig);
  std::promise<Outcome> outcome;
  std::string shown;
  TurnAsk turn;
  turn.text = "hello";
  const auto call = rig.begin(turn, 5000ms, outcome);
  call->on_chunk([&](std::string_view text) { shown += "[" + std::string(text) + "]"; });
  endpoint->start(call);
  const auto end = outcome.get_future().get();
  EXPECT_EQ(end.code, HOTDESK_OK);
  EXPECT_EQ(std::get<TurnReply>(end.reply).text, "one two");
  EXPECT_EQ(shown, "[one ][two]");
  turn.text = "human";
  EXPECT_EQ(std::get<TurnReply>(rig.ask(*endpoint, turn).reply).reason, "asked");
}

TEST(Runner, AsksOfEveryMethodGetThere) {
  Rig rig;
  const auto endpoint = tricky(rig);
  GrayAsk gray;
  gray.visitor = Uuid({0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1});
  EXPECT_EQ(std::get<GrayReply>(rig.ask(*endpoint, gray).reply).bucket, 0U);
  gray.visitor = Uuid({0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 3});
  EXPECT_EQ(rig.ask(*endpoint, gray).code, HOTDESK_E_INVALID);
  EventAsk event;
  event.type = HOTDESK_EVENT_RATED;
  event.score = 5;
  EXPECT_EQ(rig.ask(*endpoint, event).code, HOTDESK_OK);
  EXPECT_EQ(rig.filter(*endpoint, "events?"), "5");
  EXPECT_EQ(rig.ask(*endpoint, RouteAsk{}).code, HOTDESK_SKIP) << "it has no such method";
}

TEST(Runner, ACallThatIsGivenUpIsCancelledThere) {
  Rig rig;
  const auto endpoint = tricky(rig);
  EXPECT_EQ(rig.filter(*endpoint, "never", 50ms), std::to_string(HOTDESK_E_TIMEOUT));
  while (rig.filter(*endpoint, "cancelled?") != "1") std::this_thread::sleep_for(1ms);
  EXPECT_EQ(rig.filter(*endpoint, "last?"), std::to_string(HOTDESK_E_GONE)) << "complete after the cancel";
}

TEST(Runner, LargeTextsGoOverTheSocketAndManyCallsAtOnceAreAnswered) {
  Rig rig;
  const auto endpoint = rig.make("good", "test.echo", "1.0.0");
  const std::string large(60'000, 'x');
  EXPECT_EQ(rig.filter(*endpoint, large), "1.0.0:" + large);
  FilterAsk huge;
  huge.text = std::string(300'000, 'y');  // more than the ring takes; what comes back is over the ABI's bound
  EXPECT_EQ(rig.ask(*endpoint, huge).code, HOTDESK_E_INVALID);
  std::atomic<int> right{0};
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t)
    threads.emplace_back([&, t] {
      for (int i = 0; i < 500; ++i) {
        const auto text = std::to_string(t) + "/" + std::to_string(i);
        right += rig.filter(*endpoint, text) == "1.0.0:" + text ? 1 : 0;
      }
    });
  for (auto& one : threads) one.join();
  EXPECT_EQ(right, 2000);
}

TEST(Runner, NoMoreCallsThanGrantedAreUnderWay) {
  Rig rig;
  rig.granted.budgets.concurrency = 4;
  const auto endpoint = tricky(rig);
  std::vector<std::promise<Outcome>> outcomes(6);
  for (auto& one : outcomes) endpoint->start(rig.begin(Rig::filter_ask("never"), 300ms, one));
  int overload = 0;
  for (auto& one : outcomes) overload += one.get_future().get().code == HOTDESK_E_OVERLOAD ? 1 : 0;
  EXPECT_EQ(overload, 2);
  while (rig.filter(*endpoint, "x") != "1.0.0:x") std::this_thread::sleep_for(1ms);
}

TEST(Runner, LinesAndNumbersReachTheHost) {
  Rig rig;
  const auto endpoint = rig.make("good", "test.echo", "2.0.0");
  EXPECT_TRUE(rig.wait_line("test.echo@2.0.0: created"));
  rig.filter(*endpoint, "count");
  double counted = 0;
  for (const auto& one : rig.metrics.list()) counted += one.name == "counted" ? one.value : 0;
  EXPECT_EQ(counted, 2);
}

/// Keys in a map.
class Keys final : public KvPort {
 public:
  hotdesk_result get(std::string_view key, const hotdesk_sink& sink) const override {
    const auto found = keys_.find(std::string(key));
    return found == keys_.end() ? HOTDESK_SKIP : sink.write(&sink, found->second.data(), found->second.size());
  }
  hotdesk_result set(std::string_view key, std::string_view value) override { return keys_[std::string(key)] = value, HOTDESK_OK; }
  hotdesk_result erase(std::string_view key) override { return keys_.erase(std::string(key)) != 0 ? HOTDESK_OK : HOTDESK_SKIP; }
  hotdesk_result list(std::string_view, void* context, hotdesk_result (*each)(void*, hotdesk_text)) const override {
    for (const auto& [key, value] : keys_) each(context, {key.data(), key.size()});
    return HOTDESK_OK;
  }

 private:
  std::map<std::string, std::string> keys_;
};

TEST(Runner, KeysLiveInTheHost) {
  Rig rig;
  rig.kv = std::make_shared<Keys>();
  auto endpoint = rig.make("good", "test.echo", "1.0.0");
  EXPECT_EQ(rig.filter(*endpoint, "get"), "none");
  EXPECT_EQ(rig.filter(*endpoint, "set something"), std::to_string(HOTDESK_OK));
  EXPECT_EQ(rig.filter(*endpoint, "get"), "something");
  endpoint = rig.make("good", "test.echo", "2.0.0");
  EXPECT_EQ(rig.filter(*endpoint, "get"), "something") << "of another process, of another version";
}

TEST(Runner, AConfigurationThatThePluginRefusesIsToldWithItsPlace) {
  Rig rig;
  const auto made = rig.try_make(Rig::package("good", "test.echo", "1.0.0"), R"({"prefix": "refuse"})");
  ASSERT_FALSE(made);
  EXPECT_EQ(made.error().code, Errc::invalid);
  EXPECT_EQ(made.error().where, "/prefix");
  EXPECT_EQ(made.error().text, "must not be refuse");
  EXPECT_EQ(rig.count_events(Kind::crashed), 0U);
}

TEST(Runner, StateGoesFromOneProcessToAnother) {
  Rig rig;
  const auto old = rig.make("stateful", "test.stateful", "1.0.0");
  const auto next = rig.make("stateful", "test.stateful", "2.0.0");
  rig.filter(*old, "a");
  EXPECT_EQ(rig.filter(*old, "b"), "1.0.0:2");
  EXPECT_TRUE(old->pause(200ms));
  std::promise<Outcome> held;
  old->start(rig.begin(Rig::filter_ask("c"), 5000ms, held));
  const auto blob = old->export_state(1);
  ASSERT_TRUE(blob) << blob.error().text;
  EXPECT_TRUE(next->import_state(1, *blob, true));
  EXPECT_EQ(rig.filter(*next, "x"), "2.0.0:1") << "a dry run changes nothing";
  EXPECT_TRUE(next->import_state(1, *blob, false));
  EXPECT_EQ(rig.filter(*next, "d"), "2.0.0:3");
  old->resume();
  EXPECT_EQ(std::get<FilterReply>(held.get_future().get().reply).text, "1.0.0:3") << "what was held back is answered";
  EXPECT_FALSE(next->import_state(9, "nonsense", true));
  EXPECT_FALSE(old->export_state(7));
}

TEST(Runner, ProcessesEndWithTheirEndpointsAndTheirHost) {
  int first = 0;
  int second = 0;
  {
    Rig rig;
    auto endpoint = tricky(rig);
    first = rig.lane().status(rig.tenant, "test.tricky", "1.0.0").pid;
    const auto other = rig.make("good", "test.echo", "1.0.0");
    second = rig.lane().status(rig.tenant, "test.echo", "1.0.0").pid;
    ASSERT_GT(first, 0);
    ASSERT_GT(second, 0);
    EXPECT_EQ(kill(first, 0), 0);
    endpoint.reset();
    EXPECT_TRUE(rig.wait_line("test.echo@1.0.0: created"));
  }
  EXPECT_EQ(kill(first, 0), -1);
  EXPECT_EQ(kill(second, 0), -1);
}

TEST(Runner, AProgramThatIsNoRunnerIsRefusedInTime) {
  Rig rig;
  rig.options.program = "/bin/true";
  const auto made = rig.try_make(Rig::package("good", "test.echo", "1.0.0"));
  ASSERT_FALSE(made);
  EXPECT_NE(made.error().text.find("exited with status 0"), std::string::npos) << made.error().text;
  Rig nothing;
  nothing.options.program = "/nowhere/at/all";
  EXPECT_FALSE(nothing.try_make(Rig::package("good", "test.echo", "1.0.0")));
  Rig silent;
  silent.options.program = "/bin/sleep";  // it cannot know the arguments, so it ends too
  silent.rhythm.start = 500ms;
  EXPECT_FALSE(silent.try_make(Rig::package("good", "test.echo", "1.0.0")));
}

}  // namespace
}  // namespace hotdesk::plugins::runner::test
