#include "base/clock.hpp"

#include <gtest/gtest.h>

namespace hotdesk {
namespace {

TEST(FakeClock, MovesOnlyWhenTold) {
  FakeClock clock(1'000);
  EXPECT_EQ(clock.now_ms(), 1'000);
  EXPECT_EQ(clock.steady_ms(), 0);
  clock.advance(29'000);
  EXPECT_EQ(clock.now_ms(), 30'000);
  EXPECT_EQ(clock.steady_ms(), 29'000);
}

TEST(FakeClock, AWallClockMayStepBackWhileTimeGoesOn) {
  FakeClock clock(1'000);
  clock.step(-500);
  EXPECT_EQ(clock.now_ms(), 500);
  EXPECT_EQ(clock.steady_ms(), 0);
}

TEST(SystemClock, IsOfThisCenturyAndNeverGoesBack) {
  const SystemClock clock;
  EXPECT_GT(clock.now_ms(), 1'700'000'000'000);
  EXPECT_LT(clock.now_ms(), 4'102'444'800'000);
  const auto before = clock.steady_ms();
  EXPECT_GE(clock.steady_ms(), before);
}

}  // namespace
}  // namespace hotdesk
