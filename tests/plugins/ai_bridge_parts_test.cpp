// The parts of org.hotdesk.ai-bridge that read what strangers send.
#include <gtest/gtest.h>

#include <random>

#include "answer_text.hpp"
#include "chat.hpp"
#include "sse.hpp"
#include "text.hpp"

namespace ai_bridge {
namespace {

std::vector<std::string> events(const std::vector<std::string>& pieces, SseParser parser = SseParser()) {
  std::vector<std::string> all;
  const auto take = [&](std::string_view data) { all.emplace_back(data); };
  for (const auto& piece : pieces) parser.feed(piece, take);
  parser.finish(take);
  return all;
}
using Texts = std::vector<std::string>;

TEST(Sse, ReadsTheFormat) {
  EXPECT_EQ(events({"data: a\n\ndata:b\n\n"}), (Texts{"a", "b"}));
  EXPECT_EQ(events({"data: a\r\n\r\ndata: b\r\rdata: c\n\n"}), (Texts{"a", "b", "c"}));
  EXPECT_EQ(events({"data: a\ndata: b\n\n"}), (Texts{"a\nb"}));
  EXPECT_EQ(events({": comment\nevent: x\nid: 7\ndata:  a\n\n"}), (Texts{" a"}));
  EXPECT_EQ(events({"\xEF\xBB\xBF" "data: a\n\n"}), (Texts{"a"}));
  EXPECT_EQ(events({"data: last"}), (Texts{"last"})) << "without its empty line";
  EXPECT_EQ(events({"data\n\ndatax: y\n\n\n\n"}), Texts{});
  EXPECT_EQ(events({"data:\n\n"}), (Texts{""}));
}

TEST(Sse, TheSameHoweverItIsCut) {
  std::mt19937 random(7);
  const std::string alphabet = "data: \r\n\n\n[]{}:x\xE4\xBD\xA0";
  for (int round = 0; round < 3'000; ++round) {
    std::string whole;
    for (int i = 0; i < 60; ++i) whole += random() % 4 == 0 ? std::string("\ndata: ") : std::string(1, alphabet[random() % alphabet.size()]);
    Texts pieces;
    for (std::size_t at = 0; at < whole.size();) {
      const std::size_t length = 1 + random() % 7;
      pieces.push_back(whole.substr(at, length));
      at += length;
    }
    ASSERT_EQ(events(pieces), events({whole})) << whole;
  }
}

TEST(Sse, IsBounded) {
  SseParser parser(100);
  int count = 0;
  for (int i = 0; i < 50; ++i) parser.feed("data: 0123456789\n", [&](std::string_view) { ++count; });
  EXPECT_TRUE(parser.failed());
  parser.feed("\n\ndata: x\n\n", [&](std::string_view) { ++count; });
  EXPECT_EQ(count, 0);
}

std::string shown(const Texts& pieces, AnswerText& text) {
  std::string all;
  for (const auto& piece : pieces) all += text.feed(piece);
  return all + text.finish();
}

TEST(AnswerTextTest, MarksAreTakenOutOrRenumbered) {
  AnswerText text(3);
  EXPECT_EQ(shown({"A [3] b【1】c [3] d [9] [x] [[y]] [[ HUMAN ]] [[confidence: 80]]e["}, text), "A [1] b[2]c [1] d  [x] [[y]]  e[");
  EXPECT_TRUE(text.asks_for_person());
  EXPECT_EQ(text.confidence(), 0.8);
  EXPECT_EQ(text.used(), (std::vector<std::size_t>{2, 0}));
}

TEST(AnswerTextTest, WithoutPassagesNumbersAreLeftAlone) {
  AnswerText text(0);
  EXPECT_EQ(shown({"x[1] 【2】 a[i] = [[1,2],[3,4]]"}, text), "x[1] 【2】 a[i] = [[1,2],[3,4]]");
}

TEST(AnswerTextTest, TheSameHoweverItIsCut) {
  std::mt19937 random(11);
  const Texts parts = {"[", "]", "[[", "]]", "1", "12", "【", "】", "HUMAN", "CONFIDENCE=0.", "a", " ", "[2]", "[[HUMAN]]", "价"};
  for (int round = 0; round < 3'000; ++round) {
    Texts pieces;
    std::string whole;
    for (int i = 0; i < 12; ++i) whole += pieces.emplace_back(parts[random() % parts.size()]);
    AnswerText at_once(2);
    AnswerText bit_by_bit(2);
    ASSERT_EQ(shown(pieces, bit_by_bit), shown({whole}, at_once)) << whole;
    ASSERT_EQ(bit_by_bit.used(), at_once.used());
    ASSERT_EQ(bit_by_bit.asks_for_person(), at_once.asks_for_person());
  }
}

TEST(Chat, ReadsWhatServersSend) {
  EXPECT_EQ(read_delta(R"({"choices":[{"delta":{"content":"hi"}}]})").text, "hi");
  EXPECT_TRUE(read_delta(R"({"choices":[{"delta":{"content":null},"finish_reason":"stop"}]})").readable);
  EXPECT_TRUE(read_delta(R"({"choices":[],"usage":null})").readable);
  EXPECT_EQ(read_delta(R"({"usage":{"prompt_tokens":3,"completion_tokens":-1}})").tokens_in, 3);
  EXPECT_EQ(read_delta(R"({"usage":{"prompt_tokens":99999999999999999999,"completion_tokens":18446744073709551615}})").tokens_out, 1'000'000'000);
  EXPECT_EQ(read_delta(R"({"error":{"type":"server_error","message":"secret words"}})").error, "server_error");
  EXPECT_EQ(read_delta(R"({"error":{"type":"you said: hi"}})").error, "");
  EXPECT_TRUE(read_delta(R"({"error":"plain"})").is_error);
  for (const char* bad : {"", "{", "[]", "null", "{\"choices\":3}", "{\"choices\":[{\"delta\":{\"content\":\"\\ud83d\"}}]}", "\xFF"})
    EXPECT_FALSE(read_delta(bad).readable) << bad;
  for (const char* odd : {R"({"choices":[1]})", R"({"choices":[null]})", R"({"choices":[{"delta":[]}]})"}) EXPECT_EQ(read_delta(odd).text, "");
  EXPECT_FALSE(read_delta(std::string(100'000, '[')).readable);
}

TEST(Chat, SurvivesAnyBytes) {
  std::mt19937 random(3);
  const std::string good = R"({"choices":[{"delta":{"content":"a\u4f60b","role":"x"},"finish_reason":null}],"usage":{"prompt_tokens":12}})";
  for (int round = 0; round < 20'000; ++round) {
    std::string text = good;
    for (int i = 0; i < 4; ++i) text[random() % text.size()] = static_cast<char>(random());
    if (random() % 3 == 0) text.resize(random() % text.size());
    const auto delta = read_delta(text);
    ASSERT_EQ(clean(delta.text), delta.text);
  }
}

TEST(Chat, HowLongToWait) {
  EXPECT_EQ(wait_asked_for("Please try again in 1.5s. Visit"), 1500);
  EXPECT_EQ(wait_asked_for("try again in 20s"), 20000);
  EXPECT_EQ(wait_asked_for("try again in 350ms"), 350);
  EXPECT_EQ(wait_asked_for("retry after 2"), 2000);
  EXPECT_EQ(wait_asked_for("try again in "), 0);
  EXPECT_EQ(wait_asked_for("no idea"), 0);
}

TEST(Text, CleansAndCuts) {
  EXPECT_EQ(clean("a\xFF\x80" "b\x01\n价"), "a\uFFFD\uFFFD" "b\n价");
  EXPECT_EQ(clean("\xC0\xAF\xED\xA0\x80"), "\uFFFD\uFFFD\uFFFD\uFFFD\uFFFD");
  EXPECT_EQ(shorten("价格价格", 12), "价格价格");
  EXPECT_EQ(shorten("价格价格", 11), "价格…");
  EXPECT_EQ(shorten("价", 2), "…");
  EXPECT_EQ(fold("ＡbC价"), "abc价");
  EXPECT_EQ(estimate_tokens("价格 abcd"), 2 + 2U);
}

}  // namespace
}  // namespace ai_bridge
