#include <gtest/gtest.h>

#include "opened.hpp"

namespace hotdesk::plugins {
namespace {

std::string filtered(const std::string& version, sdk::FakeHost& host, std::string_view text) {
  const Opened library("org.hotdesk.filtering", version);
  sdk::FakePlugin plugin(library.query(), host);
  const auto answer = plugin.inspect(text);
  if (answer.code != HOTDESK_OK) return "code " + std::to_string(answer.code);
  if (answer.verdict == HOTDESK_FILTER_BLOCK) return "refused: " + answer.reason;
  return answer.verdict == HOTDESK_FILTER_REWRITE ? answer.text : "passed";
}

TEST(Filtering, WithoutSettingsTheNewVersionMasksWhatTheOldLetThrough) {
  sdk::FakeHost host;
  EXPECT_EQ(filtered("1.0.0", host, "try 竞品 or badword"), "passed");
  EXPECT_EQ(filtered("1.1.0", host, "try 竞品 or badword"), "try ＊＊ or *******");
  EXPECT_EQ(filtered("1.1.0", host, "nothing to see"), "passed");
}

struct Case {
  const char* name;
  const char* version;
  const char* text;
  const char* result;
};
class FilteringWords : public ::testing::TestWithParam<Case> {};

TEST_P(FilteringWords, AreFound) {
  sdk::FakeHost host;
  host.set("/defaults", false);
  host.set("/words/0/word", "Secret");
  host.set("/words/1/word", "价格");
  host.set("/words/1/action", "mask");
  host.set("/words/2/word", "forbidden");
  host.set("/words/2/action", "refuse");
  host.set("/words/3/word", "a.b");
  host.set("/words/4/word", "secretary");
  EXPECT_EQ(filtered(GetParam().version, host, GetParam().text), GetParam().result);
}

INSTANTIATE_TEST_SUITE_P(
    Table, FilteringWords,
    ::testing::Values(Case{"plain", "1.0.0", "a secret!", "a ******!"}, Case{"case", "1.0.0", "SeCrEt", "******"},
                      Case{"wide", "1.0.0", "Ｓｅｃｒｅｔ", "＊＊＊＊＊＊"}, Case{"longer_word", "1.0.0", "secretary", "*********"},
                      Case{"twice", "1.0.0", "secret secret", "****** ******"}, Case{"chinese", "1.0.0", "问价格吗", "问＊＊吗"},
                      Case{"refused", "1.0.0", "is forbidden", "refused: The message contains a word that is not allowed here."},
                      Case{"symbols_in_word", "1.0.0", "a.b", "***"}, Case{"built_in_off", "1.1.0", "竞品", "passed"},
                      Case{"spaces_old", "1.0.0", "s e c r e t", "passed"}, Case{"spaces_new", "1.1.0", "s e c r e t!", "***********!"},
                      Case{"chinese_spread", "1.1.0", "价 * 格", "＊***＊"}, Case{"invisible", "1.1.0", "sec\u200Bret", "*******"},
                      Case{"too_far", "1.1.0", "sec     ret", "passed"}, Case{"spread_refused", "1.1.0", "f-o-r-b-i-d-d-e-n",
                           "refused: The message contains a word that is not allowed here."},
                      Case{"empty", "1.1.0", "", "passed"}),
    [](const auto& i) { return std::string(i.param.name); });

TEST(Filtering, ReasonIsTheTenants) {
  sdk::FakeHost host;
  host.set("/reason", "请换一种说法");
  host.set("/words/0/word", "x");
  host.set("/words/0/action", "refuse");
  EXPECT_EQ(filtered("1.1.0", host, "x"), "refused: 请换一种说法");
}

TEST(Filtering, ManyWordsAtOnce) {
  sdk::FakeHost host;
  for (int i = 0; i < 2000; ++i) host.set("/words/" + std::to_string(i) + "/word", "word" + std::to_string(i * 7) + "x");
  EXPECT_EQ(filtered("1.1.0", host, "a word13993x b"), "a ********** b");
}

}  // namespace
}  // namespace hotdesk::plugins
