// The services for calls, through the SDK and the fake host.
#include <gtest/gtest.h>

#include "entry.hpp"

namespace hotdesk::sdk {
namespace {

class Asker final : public Plugin, public Responder {
 public:
  explicit Asker(const Host& host) : Plugin(host), regex_(host.regex(patterns(host))) {}
  Reply reply(const Turn& turn) override {
    const std::string text(turn.text());
    if (text == "regex") return finish_regex(turn);
    if (text == "post") {
      host().post(turn.call(), HOTDESK_KIND_NOTE, "seen", 1);
      return answered();
    }
    const auto kept = std::make_shared<Later<Reply>>(turn.later());
    hotdesk_result code = HOTDESK_OK;
    if (text == "http")
      code = host().http().send(turn.call(), HttpRequest("https://x.example/v1").header("Authorization", "Bearer ${secret:KEY}").json("{}").timeout(500),
                                [turn, kept](const HttpPiece& piece) {
                                  if (piece.body == "throw") throw Error(HOTDESK_E_INVALID, "bad piece");
                                  turn.chunk(piece.body);
                                  if (piece.last()) kept->finish(piece.code == HOTDESK_OK ? answered(piece.status / 1000.0) : to_human(std::to_string(piece.code)));
                                });
    if (text == "knowledge")
      code = host().knowledge().search(turn.call(), "how?", 2, [turn, kept](hotdesk_result, std::vector<Passage> found) {
        for (const auto& one : found) turn.chunk(one.title + "=" + one.text + ";");
        kept->finish(answered(found.empty() ? 0 : found[0].score));
      });
    if (text == "messages")
      code = host().messages().read(turn.call(), turn.seq(), 2, [turn, kept](hotdesk_result, std::vector<PastMessage> found) {
        for (const auto& one : found) turn.chunk(std::to_string(one.seq) + one.text + ";");
        kept->finish(answered());
      });
    return code == HOTDESK_OK ? Reply(pending()) : to_human("refused " + std::to_string(code));
  }

 private:
  static std::vector<std::string> patterns(const Host& host) {
    std::vector<std::string> all;
    for (std::uint64_t i = 0; i < host.config().count("/patterns"); ++i) all.emplace_back(*host.config().text("/patterns/" + std::to_string(i)));
    return all;
  }
  Reply finish_regex(const Turn& turn) {
    for (const auto& hit : regex_.find_all("ab 12 ABC")) turn.chunk(std::to_string(hit.pattern) + ":" + std::to_string(hit.begin) + "-" + std::to_string(hit.end) + ";");
    int first = 0;
    regex_.find("ab 12 ABC", [&](const Regex::Hit&) { return ++first, false; });
    return answered(first);
  }
  Regex regex_;
};

struct Services : ::testing::Test {
  FakeHost host;
};

TEST_F(Services, HttpStreamsAndKeepsSecretsWithTheHost) {
  FakePlugin plugin(&query<Asker>, host);
  host.http_script.push_back({200, {"a", "b"}, HOTDESK_OK, 10});
  const auto call = plugin.reply("http");
  EXPECT_FALSE(call->over);
  host.advance(100);
  EXPECT_EQ(call->text, "ab");
  EXPECT_EQ(call->confidence, 0.2);
  ASSERT_EQ(host.http_requests.size(), 1U);
  EXPECT_EQ(host.http_requests[0].method, "POST");
  EXPECT_EQ(host.http_requests[0].headers.at("Authorization"), "Bearer ${secret:KEY}");
  EXPECT_EQ(host.http_requests[0].timeout_ms, 500U);
}

TEST_F(Services, HttpFailsTimesOutIsRefusedAndEndsWithTheCall) {
  FakePlugin plugin(&query<Asker>, host);
  EXPECT_EQ(plugin.reply("http")->reason, std::to_string(HOTDESK_E_INTERNAL)) << "nothing scripted: no connection";
  host.http_script.push_back({200, {"a"}, HOTDESK_OK, 600});
  const auto slow = plugin.reply("http");
  host.advance(700);
  EXPECT_EQ(slow->reason, std::to_string(HOTDESK_E_TIMEOUT));
  host.http_script.push_back({200, {"throw", "more"}, HOTDESK_OK, 1});
  const auto thrown = plugin.reply("http");
  host.advance(10);
  EXPECT_EQ(thrown->code, HOTDESK_E_INVALID);
  EXPECT_EQ(thrown->failed_text, "bad piece");
  host.http_script.push_back({200, {"a", "b"}, HOTDESK_OK, 50});
  const auto left = plugin.reply("http");
  host.advance(60);
  host.give_up(*left, HOTDESK_E_GONE);
  host.advance(100);
  EXPECT_EQ(left->text, "a");
  host.http_refusal = HOTDESK_E_DENIED;
  EXPECT_EQ(plugin.reply("http")->code, HOTDESK_E_INTERNAL) << "its handle was dropped before it answered";
}

TEST_F(Services, KnowledgeMessagesAndPosts) {
  FakePlugin plugin(&query<Asker>, host);
  host.passages = {{{}, "A", "a", 0.8}, {{}, "B", "b", 0.5}, {{}, "C", "c", 0.1}};
  const auto known = plugin.reply("knowledge");
  EXPECT_EQ(known->text, "A=a;B=b;");
  EXPECT_EQ(known->confidence, 0.8);
  EXPECT_EQ(host.questions, std::vector<std::string>{"how?"});
  host.past = {{0, "x", 0, 0}, {1, "y", 0, 0}, {0, "z", 0, 0}, {0, "now", 0, 0}};
  EXPECT_EQ(plugin.reply("messages", "", 4)->text, "2y;3z;");
  plugin.reply("post");
  ASSERT_EQ(host.posts.size(), 1U);
  EXPECT_EQ(host.posts[0].body, "seen");
}

TEST_F(Services, RegexFindsAndRefuses) {
  host.set("/patterns/0", "[0-9]+");
  host.set("/patterns/1", "(?i)ab");
  {
    FakePlugin plugin(&query<Asker>, host);
    const auto call = plugin.reply("regex");
    EXPECT_EQ(call->text, "0:3-5;1:0-2;1:6-8;");
    EXPECT_EQ(call->confidence, 1) << "stops when told";
  }
  host.set("/patterns/1", "(");
  EXPECT_THROW(FakePlugin(&query<Asker>, host), std::runtime_error);
  FakeHost bare;
  bare.remove(HOTDESK_EXT_REGEX);
  bare.remove(HOTDESK_EXT_HTTP);
  FakePlugin plugin(&query<Asker>, bare);
  EXPECT_EQ(plugin.reply("regex")->text, "") << "no patterns, no service needed";
  bare.set("/patterns/0", "a");
  EXPECT_THROW(FakePlugin(&query<Asker>, bare), std::runtime_error);
  EXPECT_NE(bare.failed_text().find("hotdesk.regex/1"), std::string::npos);
}

}  // namespace
}  // namespace hotdesk::sdk
