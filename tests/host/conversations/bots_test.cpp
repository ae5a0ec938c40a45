#include "conversations/bots.hpp"

#include <gmock/gmock.h>

#include <nlohmann/json.hpp>

#include "conversations/derived_mid.hpp"
#include "host/conversations/fakes.hpp"

namespace hotdesk::conversations {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

/// Keeps what it was asked; the test answers.
class ScriptedResponder final : public Responder {
 public:
  struct Asked {
    TurnRequest request;
    Chunk chunk;
    Done done;
  };
  bool answers(const Uuid&) override { return on; }
  void reply(TurnRequest request, Chunk chunk, Done done) override { asked.push_back({std::move(request), std::move(chunk), std::move(done)}); }
  void cancel(const Uuid&, const Uuid&) override { ++cancelled; }
  void answer(std::size_t n, const std::string& text, TurnResult::Kind kind = TurnResult::Kind::answered, const std::string& reason = "") {
    TurnResult result;
    result.kind = kind;
    result.component = "parrot";
    result.text = text;
    result.reason = reason;
    asked.at(n).done(std::move(result));
  }
  bool on = true;
  int cancelled = 0;
  std::vector<Asked> asked;
};

class BotsTest : public ::testing::Test {
 protected:
  BotsTest() { make(); }
  /// As after a start: nothing in memory.
  void make() {
    bots = std::make_unique<Bots>(Bots::Parts{
        rows, rows, responder, pool, clock, [this](const Delta& delta) { shown.emplace_back(delta.text, delta.done); },
        [this](const TurnRequest&, const std::string& component, const std::string& text, auto then) {
          EXPECT_EQ(component, "parrot");
          Checked checked = verdict;
          if (checked.text.empty()) checked.text = text;
          then(std::move(checked));
        }});
    rows.listener = [this](const Change& change, const Committed& done) { bots->committed(change, done); };
  }
  std::vector<std::string> texts() const {
    std::vector<std::string> out;
    for (const auto& [mid, body] : rows.sent) out.push_back(nlohmann::json::parse(body).at("text"));
    return out;
  }

