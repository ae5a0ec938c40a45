// org.hotdesk.ai-bridge through its entry point: what a visitor reads, what is sent, when a person takes over.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "opened.hpp"

namespace hotdesk::plugins {
namespace {

using nlohmann::json;
using ::testing::HasSubstr;

std::string event(const json& data) { return "data: " + data.dump() + "\n\n"; }
std::string says(const std::string& text) { return event({{"choices", {{{"delta", {{"content", text}}}}}}}); }
const std::string stop = event({{"choices", {{{"delta", json::object()}, {"finish_reason", "stop"}}}}});
const std::string done = "data: [DONE]\n\n";
std::string usage(int in, int out) {
  return event({{"choices", json::array()}, {"usage", {{"prompt_tokens", in}, {"completion_tokens", out}}}});
}

hotdesk_id id_of(std::uint8_t n) {
  hotdesk_id id{};
  id.bytes[15] = n;
  return id;
}

class AiBridge : public ::testing::Test {
 protected:
  AiBridge() {
    host.set("/base_url", "http://localhost:11434");
    host.set("/model", "qwen2.5");
  }
  sdk::FakePlugin& plugin() {
    if (!plugin_) plugin_.emplace(library_.query(), host);
    return *plugin_;
  }
  std::shared_ptr<sdk::FakeCall> ask(std::string text, std::string language = "en") {
    auto call = plugin().reply(std::move(text), std::move(language), 1'000'000, id_of(9));
    host.advance(14'000);
    return call;
  }
  void answer(std::vector<std::string> pieces, std::int32_t status = 200, hotdesk_result end = HOTDESK_OK) {
    host.http_script.push_back({status, std::move(pieces), end, 1});
  }
  json sent(std::size_t i = 0) { return json::parse(host.http_requests.at(i).body); }
  void knows(const std::string& title, const std::string& text, double score, std::uint8_t id = 1) {
    host.passages.push_back({id_of(id), title, text, score});
  }
  sdk::FakeHost host;

 private:
  Opened library_{"org.hotdesk.ai-bridge", "1.0.0"};
  std::optional<sdk::FakePlugin> plugin_;
};

TEST_F(AiBridge, StreamsTheModelsAnswer) {
  host.set("/api_key", "openai");
  answer({says("Hel"), says("lo"), says(" there."), stop, usage(120, 7), done});
  const auto call = ask("hi");
  EXPECT_EQ(call->code, HOTDESK_OK);
  EXPECT_EQ(call->end, HOTDESK_TURN_ANSWERED);
  EXPECT_EQ(call->text, "Hello there.");
  ASSERT_EQ(host.http_requests.size(), 1U);
  const auto& request = host.http_requests[0];
  EXPECT_EQ(request.url, "http://localhost:11434/v1/chat/completions");
  EXPECT_EQ(request.headers.at("Authorization"), "Bearer ${secret:openai}") << "the host puts the key in";
  EXPECT_EQ(sent()["model"], "qwen2.5");
  EXPECT_EQ(sent()["stream"], true);
  EXPECT_EQ(sent()["messages"].back(), (json{{"role", "user"}, {"content", "hi"}}));
  EXPECT_EQ(host.metric("tokens_in"), 120);
  EXPECT_EQ(host.metric("tokens_out"), 7);
}

TEST_F(AiBridge, ShowsTheAnswerWhileItGrows) {
  host.http_script.push_back({200, {says("one "), says("two "), says("three"), stop, done}, HOTDESK_OK, 200});
  const auto call = plugin().reply("count");
  host.advance(250);
  EXPECT_THAT(call->chunks, ::testing::ElementsAre("one"));
  EXPECT_FALSE(call->over);
  host.advance(2'000);
  EXPECT_EQ(call->text, "one two three");
}

TEST_F(AiBridge, FewChunksForManyTokens) {
  std::vector<std::string> pieces;
  for (int i = 0; i < 1'000; ++i) pieces.push_back(says("x"));
  pieces.push_back(stop + done);
  answer(std::move(pieces));
  const auto call = ask("go");
  EXPECT_EQ(call->text.size(), 1'000U);
  EXPECT_LT(call->chunks.size(), 20U) << "a chunk is a host call, of which a turn has a few hundred";
}

TEST_F(AiBridge, PiecesMayEndAnywhere) {
  const std::string whole = says("价格是 ¥5 😀") + stop + done;
  std::vector<std::string> bytes;
  for (const char c : whole) bytes.emplace_back(1, c);
  answer(std::move(bytes));
  EXPECT_EQ(ask("多少钱", "zh")->text, "价格是 ¥5 😀");
}

TEST_F(AiBridge, AServerThatDoesNotStream) {
  const json whole = {{"choices", {{{"message", {{"content", "All at once."}}}, {"finish_reason", "stop"}}}}, {"usage", {{"prompt_tokens", 5}, {"completion_tokens", 3}}}};
  answer({whole.dump(2)});
  EXPECT_EQ(ask("hi")->text, "All at once.");
  EXPECT_EQ(host.metric("tokens_out"), 3);
}

TEST_F(AiBridge, CitesPassagesInTheOrderOfUse) {
  knows("Shipping", "Within 3 days.", 0.9, 1);
  knows("Returns", "Within 14 days.", 0.7, 2);
  answer({says("Return it in 14 days [2], [2]; it ships in 3 [1"), says("]. Nonsense [7]"), stop, done});
  const auto call = ask("how long?");
  EXPECT_EQ(call->text, "Return it in 14 days [1], [1]; it ships in 3 [2]. Nonsense");
  ASSERT_EQ(call->citations.size(), 2U);
  EXPECT_EQ(call->citations[0].title, "Returns");
  EXPECT_EQ(call->citations[0].article.bytes[15], 2);
  EXPECT_EQ(call->confidence, 0.9);
  EXPECT_THAT(sent()["messages"][0]["content"].get<std::string>(), HasSubstr("[2] Returns\nWithin 14 days."));
  EXPECT_EQ(host.questions, std::vector<std::string>{"how long?"});
}

TEST_F(AiBridge, HistoryIsTrimmedToTheWindowOldestFirst) {
  host.set("/context_tokens", 1024);
  host.set("/answer_tokens", 512);
  host.past = {{HOTDESK_ROLE_VISITOR, "OLDEST " + std::string(1'500, 'o'), 0, 0}, {HOTDESK_ROLE_BOT, "NEWER " + std::string(400, 'n'), 0, 0},
               {HOTDESK_ROLE_SYSTEM, "assigned", 0, 0}, {HOTDESK_ROLE_VISITOR, "NEWEST", 0, 0}};
  answer({says("ok"), stop, done});
  ask("and now?");
  const auto body = host.http_requests.at(0).body;
  EXPECT_THAT(body, HasSubstr("NEWEST"));
  EXPECT_THAT(body, HasSubstr("NEWER"));
  EXPECT_THAT(body, ::testing::Not(HasSubstr("OLDEST")));
  EXPECT_THAT(body, ::testing::Not(HasSubstr("assigned")));
  const auto messages = sent()["messages"];
  ASSERT_EQ(messages.size(), 4U);
  EXPECT_EQ(messages[1]["role"], "assistant");
  EXPECT_EQ(messages[2]["role"], "user");
  EXPECT_THAT(messages[0]["role"], "system");
}

TEST_F(AiBridge, TheTenantsPromptGoesFirst) {
  host.set("/prompt", "We sell teapots.");
  answer({says("ok"), stop, done});
  ask("hi");
  EXPECT_THAT(sent()["messages"][0]["content"].get<std::string>(), HasSubstr("We sell teapots."));
}

TEST_F(AiBridge, KeywordsBringAPerson) {
  for (const auto* text : {"转人工", "我要人工客服！", "I want to talk to a HUMAN now", "ｈｕｍａｎ", "a real person please"}) {
    const auto call = ask(text, "");
    EXPECT_EQ(call->end, HOTDESK_TURN_HUMAN) << text;
    EXPECT_EQ(call->reason, "asked for a person");
    EXPECT_FALSE(call->text.empty());
  }
  EXPECT_TRUE(host.http_requests.empty());
  answer({says("ok"), stop, done});
  EXPECT_EQ(ask("a humane superhuman device")->end, HOTDESK_TURN_ANSWERED) << "whole words";
}

TEST_F(AiBridge, TheTenantsKeywordsAndWords) {
  host.set("/keywords/0", "Boss");
  host.set("/handover_text", "");
  const auto call = ask("where is the boss?");
  EXPECT_EQ(call->end, HOTDESK_TURN_HUMAN);
  EXPECT_EQ(call->text, "");
  answer({says("ok"), stop, done});
  EXPECT_EQ(ask("human")->end, HOTDESK_TURN_ANSWERED);
}

TEST_F(AiBridge, TheModelHandsOver) {
  answer({says("[[HU"), says("MAN]]"), stop, done});
  const auto call = ask("my order is broken", "zh");
  EXPECT_EQ(call->end, HOTDESK_TURN_HUMAN);
  EXPECT_EQ(call->reason, "the AI handed over");
  EXPECT_EQ(call->text, "正在为您转接人工客服，请稍候。");
}

TEST_F(AiBridge, UnsureAnswersInARowBringAPerson) {
  host.set("/self_rating", true);
  host.set("/min_confidence", 0.5);
  host.set("/unsure_turns", 2);
  for (int i = 0; i < 2; ++i) answer({says("Perhaps. [[CONFIDENCE=0.3]]"), stop, done});
  const auto first = ask("is it?");
  EXPECT_EQ(first->text, "Perhaps.");
  EXPECT_EQ(first->end, HOTDESK_TURN_ANSWERED);
  EXPECT_EQ(first->confidence, 0.3);
  const auto second = ask("is it?");
  EXPECT_EQ(second->end, HOTDESK_TURN_HUMAN);
  EXPECT_EQ(second->reason, "the AI is not sure of its answer (30 %)");
  EXPECT_EQ(host.metric("unsure"), 2);
}

TEST_F(AiBridge, ContentFilterIsAHandOver) {
  answer({says("Well"), event({{"choices", {{{"delta", json::object()}, {"finish_reason", "content_filter"}}}}}), done});
  EXPECT_EQ(ask("hm")->reason, "the AI service refused the topic");
}

TEST_F(AiBridge, RetriesWhatMayPass) {
  answer({R"({"error":{"type":"rate_limit_error","message":"Please try again in 2s."}})"}, 429);
  answer({}, 503);
  answer({says("third time"), stop, done});
  const auto began = host.now();
  const auto call = plugin().reply("hi");
  host.advance(1'500);
  EXPECT_EQ(host.http_requests.size(), 1U) << "the server asked for two seconds";
  host.advance(8'000);
  EXPECT_EQ(call->text, "third time");
  EXPECT_EQ(host.http_requests.size(), 3U);
  EXPECT_EQ(host.metric("retries"), 2);
  EXPECT_GT(host.now(), began);
  for (const auto& line : host.lines()) EXPECT_EQ(line.find("hi"), line.npos) << "no message text in the log";
}

TEST_F(AiBridge, DoesNotRetryWhatCannotPass) {
  answer({R"({"error":{"code":"invalid_api_key","message":"Incorrect API key provided: sk-123"}})"}, 401);
  const auto call = ask("hi");
  EXPECT_EQ(call->end, HOTDESK_TURN_HUMAN);
  EXPECT_EQ(call->reason, "the AI service answered with status 401");
  EXPECT_EQ(host.http_requests.size(), 1U);
  EXPECT_EQ(host.lines().back(), "the AI service answered with status 401 (invalid_api_key)");
}

TEST_F(AiBridge, BrokenOffAfterWordsIsAHandOverNotASecondAnswer) {
  answer({says("It costs")}, 200, HOTDESK_E_INTERNAL);
  const auto call = ask("price?");
  EXPECT_EQ(call->end, HOTDESK_TURN_HUMAN);
  EXPECT_THAT(call->text, ::testing::StartsWith("It costs\n\n"));
  EXPECT_EQ(host.http_requests.size(), 1U);
}

TEST_F(AiBridge, GarbageCutAndEmptyStreamsAreFailures) {
  host.set("/retries", 0);
  std::vector<std::string> garbage;
  for (int i = 0; i < 40; ++i) garbage.push_back("data: {\"choices\":[{\"del\n\n");
  answer(std::move(garbage));
  EXPECT_EQ(ask("a")->end, HOTDESK_TURN_HUMAN);
  answer({std::string(300'000, 'x')});
  EXPECT_EQ(ask("b")->end, HOTDESK_TURN_HUMAN) << "a line without an end";
  answer({"<html>busy</html>"});
  EXPECT_EQ(ask("c")->end, HOTDESK_TURN_HUMAN);
  answer({stop, done});
  EXPECT_EQ(ask("d")->reason, "the AI service's answer was empty");
}

TEST_F(AiBridge, BreakerOpensAfterFiveAndTriesAgainAfterThirtySeconds) {
  host.set("/retries", 0);
  for (int i = 0; i < 5; ++i) {
    answer({}, 500);
    ask("x");
  }
  EXPECT_EQ(host.metric("breaker_open"), 1);
  EXPECT_EQ(plugin().check(HOTDESK_HEALTH_DEEP), HOTDESK_E_OVERLOAD);
  const auto closed = plugin().reply("y");
  EXPECT_TRUE(closed->over);
  EXPECT_EQ(closed->reason, "the AI service fails at the moment");
  EXPECT_EQ(host.http_requests.size(), 5U);
  host.advance(30'000);
  answer({says("back"), stop, done});
  EXPECT_EQ(ask("z")->text, "back");
  EXPECT_EQ(plugin().check(HOTDESK_HEALTH_DEEP), HOTDESK_OK);
}

TEST_F(AiBridge, FailingFallsBackToAQuotation) {
  host.set("/retries", 0);
  knows("Hours", "We are open from 9 to 18.", 0.8);
  answer({}, 500);
  const auto call = ask("when?");
  EXPECT_EQ(call->end, HOTDESK_TURN_ANSWERED);
  EXPECT_EQ(call->text, "We are open from 9 to 18. [1]");
}

TEST_F(AiBridge, EndsInTimeWhenTheServiceIsSlow) {
  host.http_script.push_back({200, {says("a")}, HOTDESK_OK, 60'000});
  const auto call = plugin().reply("x");
  host.advance(12'100);
  EXPECT_TRUE(call->over);
  EXPECT_EQ(call->code, HOTDESK_OK) << "before the host's own deadline of 15 s";
  EXPECT_EQ(call->end, HOTDESK_TURN_HUMAN);
}

TEST_F(AiBridge, CancelledTurnsLeaveNothingBehind) {
  host.http_script.push_back({200, {says("a"), says("b"), stop, done}, HOTDESK_OK, 1'000});
  const auto call = plugin().reply("x");
  host.advance(1'100);
  host.give_up(*call, HOTDESK_E_GONE);
  host.advance(10'000);
  EXPECT_EQ(call->code, HOTDESK_E_GONE);
  answer({}, 500);
  const auto waiting = plugin().reply("retrying");
  host.advance(10);
  host.give_up(*waiting, HOTDESK_E_GONE);
  host.advance(5'000);
  EXPECT_EQ(waiting->code, HOTDESK_E_GONE);
}

TEST_F(AiBridge, CostIsCounted) {
  host.set("/price_in", 0.5);
  host.set("/price_out", 2.0);
  answer({says("ok"), stop, usage(1000, 500), done});
  ask("hi");
  EXPECT_EQ(host.metric("cost"), 1.5);
  answer({says("a longer answer"), stop, done});
  ask("hi");
  EXPECT_EQ(host.metric("usage_estimated"), 1);
  EXPECT_GT(host.metric("tokens_in"), 1000);
  EXPECT_EQ(host.metric("tokens_out"), 504) << "15 Latin letters are about 4";
}

TEST_F(AiBridge, FilesAreNotAnswered) { EXPECT_EQ(ask("  ")->code, HOTDESK_SKIP); }

class AiBridgeLocal : public AiBridge {
 protected:
  AiBridgeLocal() { host.set("/base_url", ""); }
};

TEST_F(AiBridgeLocal, QuotesWhenSureElseHandsOverAndNeverCallsOut) {
  EXPECT_EQ(ask("hello")->reason, "nothing in the knowledge base answers this");
  knows("Hours", "We are open from 9 to 18.", 0.59);
  EXPECT_EQ(ask("when?")->end, HOTDESK_TURN_HUMAN);
  host.passages[0].score = 0.6;
  const auto call = ask("when?");
  EXPECT_EQ(call->text, "We are open from 9 to 18. [1]");
  EXPECT_EQ(call->confidence, 0.6);
  ASSERT_EQ(call->citations.size(), 1U);
  EXPECT_EQ(call->citations[0].title, "Hours");
  EXPECT_TRUE(host.http_requests.empty());
}

TEST_F(AiBridgeLocal, WorksWithoutAnyOptionalService) {
  for (const char* id : {HOTDESK_EXT_HTTP, HOTDESK_EXT_KNOWLEDGE, HOTDESK_EXT_MESSAGES, HOTDESK_EXT_TIMER, HOTDESK_EXT_METRICS, HOTDESK_EXT_LOG})
    host.remove(id);
  EXPECT_EQ(ask("hello")->end, HOTDESK_TURN_HUMAN);
}

TEST_F(AiBridge, WithoutTheGrantItStaysLocalAndSaysSo) {
  host.remove(HOTDESK_EXT_HTTP);
  EXPECT_EQ(ask("hello")->reason, "the AI service's host is not granted to the plugin");
  EXPECT_THAT(host.lines().front(), HasSubstr("not granted"));
}

TEST_F(AiBridge, RefusedRequestsStayLocal) {
  host.http_refusal = HOTDESK_E_DENIED;
  EXPECT_EQ(ask("hello")->reason, "the AI service's host is not granted to the plugin");
  host.http_refusal = HOTDESK_E_BUDGET;
  EXPECT_EQ(ask("hello")->end, HOTDESK_TURN_HUMAN);
}

struct Wrong {
  const char* name;
  const char* pointer;
  const char* value;
};
class AiBridgeSettings : public AiBridge, public ::testing::WithParamInterface<Wrong> {};
TEST_P(AiBridgeSettings, AreRefusedByName) {
  host.set(GetParam().pointer, GetParam().value);
  EXPECT_THROW(plugin(), std::runtime_error);
  EXPECT_EQ(host.failed_path(), GetParam().pointer);
}
INSTANTIATE_TEST_SUITE_P(Table, AiBridgeSettings,
                         ::testing::Values(Wrong{"scheme", "/base_url", "ftp://x"}, Wrong{"plain_http", "/base_url", "http://api.example.com/v1"},
                                           Wrong{"credentials", "/base_url", "https://me@example.com"}, Wrong{"query", "/base_url", "https://example.com?x"},
                                           Wrong{"no_host", "/base_url", "https://"}, Wrong{"not_local", "/base_url", "http://localhost.example.com"},
                                           Wrong{"model", "/model", ""}, Wrong{"keyword", "/keywords/0", " "}),
                         [](const auto& i) { return std::string(i.param.name); });

}  // namespace
}  // namespace hotdesk::plugins
