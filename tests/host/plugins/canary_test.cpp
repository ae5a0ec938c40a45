#include "plugins/canary.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <set>

#include "host/plugins/room.hpp"
#include "plugins/stats.hpp"

namespace hotdesk::plugins {
namespace {

using namespace test;

Uuid visitor(std::uint32_t n) {
  std::array<std::uint8_t, 16> bytes{};
  for (int i = 0; i < 4; ++i) bytes[static_cast<std::size_t>(12 + i)] = static_cast<std::uint8_t>(n >> (24 - 8 * i));
  return Uuid(bytes);
}

TEST(CanaryHash, IsTheSameForEver) {
  static_assert(canary_seed("salt", Uuid{}) != canary_seed("salt2", Uuid{}));
  // Figures of the first release: another value moves visitors between versions on an upgrade.
  EXPECT_EQ(canary_bucket(canary_seed("salt", uuid(1)), visitor(1)), 4471U);
  EXPECT_EQ(canary_bucket(canary_seed("salt", uuid(1)), visitor(2)), 1873U);
  EXPECT_EQ(canary_bucket(canary_seed("other", uuid(2)), visitor(1)), 9647U);
}

TEST(CanaryHash, IsAccurateOver100000Visitors) {
  for (const char* salt : {"a", "b", "0123456789abcdef"}) {
    const auto seed = canary_seed(salt, tenant_a);
    for (const std::uint32_t percent : {1U, 100U, 500U, 2500U, 5000U, 9999U}) {
      std::uint32_t chosen = 0;
      for (std::uint32_t n = 0; n < 100'000; ++n) chosen += selects_candidate(canary_bucket(seed, visitor(n)), percent);
      const double p = percent / 10'000.0;
      const double deviation = std::sqrt(100'000 * p * (1 - p));
      EXPECT_NEAR(chosen, 100'000 * p, 5 * deviation + 1) << salt << " " << percent;
    }
  }
}

TEST(CanaryHash, GrowsMonotonicallyAndKeepsBothEnds) {
  const auto seed = canary_seed("salt", tenant_a);
  for (std::uint32_t n = 0; n < 100'000; n += 7) {
    const auto bucket = canary_bucket(seed, visitor(n));
    ASSERT_LT(bucket, 10'000U);
    bool before = false;
    for (const std::uint32_t percent : {0U, 1U, 99U, 100U, 1000U, 5000U, 9999U, 10'000U}) {
      const bool now = selects_candidate(bucket, percent);
      ASSERT_TRUE(now || !before) << "left the candidate at " << percent;
      before = now;
    }
    ASSERT_FALSE(selects_candidate(bucket, 0));
    ASSERT_TRUE(selects_candidate(bucket, 10'000));
  }
}

TEST(CanaryHash, AnotherSaltOrTenantChoosesOthers) {
  int same = 0;
  for (std::uint32_t n = 0; n < 10'000; ++n)
    same += selects_candidate(canary_bucket(canary_seed("a", tenant_a), visitor(n)), 1000) &&
            selects_candidate(canary_bucket(canary_seed("a", tenant_b), visitor(n)), 1000);
  EXPECT_NEAR(same, 100, 60) << "the same visitors of two tenants are not both guinea pigs";
}

class Canary : public ::testing::Test {
 protected:
  Room room_{good};
  std::string version_of(std::uint32_t n, const Uuid& conversation = {}, const Uuid& tenant = tenant_a) {
    return room_.filter(tenant, "x", conversation, visitor(n)).substr(0, 5);
  }
};

TEST_F(Canary, BothEnds) {
  ASSERT_TRUE(room_.host->canary(std::nullopt, echo, "2.0.0", 0, admin));
  for (std::uint32_t n = 0; n < 500; ++n) ASSERT_EQ(version_of(n), "1.0.0");
  ASSERT_TRUE(room_.host->canary(std::nullopt, echo, "2.0.0", 10'000, admin));
  for (std::uint32_t n = 0; n < 500; ++n) ASSERT_EQ(version_of(n), "2.0.0");
}

TEST_F(Canary, SplitsAndGrowsWithoutTakingAnybodyBack) {
  std::set<std::uint32_t> before;
  for (const int percent : {500, 1000, 5000, 10'000}) {
    const auto view = room_.host->canary(std::nullopt, echo, "2.0.0", percent, admin);
    ASSERT_TRUE(view);
    EXPECT_EQ(view->release.percent, percent);
    EXPECT_EQ(view->state, "canary");
    EXPECT_NE(room_.store.audit().back().detail.find("\"percent\":" + std::to_string(percent / 100) + ".00"), std::string::npos);
    std::set<std::uint32_t> now;
    for (std::uint32_t n = 0; n < 5000; ++n)
      if (version_of(n) == "2.0.0") now.insert(n);
    EXPECT_NEAR(static_cast<double>(now.size()), percent / 2.0, 100);
    for (const auto n : before) ASSERT_TRUE(now.contains(n));
    before = std::move(now);
  }
}

TEST_F(Canary, ConversationStaysOnTheVersionItMetUntilTheReleaseEnds) {
  ASSERT_TRUE(room_.host->canary(std::nullopt, echo, "2.0.0", 0, admin));
  EXPECT_EQ(version_of(1, uuid(100)), "1.0.0");
  ASSERT_TRUE(room_.host->canary(std::nullopt, echo, "2.0.0", 10'000, admin));
  EXPECT_EQ(version_of(1, uuid(100)), "1.0.0") << "pinned";
  EXPECT_EQ(version_of(1, uuid(101)), "2.0.0");
  ASSERT_TRUE(room_.host->rollback(std::nullopt, echo, admin));
  EXPECT_EQ(version_of(1, uuid(101)), "1.0.0") << "the candidate's pins are void";
  room_.host->settle();
  EXPECT_EQ(room_.store.list_pins(100)->size(), 1U);
}

TEST_F(Canary, PinsOutliveARestart) {
  ASSERT_TRUE(room_.host->canary(std::nullopt, echo, "2.0.0", 0, admin));
  EXPECT_EQ(version_of(1, uuid(100)), "1.0.0");
  ASSERT_TRUE(room_.host->canary(std::nullopt, echo, "2.0.0", 10'000, admin));
  room_.close();
  room_.open();
  EXPECT_EQ(version_of(1, uuid(100)), "1.0.0");
  EXPECT_EQ(version_of(1, uuid(101)), "2.0.0");
}

TEST_F(Canary, PromoteMakesItStableForAll) {
  ASSERT_TRUE(room_.host->canary(std::nullopt, echo, "2.0.0", 100, admin));
  const auto view = room_.host->promote(std::nullopt, echo, admin);
  ASSERT_TRUE(view);
  EXPECT_EQ(view->release.stable, "2.0.0");
  EXPECT_EQ(view->release.previous, "1.0.0");
  EXPECT_EQ(view->release.candidate, "");
  for (std::uint32_t n = 0; n < 100; ++n) ASSERT_EQ(version_of(n, uuid(100)), "2.0.0");
  EXPECT_EQ(room_.host->promote(std::nullopt, echo, admin).error().code, Errc::conflict);
}

TEST_F(Canary, ATenantsOwnRowWinsWholly) {
  ASSERT_TRUE(room_.host->canary(std::nullopt, echo, "2.0.0", 10'000, admin));
  ASSERT_TRUE(room_.host->activate(tenant_b, echo, "1.0.0", admin));
  EXPECT_EQ(version_of(1, {}, tenant_a), "2.0.0");
  EXPECT_EQ(version_of(1, {}, tenant_b), "1.0.0") << "a row without candidate is a pin";
  ASSERT_TRUE(room_.host->follow(tenant_b, echo, admin));
  EXPECT_EQ(version_of(1, {}, tenant_b), "2.0.0");
}

TEST_F(Canary, WrongOnesAreRefused) {
  EXPECT_EQ(room_.host->canary(std::nullopt, echo, "2.0.0", 10'001, admin).error().code, Errc::invalid);
  EXPECT_EQ(room_.host->canary(std::nullopt, echo, "2.0.0", -1, admin).error().code, Errc::invalid);
  EXPECT_EQ(room_.host->canary(std::nullopt, echo, "1.0.0", 1, admin).error().code, Errc::conflict);
  EXPECT_EQ(room_.host->canary(std::nullopt, echo, "9.0.0", 1, admin).error().code, Errc::not_found);
}

TEST(Histogram, PercentilesAreWithinAQuarter) {
  Stats stats;
  for (std::uint64_t i = 1; i <= 10'000; ++i) stats.record(static_cast<std::uint32_t>(i % 70), i, i % 10 == 0 ? CallEnd::error : CallEnd::plain);
  const Summary sum = stats.summary();
  EXPECT_EQ(sum.calls, 10'000U);
  EXPECT_EQ(sum.errors, 1000U);
  EXPECT_NEAR(sum.percentile(0.5), 5000, 5000 / 8.0);
  EXPECT_NEAR(sum.percentile(0.99), 9900, 9900 / 8.0);
  EXPECT_EQ(Summary{}.percentile(0.5), 0);
  for (std::uint64_t t : {0ULL, 3ULL, 4ULL, 1000ULL, ~0ULL}) EXPECT_LT(Summary::bucket_of(t), Summary::buckets);
}

}  // namespace
}  // namespace hotdesk::plugins
