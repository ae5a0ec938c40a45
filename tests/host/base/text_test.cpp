#include "base/text.hpp"

#include <gtest/gtest.h>

namespace hotdesk {
namespace {

using namespace std::string_literals;

TEST(CountCodePoints, CountsWhatIsUtf8) {
  EXPECT_EQ(count_code_points(""), 0U);
  EXPECT_EQ(count_code_points("abc"), 3U);
  EXPECT_EQ(count_code_points("客服é😀"), 4U);
  EXPECT_EQ(count_code_points("a\0b"s), 3U);
  EXPECT_EQ(count_code_points("\xF4\x8F\xBF\xBF"), 1U);  // U+10FFFF
  EXPECT_EQ(count_code_points("\xED\x9F\xBF\xEE\x80\x80"), 2U);  // both sides of the surrogates
}

class BadUtf8 : public ::testing::TestWithParam<const char*> {};
TEST_P(BadUtf8, IsRefusedWhereverItStands) {
  const std::string bad = GetParam();
  EXPECT_EQ(count_code_points(bad), std::nullopt);
  EXPECT_EQ(count_code_points("客" + bad), std::nullopt);
  EXPECT_EQ(count_code_points(bad + "客"), std::nullopt);
  EXPECT_FALSE(is_clean_text(bad));
}
INSTANTIATE_TEST_SUITE_P(Utf8, BadUtf8,
                         ::testing::Values("\x80", "\xFF", "\xC0\xAF", "\xC1\xBF", "\xC3", "\xE0\x9F\xBF", "\xE5\xAE", "\xED\xA0\x80",
                                           "\xED\xBF\xBF", "\xF0\x8F\xBF\xBF", "\xF0\x9F\x98", "\xF4\x90\x80\x80", "\xF5\x80\x80\x80",
                                           "\xF8\x88\x80\x80\x80"));

TEST(IsCleanText, HoldsNoNul) {
  EXPECT_TRUE(is_clean_text("line\nline\t\x7F"));
  EXPECT_FALSE(is_clean_text("a\0b"s));
}

TEST(TruncateCodePoints, NeverCutsOne) {
  EXPECT_EQ(truncate_code_points("客服é", 2), "客服");
  EXPECT_EQ(truncate_code_points("客服é", 3), "客服é");
  EXPECT_EQ(truncate_code_points("客服é", 9), "客服é");
  EXPECT_EQ(truncate_code_points("abc", 0), "");
}

TEST(ToLowerAscii, LeavesOtherLettersAlone) { EXPECT_EQ(to_lower_ascii("AbC-É1"), "abc-É1"); }

TEST(ToRfc3339, KnownInstants) {
  EXPECT_EQ(to_rfc3339(0), "1970-01-01T00:00:00.000Z");
  EXPECT_EQ(to_rfc3339(1'795'509'239'042), "2026-11-24T08:33:59.042Z");
  EXPECT_EQ(to_rfc3339(1'709'208'000'999), "2024-02-29T12:00:00.999Z");  // a leap day
  EXPECT_EQ(to_rfc3339(-1), "1969-12-31T23:59:59.999Z");
}

}  // namespace
}  // namespace hotdesk
