#include "cluster/nonces.hpp"

#include <gtest/gtest.h>

namespace hotdesk::cluster {
namespace {

TEST(Nonces, OnceWhileTheyAreKept) {
  FakeClock clock;
  const auto nonces = make_memory_nonces(clock);
  EXPECT_TRUE(*nonces->use("n", 660'000));
  EXPECT_FALSE(*nonces->use("n", 660'000));
  clock.advance(659'999);
  EXPECT_FALSE(*nonces->use("n", 660'000));
  clock.advance(1);
  EXPECT_TRUE(*nonces->use("n", 660'000));
}

TEST(Nonces, AClockStepReleasesNothing) {
  FakeClock clock;
  const auto nonces = make_memory_nonces(clock);
  EXPECT_TRUE(*nonces->use("n", 660'000));
  clock.step(10'000'000);
  EXPECT_FALSE(*nonces->use("n", 660'000));
}

TEST(Nonces, WhatCameBeforeTheStartIsUnknown) {
  FakeClock clock(1'700'000'000'500);
  EXPECT_EQ(make_memory_nonces(clock)->blind_until_s(), 1'700'000'000);
}

}  // namespace
}  // namespace hotdesk::cluster
