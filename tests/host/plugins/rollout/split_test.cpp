#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <cstdio>
#include <vector>

#include "base/random.hpp"
#include "plugins/canary.hpp"
#include "plugins/rollout/plan.hpp"

namespace hotdesk::plugins {
namespace {

constexpr std::size_t visitors = 100'000;

/// As they come in reality: UUIDv7s of one busy day.
std::vector<Uuid> make_visitors() {
  std::vector<Uuid> all;
  for (std::size_t i = 0; i < visitors; ++i) all.push_back(make_uuid(1'700'000'000'000 + static_cast<std::int64_t>(i) * 864));
  return all;
}

TEST(Split, FivePercentOf100000VisitorsAndEveryStepOfTheUsualPlan) {
  const auto all = make_visitors();
  const auto seed = canary_seed("a1b2c3d4e5f60718", all.front());
  std::printf("  share of %zu visitors   wanted     got   deviation (in standard deviations)\n", visitors);
  for (const std::uint32_t percent : {1U, 10U, 100U, 500U, 1'000U, 5'000U, 9'000U, 10'000U}) {
    std::size_t chosen = 0;
    for (const Uuid& visitor : all) chosen += selects_candidate(canary_bucket(seed, visitor), percent);
    const double share = percent / 10'000.0;
    const double wanted = share * visitors;
    const double deviation = std::sqrt(wanted * (1 - share));
    const double off = deviation > 0 ? (static_cast<double>(chosen) - wanted) / deviation : 0;
    std::printf("  %6.2f %%               %8.0f %8zu   %+.2f\n", percent / 100.0, wanted, chosen, off);
    EXPECT_LE(std::abs(static_cast<double>(chosen) - wanted), 5 * deviation) << percent;
  }
}

TEST(Split, TheCanarySetOnlyGrowsAlongAPlan) {
  const auto all = make_visitors();
  const auto seed = canary_seed("00ff00ff00ff00ff", all.front());
  std::vector<bool> in(visitors, false);
  for (const auto& step : default_plan().steps) {
    std::size_t size = 0, joined = 0, left = 0;
    for (std::size_t i = 0; i < visitors; ++i) {
      const bool now = selects_candidate(canary_bucket(seed, all[i]), static_cast<std::uint32_t>(step.percent));
      joined += now && !in[i];
      left += !now && in[i];
      in[i] = now;
      size += now;
    }
    std::printf("  step to %5.1f %%: %6zu visitors, %5zu joined, %zu left\n", step.percent / 100.0, size, joined, left);
    EXPECT_EQ(left, 0U);
  }
}

}  // namespace
}  // namespace hotdesk::plugins
