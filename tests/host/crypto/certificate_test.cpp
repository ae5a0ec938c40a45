#include "crypto/certificate.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "base/clock.hpp"

namespace hotdesk::crypto {
namespace {
TEST(Certificate, CarriesItsNamesAndEnds) {
  const auto pair = make_self_signed({"shop.example", "127.0.0.1", "::1"}, 90);
  ASSERT_TRUE(pair) << pair.error().text;
  const auto info = read_certificate(pair->certificate);
  ASSERT_TRUE(info);
  EXPECT_EQ(info->subject, "shop.example");
  EXPECT_EQ(info->names, (std::vector<std::string>{"shop.example", "127.0.0.1", "::1"}));
  EXPECT_TRUE(info->self_signed);
  EXPECT_TRUE(key_matches(pair->certificate, pair->key));
  const auto now = SystemClock().now_ms();
  EXPECT_LE(info->not_before, now - 3'590'000);
  EXPECT_EQ(info->days_left(now), 89);
  EXPECT_EQ(info->days_left(info->not_after), 0);
  EXPECT_EQ(info->days_left(info->not_after + 1), -1);
  const auto other = make_self_signed({"shop.example"});
  EXPECT_FALSE(key_matches(pair->certificate, other->key));
}

TEST(Certificate, RefusesBadInput) {
  EXPECT_FALSE(make_self_signed({}));
  EXPECT_FALSE(make_self_signed({"a b"}));
  EXPECT_FALSE(make_self_signed({"good.example", "x,DNS:evil.example"}));
  EXPECT_FALSE(make_self_signed({"a"}, 0));
  EXPECT_FALSE(make_self_signed({"a"}, 826));
  EXPECT_FALSE(read_certificate("nothing"));
  EXPECT_FALSE(key_matches("nothing", "nothing"));
}
}  // namespace
}  // namespace hotdesk::crypto