  Rows rows;
  SteppedPool pool;
  FakeClock clock;
  ScriptedResponder responder;
  Checked verdict;
  std::vector<std::pair<std::string, bool>> shown;
  std::unique_ptr<Bots> bots;
};

TEST_F(BotsTest, AnswersAVisitorPieceByPieceAndThenWhole) {
  rows.say("hello");
  pool.settle();
  ASSERT_THAT(responder.asked, SizeIs(1));
  EXPECT_EQ(responder.asked[0].request.text, "hello");
  responder.asked[0].chunk("parrot", "hel");
  responder.asked[0].chunk("parrot", "lo!");
  responder.answer(0, "hello!");
  EXPECT_THAT(texts(), IsEmpty()) << "a plugin's thread does not commit";
  pool.settle();
  EXPECT_THAT(texts(), ElementsAre("hello!"));
  EXPECT_THAT(shown, ElementsAre(std::pair("hel", false), std::pair("lo!", false), std::pair("", true)));
  EXPECT_THAT(responder.asked, SizeIs(1));
}

TEST_F(BotsTest, OneTurnAtATimeAndTheNewestNext) {
  rows.say("one");
  pool.settle();
  rows.say("two");
  rows.say("three");
  pool.settle();
  ASSERT_THAT(responder.asked, SizeIs(1));
  responder.answer(0, "to one");
  pool.settle();
  ASSERT_THAT(responder.asked, SizeIs(2));
  EXPECT_EQ(responder.asked[1].request.text, "three");
  responder.answer(1, "to all");
  pool.settle();
  EXPECT_THAT(responder.asked, SizeIs(2));
  EXPECT_EQ(rows.sent.size(), 2u);
}

TEST_F(BotsTest, WhatACrashCutOffIsAskedAgainAndAnsweredOnce) {
  rows.say("hello");
  pool.settle();
  make();  // the answer never came
  bots->poke(rows.tenant);
  pool.settle();
  ASSERT_THAT(responder.asked, SizeIs(2));
  responder.answer(1, "hi");
  pool.settle();
  make();
  bots->poke(rows.tenant);
  pool.settle();
  EXPECT_THAT(responder.asked, SizeIs(2));
  EXPECT_THAT(texts(), ElementsAre("hi"));
}

TEST_F(BotsTest, TheSameTurnHasTheSameMid) {
  const Uuid conversation = make_uuid(5);
  const Uuid mid = derive_mid("parrot", conversation, 2, 0, 1'700'000'000'000);
  EXPECT_EQ(mid, derive_mid("parrot", conversation, 2, 0, 1'700'000'000'000));
  EXPECT_NE(mid, derive_mid("parrot", conversation, 2, 1, 1'700'000'000'000));
  EXPECT_NE(mid, derive_mid("parrot", conversation, 3, 0, 1'700'000'000'000));
  EXPECT_NE(mid, derive_mid("parro", conversation, 2, 0, 1'700'000'000'000));
  EXPECT_EQ(mid.text()[14], '7') << "a UUIDv7";
  EXPECT_EQ(mid.text().substr(0, 13), make_uuid(1'700'000'000'000).text().substr(0, 13)) << "that bears the time";
}

TEST_F(BotsTest, HandsOverWithWhatWasWrittenAndTheReason) {
  rows.say("a person!");
  pool.settle();
  responder.answer(0, "One moment.", TurnResult::Kind::human, "asked for a person");
  pool.settle();
  EXPECT_THAT(texts(), ElementsAre("One moment."));
  ASSERT_THAT(rows.handed, SizeIs(1));
  EXPECT_EQ(rows.handed[0].reason, "asked for a person");
  EXPECT_EQ(rows.handed[0].component, "parrot");
  EXPECT_EQ(rows.status, Status::waiting);
}

TEST_F(BotsTest, ACrashBetweenTheLastWordsAndTheHandOverIsRepaired) {
  rows.say("a person!");
  pool.settle();
  rows.storage_failures = 0;
  rows.listener = nullptr;
  // The message is stored, the hand-over is not.
  responder.answer(0, "One moment.", TurnResult::Kind::human, "asked");
  pool.step();
  rows.handed.clear();
  rows.status = Status::bot;
  make();
  bots->poke(rows.tenant);
  pool.settle();
  ASSERT_THAT(responder.asked, SizeIs(2));
  responder.answer(1, "Wait, please.", TurnResult::Kind::human, "asked");
  pool.settle();
  EXPECT_THAT(texts(), ElementsAre("One moment.")) << "not said twice";
  EXPECT_THAT(rows.handed, SizeIs(1));
}

TEST_F(BotsTest, FailuresGoToAPerson) {
  rows.say("hello");
  pool.settle();
  responder.answer(0, "half an ans", TurnResult::Kind::failed, "E_TIMEOUT");
  pool.settle();
  EXPECT_THAT(texts(), IsEmpty());
  ASSERT_THAT(rows.handed, SizeIs(1));
  EXPECT_EQ(rows.handed[0].reason, "E_TIMEOUT");
}

TEST_F(BotsTest, WithoutAResponderAPersonIsAsked) {
  responder.on = false;
  rows.say("hello");
  pool.settle();
  EXPECT_THAT(responder.asked, IsEmpty());
  EXPECT_THAT(rows.handed, SizeIs(1));
}

TEST_F(BotsTest, SilenceIsAnAnswer) {
  rows.say("thanks");
  pool.settle();
  responder.answer(0, "");
  pool.settle();
  EXPECT_THAT(rows.handed, IsEmpty());
  EXPECT_EQ(rows.answered, rows.said.back().seq);
  bots->poke(rows.tenant);
  pool.settle();
  EXPECT_THAT(responder.asked, SizeIs(1));
}

TEST_F(BotsTest, APersonWhoTakesItCancelsTheTurn) {
  rows.say("hello");
  pool.settle();
  rows.take();
  pool.settle();
  EXPECT_EQ(responder.cancelled, 1);
  responder.answer(0, "", TurnResult::Kind::failed, "cancelled");
  pool.settle();
  EXPECT_THAT(rows.handed, IsEmpty());
  EXPECT_EQ(rows.status, Status::open);
  responder.asked[0].done = nullptr;
  rows.say("still there?");
  pool.settle();
  EXPECT_THAT(responder.asked, SizeIs(1));
}

TEST_F(BotsTest, ARefusedAnswerIsNotSent) {
  verdict.kind = Checked::Kind::refuse;
  verdict.reason = "a bank card";
  rows.say("hello");
  pool.settle();
  responder.answer(0, "4111");
  pool.settle();
  EXPECT_THAT(texts(), IsEmpty());
  ASSERT_THAT(rows.handed, SizeIs(1));
  EXPECT_NE(rows.handed[0].reason.find("a bank card"), std::string::npos);
}

TEST_F(BotsTest, AFilterMayRewrite) {
  verdict.text = "****";
  rows.say("hello");
  pool.settle();
  responder.answer(0, "4111");
  pool.settle();
  EXPECT_THAT(texts(), ElementsAre("****"));
}

TEST_F(BotsTest, TriesAgainAfterTheStoreFailed) {
  rows.storage_failures = 1;
  rows.say("hello");
  pool.settle();
  responder.answer(0, "hi");
  pool.settle();
  EXPECT_THAT(texts(), IsEmpty());
  bots->tick();
  pool.settle();
  EXPECT_THAT(responder.asked, SizeIs(1)) << "not at once";
  clock.advance(6'000);
  bots->tick();
  pool.settle();
  ASSERT_THAT(responder.asked, SizeIs(2));
  responder.answer(1, "hi");
  pool.settle();
  EXPECT_THAT(texts(), ElementsAre("hi"));
}

TEST_F(BotsTest, LooksAgainWhenTheRowsCouldNotBeRead) {
  rows.listener = nullptr;
  rows.say("hello");
  rows.unreadable = true;
  bots->poke(rows.tenant);
  pool.settle();
  EXPECT_THAT(responder.asked, IsEmpty());
  rows.unreadable = false;
  clock.advance(6'000);
  bots->tick();
  pool.settle();
  EXPECT_THAT(responder.asked, SizeIs(1));
}

TEST_F(BotsTest, AStopLeavesTheTurnOwed) {
  rows.say("hello");
  pool.settle();
  bots->stop();
  responder.answer(0, "", TurnResult::Kind::failed, "the host ends");
  pool.settle();
  EXPECT_THAT(rows.handed, IsEmpty());
  EXPECT_EQ(rows.status, Status::bot);
  make();
  bots->poke(rows.tenant);
  pool.settle();
  EXPECT_THAT(responder.asked, SizeIs(2));
}

TEST(BotBody, BearsItsSources) {
  EXPECT_EQ(bot_body("a \"b\"", {}), R"({"text":"a \"b\""})");
  const Uuid article = make_uuid(1);
  const auto body = nlohmann::json::parse(bot_body("x", {{article, "Returns", "https://shop.example/returns"}, {{}, "Book", ""}}));
  EXPECT_EQ(body.at("citations")[0], (nlohmann::json{{"title", "Returns"}, {"url", "https://shop.example/returns"}, {"article", article.text()}}));
  EXPECT_EQ(body.at("citations")[1], (nlohmann::json{{"title", "Book"}}));
}

}  // namespace
}  // namespace hotdesk::conversations
