#include "tenants/lockout.hpp"

#include <gtest/gtest.h>

namespace hotdesk::tenants {
namespace {
constexpr std::int64_t second = 1000;

TEST(Lockout, LocksAfterFiveAndDoubles) {
  FakeClock clock;
  Lockout lockout(clock);
  for (int left = 4; left >= 0; --left) {
    const auto verdict = lockout.begin("ann", "10.0.0.1");
    EXPECT_FALSE(verdict.locked);
    EXPECT_EQ(verdict.tries_left, left);
  }
  auto verdict = lockout.begin("ann", "10.0.0.1");
  EXPECT_TRUE(verdict.locked);
  EXPECT_EQ(verdict.retry_ms, 30 * second);
  clock.advance(30 * second - 1);
  EXPECT_TRUE(lockout.begin("ann", "10.0.0.1").locked);
  clock.advance(1);
  for (const std::int64_t lock : {60, 120, 240, 480, 900, 900}) {
    EXPECT_FALSE(lockout.begin("ann", "10.0.0.1").locked);
    verdict = lockout.begin("ann", "10.0.0.1");
    EXPECT_TRUE(verdict.locked);
    EXPECT_EQ(verdict.retry_ms, lock * second);
    clock.advance(verdict.retry_ms);
  }
}

TEST(Lockout, AskingWhileLockedDoesNotProlongIt) {
  FakeClock clock;
  Lockout lockout(clock);
  for (int i = 0; i < 5; ++i) lockout.begin("ann", "a");
  for (int i = 0; i < 100; ++i) EXPECT_TRUE(lockout.begin("ann", "a").locked);
  clock.advance(30 * second);
  EXPECT_FALSE(lockout.begin("ann", "a").locked);
}

TEST(Lockout, CountsBySuccessAndByAddress) {
  FakeClock clock;
  Lockout lockout(clock);
  for (int i = 0; i < 4; ++i) lockout.begin("ann", "a");
  lockout.succeed("ann", "a");
  EXPECT_EQ(lockout.begin("ann", "a").tries_left, 4);
  for (int i = 0; i < 5; ++i) lockout.begin("bob", "a");
  EXPECT_TRUE(lockout.begin("bob", "a").locked);
  EXPECT_FALSE(lockout.begin("bob", "b").locked);
  EXPECT_FALSE(lockout.begin("cyd", "a").locked);
}

TEST(Lockout, ManyAddressesLockTheUserButNotWhoseAddressGotInBefore) {
  FakeClock clock;
  Lockout lockout(clock);
  lockout.begin("ann", "home");
  lockout.succeed("ann", "home");
  for (int i = 0; i < 20; ++i) EXPECT_FALSE(lockout.begin("ann", "bot" + std::to_string(i)).locked) << i;
  EXPECT_TRUE(lockout.begin("ann", "bot20").locked);
  EXPECT_FALSE(lockout.begin("ann", "home").locked);
  clock.advance(30 * second);
  EXPECT_FALSE(lockout.begin("ann", "bot21").locked);
}

TEST(Lockout, ForgetsAfterAQuietHour) {
  FakeClock clock;
  Lockout lockout(clock);
  for (int i = 0; i < 4; ++i) lockout.begin("ann", "a");
  clock.advance(60 * 60 * second);
  EXPECT_EQ(lockout.begin("ann", "a").tries_left, 4);
}

TEST(Lockout, TriesTakenBackDoNotCount) {
  FakeClock clock;
  Lockout lockout(clock);
  for (int i = 0; i < 50; ++i) {
    EXPECT_FALSE(lockout.begin("ann", "a").locked);
    lockout.take_back("ann", "a");
  }
}

TEST(Lockout, TheWallClockDoesNotMatter) {
  FakeClock clock;
  Lockout lockout(clock);
  for (int i = 0; i < 5; ++i) lockout.begin("ann", "a");
  clock.step(24 * 3600 * second);
  EXPECT_TRUE(lockout.begin("ann", "a").locked);
}

TEST(Lockout, RemembersABoundedNumber) {
  FakeClock clock;
  LockoutLimits limits;
  limits.most = 100;
  Lockout lockout(clock, limits);
  for (int i = 0; i < 10'000; ++i) lockout.begin("user" + std::to_string(i), "a");
  for (int i = 0; i < 5; ++i) lockout.begin("ann", "a");
  EXPECT_TRUE(lockout.begin("ann", "a").locked);
}
}  // namespace
}  // namespace hotdesk::tenants
