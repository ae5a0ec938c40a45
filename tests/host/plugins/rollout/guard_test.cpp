#include "plugins/rollout/guard.hpp"

#include <gtest/gtest.h>

namespace hotdesk::plugins {
namespace {

Uuid tenant(int n) {
  std::array<std::uint8_t, 16> bytes{};
  bytes[15] = static_cast<std::uint8_t>(n);
  return Uuid(bytes);
}

BreakerLook look(Watched role = Watched::candidate) {
  BreakerLook now;
  now.version = "2.0.0";
  now.role = role;
  return now;
}

TEST(Guard, ATenantsTripIsTheirsAlone) {
  Guard guard{{}};
  const auto seen = guard.trip(tenant(1), "x", "crash", "gone", look());
  EXPECT_TRUE(seen.trip && seen.changed);
  EXPECT_EQ(guard.state(tenant(1), "x", "2.0.0"), BreakerState::open);
  EXPECT_EQ(guard.state(tenant(2), "x", "2.0.0"), BreakerState::closed);
  EXPECT_EQ(guard.state(tenant(1), "x", "1.0.0"), BreakerState::closed);
  EXPECT_EQ(guard.tripped("x", "2.0.0", {tenant(1), tenant(2)}), 1U);
  EXPECT_EQ(guard.tripped("x", "2.0.0", {tenant(2)}), 0U);
}

TEST(Guard, TellsWhenASnapshotIsDue) {
  Guard guard{{}};
  EXPECT_FALSE(guard.look(tenant(1), "x", look()).changed);
  guard.trip(tenant(1), "x", "crash", "gone", look());
  auto later = look();
  later.steady_ms = guard.limits().cool_down_ms;
  EXPECT_TRUE(guard.look(tenant(1), "x", later).changed) << "half-open";
  EXPECT_FALSE(guard.look(tenant(1), "x", later).changed);
}

TEST(Guard, RemembersTripsAndForgetsTheRest) {
  Guard guard{{}};
  guard.trip(tenant(1), "x", "crash", "gone", look());
  guard.look(tenant(2), "x", look());
  guard.forget_unwatched();
  EXPECT_NE(guard.find(tenant(2), "x", "2.0.0"), nullptr) << "looked at since the last time";
  guard.forget_unwatched();
  EXPECT_EQ(guard.find(tenant(2), "x", "2.0.0"), nullptr);
  ASSERT_NE(guard.find(tenant(1), "x", "2.0.0"), nullptr);
  guard.reset("x", "2.0.0");
  EXPECT_EQ(guard.state(tenant(1), "x", "2.0.0"), BreakerState::closed);
}

TEST(Consequence, ThreeTenantsOrAllOfThemRollBackAndTwoTripsMark) {
  const BreakerLimits limits;
  Trip trip;
  trip.trips = 1;
  EXPECT_FALSE(consequence_of(trip, Watched::candidate, 10, 2, limits).roll_back);
  EXPECT_TRUE(consequence_of(trip, Watched::candidate, 10, 3, limits).roll_back);
  EXPECT_TRUE(consequence_of(trip, Watched::fresh, 1, 1, limits).roll_back) << "the only tenant";
  EXPECT_FALSE(consequence_of(trip, Watched::candidate, 10, 3, limits).mark);
  trip.trips = 2;
  const auto second = consequence_of(trip, Watched::candidate, 10, 1, limits);
  EXPECT_TRUE(second.mark && second.roll_back);
  const auto alone = consequence_of(trip, Watched::alone, 1, 1, limits);
  EXPECT_FALSE(alone.mark || alone.roll_back) << "nothing to go back to";
}

}  // namespace
}  // namespace hotdesk::plugins
