#include "plugins/rollout/breaker.hpp"

#include <gtest/gtest.h>

namespace hotdesk::plugins {
namespace {

/// Two versions' counters and a clock; one tick is a microsecond.
struct Bench {
  BreakerLimits limits;
  Breaker breaker{limits};
  BreakerLook now;
  explicit Bench(Watched role = Watched::candidate, bool other = true) {
    now.version = "2.0.0";
    now.role = role;
    now.now_ms = 1'700'000'000'000;
    if (other) {
      now.other_version = "1.0.0";
      now.other.emplace();
    }
    EXPECT_FALSE(breaker.look(now));
  }
  static void add(Summary& sum, std::uint64_t good, std::uint64_t bad, std::uint64_t us = 10) {
    sum.calls += good + bad;
    sum.errors += bad;
    sum.times[Summary::bucket_of(us)] += good + bad;
  }
  std::optional<Trip> after(std::int64_t ms) {
    now.steady_ms += ms;
    now.now_ms += ms;
    return breaker.look(now);
  }
};

TEST(Errors, NeedFiftyCallsFiveErrorsAndFivePercent) {
  const BreakerLimits limits;
  const Counts good{1'000, 0};
  EXPECT_FALSE(errors_rule({49, 49}, good, false, limits));
  EXPECT_TRUE(errors_rule({50, 5}, good, false, limits));
  EXPECT_FALSE(errors_rule({50, 4}, good, false, limits));
  EXPECT_FALSE(errors_rule({100, 5}, good, false, limits)) << "5 % is not over 5 %";
  EXPECT_TRUE(errors_rule({100, 6}, good, false, limits));
  EXPECT_FALSE(errors_rule({100, 29}, Counts{100, 10}, false, limits)) << "less than three times as bad as the other";
  EXPECT_TRUE(errors_rule({100, 31}, Counts{100, 10}, false, limits));
  EXPECT_FALSE(errors_rule({100, 50}, std::nullopt, true, limits)) << "alone: opening fails all calls";
  EXPECT_TRUE(errors_rule({100, 51}, std::nullopt, true, limits));
}

TEST(Breaker, OpensOnErrorsWithTheNumbersOfBothSides) {
  Bench bench;
  Bench::add(bench.now.watched, 45, 5);
  Bench::add(*bench.now.other, 5'000, 3);
  const auto trip = bench.after(500);
  ASSERT_TRUE(trip);
  EXPECT_EQ(trip->rule, "errors");
  EXPECT_EQ(trip->trips, 1);
  EXPECT_EQ(trip->evidence.candidate->errors, 5U);
  EXPECT_EQ(trip->evidence.stable.calls, 5'003U);
  EXPECT_NE(trip->reason.find("5 of 50 calls failed (10.00 %)"), std::string::npos) << trip->reason;
  EXPECT_EQ(bench.breaker.state(), BreakerState::open);
  EXPECT_NE(to_json(trip->evidence).find("\"rule\":\"errors\""), std::string::npos);
}

TEST(Breaker, ALongGoodPastDoesNotHideABadPresent) {
  Bench bench;
  for (int i = 0; i < 100; ++i) {
    Bench::add(bench.now.watched, 1'000, 0);
    Bench::add(*bench.now.other, 1'000, 0);
    ASSERT_FALSE(bench.after(500));
  }
  Bench::add(bench.now.watched, 0, 50);
  EXPECT_TRUE(bench.after(500));
}

TEST(Breaker, SlowErrorsAddUpOverWindows) {
  Bench bench;
  Bench::add(*bench.now.other, 1'000, 0);
  bool opened = false;
  for (int i = 0; i < 60 && !opened; ++i) {
    Bench::add(bench.now.watched, 1, 1);
    opened = bench.after(500).has_value();
  }
  EXPECT_TRUE(opened) << "two calls a look";
}

TEST(Breaker, AGoodOneNeverOpens) {
  Bench bench;
  for (int i = 0; i < 1'000; ++i) {
    Bench::add(bench.now.watched, 97, 3);  // 3 % fail, and 3 % of the other
    Bench::add(*bench.now.other, 970, 30);
    ASSERT_FALSE(bench.after(500));
  }
  EXPECT_EQ(bench.breaker.compare(bench.now).state, "well");
}

TEST(Breaker, OpensOnThreeSlowWindowsRunningAfterAThousandCalls) {
  Bench bench;
  const auto pass = [&](std::uint64_t us) {
    Bench::add(bench.now.watched, 400, 0, us);
    Bench::add(*bench.now.other, 4'000, 0, 500);
    return bench.after(500);
  };
  EXPECT_FALSE(pass(5'000));
  EXPECT_FALSE(pass(5'000)) << "800 calls are too few";
  EXPECT_FALSE(pass(100));
  EXPECT_FALSE(pass(5'000)) << "not running: one was fast";
  EXPECT_FALSE(pass(5'000));
  const auto trip = pass(5'000);
  ASSERT_TRUE(trip);
  EXPECT_EQ(trip->rule, "latency");
  EXPECT_EQ(trip->evidence.windows.size(), 6U);
}

TEST(Breaker, SlowBelowTheFloorIsFastEnough) {
  Bench bench;
  for (int i = 0; i < 10; ++i) {
    Bench::add(bench.now.watched, 400, 0, 800);  // 80 times slower, but 0.8 ms
    Bench::add(*bench.now.other, 4'000, 0, 10);
    ASSERT_FALSE(bench.after(500));
  }
}

TEST(Breaker, AFreshVersionIsComparedWithWhatTheOneBeforeDid) {
  Bench bench(Watched::fresh);
  Bench::add(*bench.now.other, 9'000, 1'000);  // the one before failed in 10 %
  Bench::add(bench.now.watched, 80, 20);
  EXPECT_FALSE(bench.after(500)) << "20 % is less than three times 10 %";
  Bench::add(bench.now.watched, 30, 70);
  EXPECT_TRUE(bench.after(500));
}

TEST(Breaker, ACrashOpensAtOnceAndOnlyOnce) {
  Bench bench;
  const auto trip = bench.breaker.trip("crash", "SIGSEGV in its runner", bench.now);
  ASSERT_TRUE(trip);
  EXPECT_EQ(trip->rule, "crash");
  EXPECT_FALSE(bench.breaker.trip("crash", "again", bench.now));
}

TEST(Breaker, AloneItOpensAtTheThirdCrashInAMinute) {
  Bench bench(Watched::alone, false);
  const auto crash = [&] { return bench.breaker.trip("crash", "x", bench.now).has_value(); };
  EXPECT_FALSE(crash());
  bench.after(61'000);
  EXPECT_FALSE(crash());
  bench.after(1'000);
  EXPECT_FALSE(crash()) << "the first was long ago";
  EXPECT_TRUE(crash());
  bench.after(bench.limits.cool_down_alone_ms);
  ASSERT_EQ(bench.breaker.state(), BreakerState::half_open);
  EXPECT_TRUE(crash()) << "half-open: the first";
}

TEST(Breaker, IsTriedAgainAfterACoolDownThatDoubles) {
  Bench bench;
  ASSERT_TRUE(bench.breaker.trip("crash", "x", bench.now));
  EXPECT_FALSE(bench.after(bench.limits.cool_down_ms - 1));
  EXPECT_EQ(bench.breaker.state(), BreakerState::open);
  EXPECT_FALSE(bench.after(1));
  EXPECT_EQ(bench.breaker.state(), BreakerState::half_open);
  Bench::add(bench.now.watched, 10, 3);
  const auto again = bench.after(500);
  ASSERT_TRUE(again) << "half-open is strict: three errors";
  EXPECT_EQ(again->trips, 2);
  EXPECT_FALSE(bench.after(2 * bench.limits.cool_down_ms - 1));
  EXPECT_EQ(bench.breaker.state(), BreakerState::open);
  EXPECT_FALSE(bench.after(1));
  Bench::add(bench.now.watched, 50, 0);
  EXPECT_FALSE(bench.after(500));
  EXPECT_EQ(bench.breaker.state(), BreakerState::closed) << "fifty good calls";
  EXPECT_EQ(bench.breaker.trips(), 2) << "remembered";
}

TEST(Breaker, AloneOpensForAShortWhileAndNeverForGood) {
  Bench bench(Watched::alone, false);
  std::int64_t open_ms = 0;
  for (int round = 0; round < 12; ++round) {
    Bench::add(bench.now.watched, 0, 60);
    bench.after(500);
    if (bench.breaker.state() == BreakerState::half_open) continue;
    ASSERT_EQ(bench.breaker.state(), BreakerState::open);
    for (open_ms = 0; bench.breaker.state() == BreakerState::open; open_ms += 1'000) bench.after(1'000);
    EXPECT_LE(open_ms, bench.limits.longest_cool_down_ms + 1'000);
    bench.after(500);
  }
  EXPECT_GE(bench.breaker.trips(), 6);
}

}  // namespace
}  // namespace hotdesk::plugins
