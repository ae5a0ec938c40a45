#include "plugins/rollout/plan.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace hotdesk::plugins {
namespace {

using Kind = RolloutMove::Kind;

constexpr std::int64_t start = 1'700'000'000'000;

struct Case {
  const char* name;
  std::vector<RolloutStep> steps;
  const char* where;  ///< nullptr: good
};
std::vector<RolloutStep> many(int count) {
  std::vector<RolloutStep> steps;
  for (int i = 1; i <= count; ++i) steps.push_back({i, 0});
  return steps;
}

class CheckPlan : public ::testing::TestWithParam<Case> {};
TEST_P(CheckPlan, Says) {
  const auto good = check_plan({GetParam().steps});
  ASSERT_EQ(good.has_value(), GetParam().where == nullptr);
  if (!good) {
    EXPECT_EQ(good.error().where, GetParam().where);
  }
}
INSTANTIATE_TEST_SUITE_P(Bounds, CheckPlan,
                         ::testing::Values(Case{"none", {}, "steps"}, Case{"one", {{1, 0}}, nullptr}, Case{"twenty", many(20), nullptr},
                                           Case{"one_more", many(21), "steps"}, Case{"zero", {{0, 0}}, "steps/0/percent"},
                                           Case{"all", {{10'000, 0}}, nullptr}, Case{"over", {{10'001, 0}}, "steps/0/percent"},
                                           Case{"level", {{100, 0}, {100, 0}}, "steps/1/percent"},
                                           Case{"falling", {{100, 0}, {99, 0}}, "steps/1/percent"},
                                           Case{"month", {{1, 30 * 86'400}}, nullptr},
                                           Case{"longer", {{1, 30 * 86'400 + 1}}, "steps/0/hold_s"},
                                           Case{"negative", {{1, -1}}, "steps/0/hold_s"}),
                         [](const auto& i) { return std::string(i.param.name); });

TEST(Plan, GoesThroughJsonUnchanged) {
  const auto read = parse_plan(to_json(default_plan()));
  ASSERT_TRUE(read);
  EXPECT_EQ(read->steps, default_plan().steps);
  for (const char* wrong : {"", "[]", "{}", R"({"steps":3})", R"({"steps":[{"percent":1.5,"hold_s":0}]})", R"({"steps":[{"percent":1}]})",
                            R"({"steps":[]})", R"({"steps":[{"percent":99999999999,"hold_s":0}]})"})
    EXPECT_FALSE(parse_plan(wrong)) << wrong;
}

/// A running plan and its release, moved as the host does.
struct Walk {
  RolloutPlan plan;
  RolloutRow row;
  ReleaseRow release;
  explicit Walk(std::vector<RolloutStep> steps) : plan{std::move(steps)} {
    row.version = release.candidate = "2.0.0";
    release.stable = "1.0.0";
    release.percent = plan.steps[0].percent;
    row.since = start;
    row.state = rollout_state::running;
  }
  RolloutMove at(std::int64_t seconds, Health health = Health::well) const { return next_move(plan, row, release, start + seconds * 1000, health); }
  void take(const RolloutMove& move, std::int64_t seconds) {
    row.step = move.step;
    row.since = start + seconds * 1000;
    release.percent = move.percent;
  }
};

TEST(Plan, HoldsThenRaisesThenPromotes) {
  Walk walk({{100, 60}, {1'000, 30}, {10'000, 10}});
  EXPECT_EQ(walk.at(59).kind, Kind::none);
  auto move = walk.at(60);
  ASSERT_EQ(move.kind, Kind::raise);
  EXPECT_EQ(move.step, 1);
  EXPECT_EQ(move.percent, 1'000);
  EXPECT_EQ(walk.at(60).step, 1) << "asked again, the same answer";
  walk.take(move, 60);
  EXPECT_EQ(next_at(walk.plan, walk.row), start + 90'000);
  move = walk.at(90);
  EXPECT_EQ(move.percent, 10'000);
  walk.take(move, 90);
  EXPECT_EQ(walk.at(99).kind, Kind::none) << "100 % is held and watched too";
  EXPECT_EQ(walk.at(100).kind, Kind::promote);
}

TEST(Plan, TakesOneStepAtATimeAfterALongSleep) {
  Walk walk({{100, 60}, {1'000, 60}, {5'000, 60}});
  const auto move = walk.at(100'000);
  EXPECT_EQ(move.step, 1);
  walk.take(move, 100'000);
  EXPECT_EQ(walk.at(100'001).kind, Kind::none) << "the next hold begins when the step does";
}

TEST(Plan, WithoutAHundredPercentItFinishesWhereItIs) {
  Walk walk({{500, 5}});
  EXPECT_EQ(walk.at(5).kind, Kind::finish);
}

TEST(Plan, WorseRollsBackAtOnceAndAnotherHandPauses) {
  Walk walk({{100, 60}});
  EXPECT_EQ(walk.at(1, Health::worse).kind, Kind::roll_back);
  walk.release.percent = 300;
  EXPECT_EQ(walk.at(1).kind, Kind::pause);
  walk.release.candidate = "3.0.0";
  EXPECT_EQ(walk.at(1).kind, Kind::roll_back);
}

TEST(Plan, OnlyARunningOneMoves) {
  for (const auto state : {rollout_state::paused, rollout_state::done, rollout_state::rolled_back, std::string_view("?")}) {
    Walk walk({{100, 0}});
    walk.row.state = state;
    EXPECT_EQ(walk.at(1'000, Health::worse).kind, Kind::none);
    EXPECT_EQ(next_at(walk.plan, walk.row), std::nullopt);
  }
}

TEST(Plan, AClockSetBackOnlyMakesItWait) {
  Walk walk({{100, 60}, {200, 0}});
  EXPECT_EQ(walk.at(-1'000'000).kind, Kind::none);
}

TEST(Plan, AStepThatDoesNotExistPauses) {
  Walk walk({{100, 0}});
  for (const int step : {-1, 1, 1'000}) {
    walk.row.step = step;
    EXPECT_EQ(walk.at(1).kind, Kind::pause);
    EXPECT_EQ(next_at(walk.plan, walk.row), std::nullopt);
  }
}

}  // namespace
}  // namespace hotdesk::plugins
