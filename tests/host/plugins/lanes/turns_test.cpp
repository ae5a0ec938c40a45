#include "../room.hpp"

namespace hotdesk::plugins::test {
namespace {

const std::string tricky_plugins = HOTDESK_TEST_PLUGINS "/tricky";
const std::string tricky = "test.tricky";

struct Turn {
  std::string chunks;
  std::promise<conversations::TurnResult> result;
};
void begin(Room& room, Turn& turn, std::string text) {
  conversations::TurnRequest request;
  request.tenant = tenant_a;
  request.conversation = uuid(50);
  request.visitor = uuid(51);
  request.seq = 7;
  request.text = std::move(text);
  room.host->responder().reply(
      std::move(request), [&turn](std::string_view, std::string_view chunk) { turn.chunks += chunk; },
      [&turn](conversations::TurnResult&& result) { turn.result.set_value(std::move(result)); });
}

TEST(Turns, AreAnsweredChunkByChunk) {
  Room room(tricky_plugins);
  EXPECT_TRUE(room.host->responder().answers(tenant_a));
  Turn turn;
  begin(room, turn, "hello");
  const auto result = turn.result.get_future().get();
  EXPECT_EQ(result.kind, conversations::TurnResult::Kind::answered);
  EXPECT_EQ(result.text, "one two");
  EXPECT_EQ(turn.chunks, "one two");
  EXPECT_EQ(result.component, tricky);
  EXPECT_EQ(result.version, "1.0.0");
  EXPECT_DOUBLE_EQ(result.confidence, 0.5);
}

TEST(Turns, GoToAPersonWhenAskedAndWhenNobodyAnswers) {
  Room room(tricky_plugins);
  Turn human, skipped;
  begin(room, human, "human");
  auto result = human.result.get_future().get();
  EXPECT_EQ(result.kind, conversations::TurnResult::Kind::human);
  EXPECT_EQ(result.reason, "asked");
  begin(room, skipped, "skip");
  EXPECT_EQ(skipped.result.get_future().get().kind, conversations::TurnResult::Kind::failed);
}

TEST(Turns, ACancelEndsTheOneUnderWay) {
  Room room(tricky_plugins);
  Turn turn;
  begin(room, turn, "never");
  room.host->responder().cancel(tenant_a, uuid(99));  // another conversation's
  room.host->responder().cancel(tenant_a, uuid(50));
  EXPECT_EQ(turn.result.get_future().get().kind, conversations::TurnResult::Kind::failed);
}

TEST(Turns, NobodyAnswersWhereNoResponderIs) {
  Room room(good);
  EXPECT_FALSE(room.host->responder().answers(tenant_a));
}

TEST(Events, ReachThePlugin) {
  Room room(tricky_plugins);
  conversations::Event event;
  event.tenant = tenant_a;
  event.conversation = uuid(50);
  for (int i = 0; i < 3; ++i) room.host->events().event(event);
  event.type = conversations::Event::Type::rated;
  event.score = 5;
  room.host->events().event(event);
  const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(5);
  while (room.filter(tenant_a, "events?") != "8" && std::chrono::steady_clock::now() < end) std::this_thread::yield();
  EXPECT_EQ(room.filter(tenant_a, "events?"), "8");
  EXPECT_EQ(room.filter(tenant_b, "events?"), "0");
}

TEST(Gray, ThePluginDecidesElseTheHash) {
  Room room(tricky_plugins);
  std::filesystem::copy(good, room.folder.path() / "plugins", std::filesystem::copy_options::recursive);
  ASSERT_TRUE(room.host->rescan());
  ASSERT_TRUE(room.host->activate(std::nullopt, echo, "1.0.0", admin));
  ASSERT_TRUE(room.host->canary(std::nullopt, echo, "2.0.0", 1, admin));  // of ten thousand: the hash takes (almost) nobody
  const auto ask = [&](int visitor, int conversation) {
    return room.filter(tenant_a, "x", uuid(1000 + conversation), uuid(visitor)).substr(0, 5);
  };
  EXPECT_EQ(ask(5, 1), "2.0.0") << "the plugin says bucket 0 for odd visitors";
  EXPECT_EQ(ask(4, 2), "1.0.0") << "it has no opinion of even ones";
  EXPECT_EQ(ask(3, 3), "1.0.0") << "an answer beyond 9999 is an error, and the hash decides";
  EXPECT_EQ(ask(5, 1), "2.0.0");
  EXPECT_EQ(ask(4, 1), "2.0.0") << "a conversation stays where it is";
}

}  // namespace
}  // namespace hotdesk::plugins::test
