#include "net/deadline_wheel.hpp"

#include <gtest/gtest.h>

#include <functional>
#include <memory>

namespace hotdesk::net {
namespace {

struct Probe final : Deadline {
  std::function<void()> act = [] {};
  int fired = 0;
  void on_deadline() override {
    ++fired;
    act();
  }
};

TEST(DeadlineWheel, FiresAfterAtLeastTheTime) {
  DeadlineWheel wheel;
  Probe probe;
  wheel.arm(probe, 3);
  for (int i = 0; i < 3; ++i) wheel.tick();
  EXPECT_EQ(probe.fired, 0);
  wheel.tick();
  EXPECT_EQ(probe.fired, 1);
  for (int i = 0; i < 200; ++i) wheel.tick();
  EXPECT_EQ(probe.fired, 1) << "once for each arming";
}

TEST(DeadlineWheel, LongerThanOneRound) {
  DeadlineWheel wheel;
  Probe probe;
  wheel.arm(probe, 300);
  for (int i = 0; i < 300; ++i) wheel.tick();
  EXPECT_EQ(probe.fired, 0);
  wheel.tick();
  EXPECT_EQ(probe.fired, 1);
}

TEST(DeadlineWheel, RearmingReplacesAndDisarmingEnds) {
  DeadlineWheel wheel;
  Probe probe;
  wheel.arm(probe, 1);
  wheel.arm(probe, 5);
  for (int i = 0; i < 5; ++i) wheel.tick();
  EXPECT_EQ(probe.fired, 0);
  DeadlineWheel::disarm(probe);
  for (int i = 0; i < 70; ++i) wheel.tick();
  EXPECT_EQ(probe.fired, 0);
}

TEST(DeadlineWheel, FiringMayDestroyOrRearmOthersOfTheSameSecond) {
  DeadlineWheel wheel;
  auto victim = std::make_unique<Probe>();
  Probe later;
  Probe first;
  first.act = [&] {
    victim.reset();
    wheel.arm(later, 2);
  };
  wheel.arm(first, 1);
  wheel.arm(*victim, 1);
  wheel.arm(later, 1);
  wheel.tick();
  wheel.tick();
  EXPECT_EQ(first.fired, 1);
  EXPECT_EQ(later.fired, 0);
  for (int i = 0; i < 3; ++i) wheel.tick();
  EXPECT_EQ(later.fired, 1);
}

TEST(DeadlineWheel, TheWheelMayGoFirst) {
  Probe probe;
  {
    DeadlineWheel wheel;
    wheel.arm(probe, 1);
  }
  DeadlineWheel::disarm(probe);
  EXPECT_EQ(probe.fired, 0);
}

}  // namespace
}  // namespace hotdesk::net
