#include "cluster/limits.hpp"

#include <gtest/gtest.h>

namespace hotdesk::cluster {
namespace {

TEST(Limits, ABurstThenEvenly) {
  FakeClock clock;
  const auto limits = make_memory_limits(clock);
  const Rate rate{3, 3'000};
  for (int i = 0; i < 3; ++i) EXPECT_EQ(limits->take("a", rate), 0);
  EXPECT_EQ(limits->take("a", rate), 1'000);
  EXPECT_EQ(limits->take("b", rate), 0) << "names don't share";
  clock.advance(999);
  EXPECT_GT(limits->take("a", rate), 0);
  clock.advance(1);
  EXPECT_EQ(limits->take("a", rate), 0);
}

TEST(Limits, WhatIsGivenBackCanBeTakenAgain) {
  FakeClock clock;
  const auto limits = make_memory_limits(clock);
  const Rate rate{1, 10'000};
  EXPECT_EQ(limits->take("a", rate), 0);
  limits->give_back("a", rate);
  limits->give_back("a", rate);  // never more than the burst
  EXPECT_EQ(limits->take("a", rate), 0);
  EXPECT_GT(limits->take("a", rate), 0);
}

TEST(Limits, AWallClockStepChangesNothing) {
  FakeClock clock;
  const auto limits = make_memory_limits(clock);
  EXPECT_EQ(limits->take("a", {1, 10'000}), 0);
  clock.step(3'600'000);
  EXPECT_GT(limits->take("a", {1, 10'000}), 0);
}

TEST(Limits, TheLongestUnusedIsForgotten) {
  FakeClock clock;
  const auto limits = make_memory_limits(clock, 2);
  const Rate rate{1, 10'000};
  limits->take("a", rate);
  limits->take("b", rate);
  limits->take("a", rate);
  limits->take("c", rate);
  EXPECT_GT(limits->take("a", rate), 0) << "a was used after b";
  EXPECT_EQ(limits->take("b", rate), 0);
}

}  // namespace
}  // namespace hotdesk::cluster
