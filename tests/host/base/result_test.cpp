#include "base/result.hpp"

#include <gtest/gtest.h>

#include <stdexcept>

namespace hotdesk {
namespace {

Result<int> half(int value) {
  if (value % 2 != 0) return fail(Errc::invalid, "odd", "value");
  return value / 2;
}

TEST(Result, BearsAValueOrAnErrorWithWords) {
  EXPECT_EQ(*half(4), 2);
  const auto odd = half(3);
  ASSERT_FALSE(odd);
  EXPECT_EQ(odd.error().code, Errc::invalid);
  EXPECT_EQ(odd.error().text, "odd");
  EXPECT_EQ(odd.error().where, "value");
}

TEST(Result, AskingAnErrorForItsValueThrowsItsWords) {
  try {
    static_cast<void>(half(3).value());
    FAIL();
  } catch (const std::runtime_error& error) {
    EXPECT_STREQ(error.what(), "value: odd");
  }
}

TEST(Errc, EveryKindHasItsOwnName) {
  EXPECT_STREQ(to_string(Errc::not_found), "not_found");
  EXPECT_STREQ(to_string(Errc::too_big), "too_big");
  EXPECT_STREQ(to_string(Errc::internal), "internal");
}

}  // namespace
}  // namespace hotdesk
