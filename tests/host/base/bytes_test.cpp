#include "base/bytes.hpp"

#include <gtest/gtest.h>

#include "base/random.hpp"

namespace hotdesk {
namespace {

using namespace std::string_literals;

TEST(Base64url, KnownValues) {  // RFC 4648 §10, unpadded
  EXPECT_EQ(to_base64url(""), "");
  EXPECT_EQ(to_base64url("f"), "Zg");
  EXPECT_EQ(to_base64url("fo"), "Zm8");
  EXPECT_EQ(to_base64url("foo"), "Zm9v");
  EXPECT_EQ(to_base64url("foobar"), "Zm9vYmFy");
  EXPECT_EQ(to_base64url("\xFB\xFF\xBF"), "-_-_");
}

TEST(Base64url, EveryLengthComesBack) {
  for (std::size_t size = 0; size < 70; ++size) {
    const std::string bytes = random_string(size);
    EXPECT_EQ(from_base64url(to_base64url(bytes)), bytes);
  }
}

class BadBase64url : public ::testing::TestWithParam<std::string> {};
TEST_P(BadBase64url, IsRefused) { EXPECT_EQ(from_base64url(GetParam()), std::nullopt); }
INSTANTIATE_TEST_SUITE_P(Base64url, BadBase64url,
                         ::testing::Values("Z", "Zm9vY", "Zg==", "Zg=", "+/+/", "Zm 9", "Zm9v\n", "Zm9\0"s,
                                           "Zh",     // the two bits left over aren't zero: a second name for "f"
                                           "Zm9",    // four bits left over
                                           "Zm8\xC3"));

TEST(Hex, ThereAndBack) {
  EXPECT_EQ(to_hex("\x00\xAB\xff"s.substr(0, 3)), "00abff");
  EXPECT_EQ(from_hex("00ABff"), "\x00\xAB\xff"s);
  EXPECT_EQ(from_hex("abc"), std::nullopt);
  EXPECT_EQ(from_hex("0g"), std::nullopt);
  EXPECT_EQ(from_hex(""), "");
}

TEST(EqualConstantTime, ComparesContentAndLength) {
  EXPECT_TRUE(equal_constant_time("", ""));
  EXPECT_TRUE(equal_constant_time("abc", "abc"));
  EXPECT_FALSE(equal_constant_time("abc", "abd"));
  EXPECT_FALSE(equal_constant_time("abc", "ab"));
  EXPECT_FALSE(equal_constant_time("a\0b"s, "a\0c"s));
}

}  // namespace
}  // namespace hotdesk
