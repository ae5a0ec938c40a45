#include "protocol/surrogates.hpp"

#include <gtest/gtest.h>

namespace hotdesk::protocol {
namespace {

TEST(Surrogates, OnlyLoneOnesAreReplaced) {
  EXPECT_EQ(replace_lone_surrogates(R"(a\ud83d\ude00b)"), R"(a\ud83d\ude00b)");
  EXPECT_EQ(replace_lone_surrogates(R"(a\ud83db)"), R"(a\uFFFDb)");
  EXPECT_EQ(replace_lone_surrogates(R"(\ude00)"), R"(\uFFFD)");
  EXPECT_EQ(replace_lone_surrogates(R"(\ud800\ud800)"), R"(\uFFFD\uFFFD)");
}

TEST(Surrogates, AnEscapedBackslashStartsNoEscape) { EXPECT_EQ(replace_lone_surrogates(R"(\\ud800)"), R"(\\ud800)"); }

TEST(Surrogates, EverythingElseIsCopied) {
  EXPECT_EQ(replace_lone_surrogates("plain 退款 \\n \\u00e9 \\"), "plain 退款 \\n \\u00e9 \\");
}

}  // namespace
}  // namespace hotdesk::protocol
