// org.hotdesk.filtering 1.2.0 through its entry point.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <random>

#include "opened.hpp"

namespace hotdesk::plugins {
namespace {

class FullFiltering : public ::testing::Test {
 protected:
  sdk::FakePlugin& plugin() {
    if (!plugin_) plugin_.emplace(library_.query(), host);
    return *plugin_;
  }
  static std::string told(const sdk::FakeCall& answer) {
    if (answer.code != HOTDESK_OK) return "code " + std::to_string(answer.code);
    if (answer.verdict == HOTDESK_FILTER_BLOCK) return "refused: " + answer.reason;
    return answer.verdict == HOTDESK_FILTER_REWRITE ? answer.text : "passed";
  }
  std::string filtered(std::string_view text, std::int32_t role = HOTDESK_ROLE_VISITOR) { return told(plugin().inspect(text, role)); }
  std::string sent(std::string_view text, std::uint8_t visitor, std::uint32_t flags = 0) {
    hotdesk_filter_message message{};
    message.text = sdk::to_text(text);
    message.visitor.bytes[0] = visitor;
    message.flags = flags;
    return told(*plugin().start_inspect(message));
  }
  sdk::FakeHost host;

 private:
  Opened library_{"org.hotdesk.filtering", "1.2.0"};
  std::optional<sdk::FakePlugin> plugin_;
};

const std::string refused = "refused: The message contains something that is not allowed here.";

struct Case {
  const char* name;
  const char* text;
  const char* result;
};
class Words : public FullFiltering, public ::testing::WithParamInterface<Case> {
 protected:
  Words() {
    int i = 0;
    for (const auto* word : {"Secret", "价格", "赌博", "a.b", "shit", "asset", "微信"}) host.set("/mask_words/" + std::to_string(i++), word);
    host.set("/refuse_words/0", "台湾樱花");
    host.set("/report_words/0", "competitor");
    host.set("/allow/0", "secretary");
  }
};
TEST_P(Words, AreFoundInTheirVariants) { EXPECT_EQ(filtered(GetParam().text), GetParam().result); }
INSTANTIATE_TEST_SUITE_P(
    Table, Words,
    ::testing::Values(
        Case{"plain", "a secret!", "a ******!"}, Case{"case_width", "ＳeCrＥt", "＊***＊*"}, Case{"traditional", "問價格", "問＊＊"},
        Case{"traditional_word", "賭博", "＊＊"}, Case{"refused", "臺灣櫻花", "refused: The message contains something that is not allowed here."},
        Case{"circled", "ⓢⓔⓒⓡⓔⓣ", "******"}, Case{"mathematical", "𝐬𝐞𝐜𝐫𝐞𝐭", "******"}, Case{"look_alike", "sесrеt", "******"},
        Case{"spaces", "s e c r e t!", "***********!"}, Case{"symbols", "价*格 价_._格", "＊*＊ ＊***＊"}, Case{"zero_width", "价\u200B\u2060格", "＊**＊"},
        Case{"tags", "价\U000E0041格", "＊*＊"}, Case{"emoji_between", "微😀信", "＊*＊"}, Case{"too_far", "价 --- 格", "passed"},
        Case{"symbol_in_word", "a.b", "***"}, Case{"symbol_missing", "ab", "passed"}, Case{"ordinary_spaces", "push it", "passed"},
        Case{"two_words", "as set", "passed"}, Case{"cut_word", "sh-it", "*****"}, Case{"inside_with_gap", "pus.hit", "passed"},
        Case{"inside", "bullshit", "bull****"}, Case{"allowed", "the secretary", "passed"}, Case{"allowed_spread", "s e c r e t a r y", "passed"},
        Case{"allowed_and_not", "secretary secret", "secretary ******"}, Case{"report", "our competitor", "passed"}, Case{"clean", "你好", "passed"},
        Case{"empty", "", "passed"}),
    [](const auto& i) { return std::string(i.param.name); });

TEST_F(FullFiltering, WithoutSettingsEverythingPasses) { EXPECT_EQ(filtered("竞品 badword 13800138000"), "passed"); }

TEST_F(FullFiltering, VariantsAndInsertionsCanBeOff) {
  host.set("/simplify", false);
  host.set("/see_through", false);
  host.set("/mask_words/0", "价格");
  EXPECT_EQ(filtered("價格 价.格 价格"), "價格 价.格 ＊＊");
}

TEST_F(FullFiltering, WholeWords) {
  host.set("/whole_words", true);
  host.set("/mask_words/0", "cat");
  host.set("/mask_words/1", "价格");
  EXPECT_EQ(filtered("category cat, 价格表"), "category ***, ＊＊表");
}

TEST_F(FullFiltering, TheStrictestActionWins) {
  host.set("/words/0/word", "one");
  host.set("/words/1/word", "two");
  host.set("/words/1/action", "refuse");
  host.set("/words/2/word", "three");
  host.set("/words/2/action", "report");
  EXPECT_EQ(filtered("one three"), "*** three");
  EXPECT_EQ(filtered("one two"), refused);
  EXPECT_EQ(host.metric("masked"), 1);
  EXPECT_EQ(host.metric("refused"), 1);
  EXPECT_EQ(host.metric("hits_word"), 4);
  for (const auto& line : host.lines()) EXPECT_EQ(line.find("three"), line.npos) << "no text in the log";
}

TEST_F(FullFiltering, RulesThroughTheHost) {
  host.set("/rules/0/pattern", "(?i)order [0-9]{4}");
  host.set("/rules/0/name", "orders");
  host.set("/rules/1/pattern", "vx[0-9]+");
  host.set("/rules/1/action", "refuse");
  EXPECT_EQ(filtered("价 Order 1234."), "价 **********.");
  EXPECT_EQ(filtered("vx12"), refused);
  EXPECT_EQ(host.lines().front(), "masked: 0 words, 0 personal data, 1 rule hits (orders)");
}

TEST_F(FullFiltering, BadRulesAreRefusedByName) {
  host.set("/rules/0/pattern", "fine");
  host.set("/rules/1/pattern", "(");
  EXPECT_THROW(plugin(), std::runtime_error);
  EXPECT_EQ(host.failed_path(), "/rules/1/pattern");
  host.remove(HOTDESK_EXT_REGEX);
  EXPECT_THROW(plugin(), std::runtime_error);
  EXPECT_EQ(host.failed_path(), "/rules");
}

TEST_F(FullFiltering, WorksWithoutTheRegexServiceIfThereAreNoRules) {
  host.remove(HOTDESK_EXT_REGEX);
  host.set("/mask_words/0", "x");
  EXPECT_EQ(filtered("x"), "*");
}

TEST_F(FullFiltering, PersonalDataIsMaskedRefusedOrCounted) {
  host.set("/phone", "mask");
  host.set("/id_card", "refuse");
  host.set("/bank_card", "mask");
  host.set("/email", "report");
  EXPECT_EQ(filtered("call 138-0013-8000 or +86 13800138000"), "call 138-****-8000 or +86 138****8000");
  EXPECT_EQ(filtered("card 4111 1111 1111 1111"), "card **** **** **** 1111");
  EXPECT_EQ(filtered("11010519491231002X"), refused);
  EXPECT_EQ(filtered("me@example.com"), "passed");
  EXPECT_EQ(host.metric("hits_email"), 1);
  EXPECT_EQ(host.metric("hits_phone"), 2);
}

TEST_F(FullFiltering, FloodOfManyAndOfTheSame) {
  host.set("/flood_messages", 5);
  host.set("/flood_same", 2);
  host.set("/flood_window_s", 10);
  EXPECT_EQ(sent("hi", 1), "passed");
  EXPECT_EQ(sent("hi!", 1), "passed");
  EXPECT_EQ(sent("H I", 1), "refused: Please do not send the same text again and again.");
  EXPECT_EQ(sent("other", 1), "passed");
  EXPECT_EQ(sent("more", 1), "passed");
  EXPECT_EQ(sent("too much", 1), "refused: That was too fast. Please wait a moment.");
  EXPECT_EQ(sent("hi", 2), "passed") << "another visitor";
  EXPECT_EQ(sent("typing", 1, HOTDESK_MESSAGE_DRAFT), "passed") << "previews do not count";
  host.advance(5'000);
  EXPECT_EQ(sent("still", 1), "refused: That was too fast. Please wait a moment.");
  host.advance(20'000);
  EXPECT_EQ(sent("hi", 1), "passed");
  EXPECT_EQ(host.metric("flood_same"), 1);
  EXPECT_EQ(host.metric("flood_many"), 2);
}

TEST_F(FullFiltering, FloodMayBeCountedAlone) {
  host.set("/flood_messages", 1);
  host.set("/flood_action", "report");
  sent("a", 1);
  EXPECT_EQ(sent("b", 1), "passed");
  EXPECT_EQ(host.metric("flood_many"), 1);
}

TEST_F(FullFiltering, AgentsMessages) {
  host.set("/agents", "report");
  host.set("/mask_words/0", "x");
  EXPECT_EQ(filtered("x", HOTDESK_ROLE_AGENT), "passed");
  EXPECT_EQ(host.metric("reported"), 1);
  EXPECT_EQ(filtered("x", HOTDESK_ROLE_BOT), "*");
}

TEST_F(FullFiltering, DraftsAreMaskedAndHiddenButNotCounted) {
  host.set("/mask_words/0", "x");
  host.set("/refuse_words/0", "y");
  host.set("/note_refused", true);
  EXPECT_EQ(sent("x", 1, HOTDESK_MESSAGE_DRAFT), "*");
  EXPECT_EQ(sent("y", 1, HOTDESK_MESSAGE_DRAFT), refused);
  EXPECT_EQ(host.metric("masked") + host.metric("refused"), 0);
  EXPECT_TRUE(host.posts.empty());
  sent("y", 1);
  ASSERT_EQ(host.posts.size(), 1U);
  EXPECT_EQ(host.posts[0].kind, HOTDESK_KIND_NOTE);
}

TEST_F(FullFiltering, NotesWithoutThePermissionAreNoFailure) {
  host.remove(HOTDESK_EXT_POST);
  host.set("/note_refused", true);
  host.set("/refuse_words/0", "y");
  EXPECT_EQ(sent("y", 1), refused);
}

TEST_F(FullFiltering, AMaskThatGrowsTooLongIsARefusal) {
  host.set("/mask_words/0", "ⓐ");  // three bytes, as many as its mask
  host.set("/mask_words/1", "é");
  std::string text(60'000, 'x');
  for (int i = 0; i < 10'000; ++i) text += "ⓐ";
  EXPECT_EQ(filtered(text), refused);
}

TEST_F(FullFiltering, AnyBytesAreSafe) {
  int n = 0;
  for (const auto* word : {"赌博", "abc", "价格", "x"}) host.set("/mask_words/" + std::to_string(n++), word);
  for (const auto* kind : {"/phone", "/id_card", "/bank_card", "/email"}) host.set(kind, "mask");
  host.set("/flood_same", 3);
  std::mt19937 random(5);
  const std::string parts[] = {"a", "价", "\xFF", "\xE4", "\xBB", "1", "13800138000", "@", ".", "x", " ", "\U0001F600", "\xF0\x9F", "+", "-", "赌", "博", std::string(1, '\0')};
  for (int round = 0; round < 5'000; ++round) {
    std::string text;
    for (int i = 0; i < 40; ++i) text += parts[random() % std::size(parts)];
    ASSERT_EQ(plugin().inspect(text).code, HOTDESK_OK);
  }
  EXPECT_EQ(plugin().inspect(std::string(1'000'000, '1')).code, HOTDESK_OK);
  EXPECT_EQ(plugin().inspect(std::string(1'000'000, '@')).code, HOTDESK_OK);
}

TEST_F(FullFiltering, TenThousandWordsAtOnce) {
  std::mt19937 random(1);
  const std::string syllables[] = {"价", "格", "赌", "博", "微", "信", "加", "群", "钱", "卖", "qq", "ab", "xyz", "免", "费", "广"};
  for (int i = 0; i < 10'000; ++i) {
    std::string word;
    for (int k = 0; k < 4; ++k) word += syllables[random() % std::size(syllables)];
    host.set("/refuse_words/" + std::to_string(i), word + std::to_string(i));
  }
  host.set("/refuse_words/9999", "独一无二");
  host.set("/phone", "mask");
  std::string text;
  while (text.size() < 600) text += "您好，我想问一下这个价格是多少，微信可以加吗 thanks a lot ";
  EXPECT_EQ(filtered(text), "passed");
  EXPECT_EQ(filtered(text + "獨 一 無 二"), refused);
  const auto begin = std::chrono::steady_clock::now();
  constexpr int rounds = 200;
  for (int i = 0; i < rounds; ++i) plugin().inspect(text);
  const auto took = std::chrono::duration<double, std::micro>(std::chrono::steady_clock::now() - begin).count() / rounds;
  RecordProperty("us_per_message", std::to_string(took));
  std::printf("10,000 words, a message of %zu bytes: %.1f us\n", text.size(), took);
}

}  // namespace
}  // namespace hotdesk::plugins
