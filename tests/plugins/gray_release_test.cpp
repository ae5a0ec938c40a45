// org.hotdesk.gray-release through its entry point.
#include <gtest/gtest.h>

#include <cmath>

#include "opened.hpp"

namespace hotdesk::plugins {
namespace {

hotdesk_id id_of(std::uint32_t n) {
  hotdesk_id id{};
  for (int i = 0; i < 4; ++i) id.bytes[12 + i] = static_cast<std::uint8_t>(n >> (8 * (3 - i)));
  return id;
}

class GrayRelease : public ::testing::Test {
 protected:
  using Bucket = std::optional<std::uint32_t>;
  static constexpr std::int64_t tuesday_noon = 1'795'492'800'000;  // 2026-11-24, 12:00 at +08:00

  Bucket assign(const sdk::FakePlugin::Attributes& attributes = {}, std::uint32_t visitor = 1, std::int64_t now = tuesday_noon,
                std::string_view component = "org.hotdesk.filtering", std::uint32_t percent = 500) {
    if (!plugin_) plugin_.emplace(library_.query(), host);
    hotdesk_gray_request request{};
    request.visitor = id_of(visitor);
    request.component = sdk::to_text(component);
    request.percent = percent;
    request.now = now;
    return plugin_->assign(request, attributes);
  }
  void rule(int i, std::vector<std::pair<const char*, const char*>> members) {
    for (const auto& [name, value] : members) host.set("/rules/" + std::to_string(i) + "/" + name, value);
  }
  sdk::FakeHost host;

 private:
  Opened library_{"org.hotdesk.gray-release", "1.0.0"};
  std::optional<sdk::FakePlugin> plugin_;
};

TEST_F(GrayRelease, WithoutRulesTheHostDecides) { EXPECT_EQ(assign(), std::nullopt); }

TEST_F(GrayRelease, ListsOfVisitors) {
  rule(0, {{"who", "visitors"}, {"values/0", "00000000-0000-0000-0000-000000000007"}, {"values/1", "00000000-0000-0000-0000-0000000000AB"}});
  EXPECT_EQ(assign({}, 7), Bucket(0));
  EXPECT_EQ(assign({}, 0xAB), Bucket(0));
  EXPECT_EQ(assign({}, 8), std::nullopt);
}

TEST_F(GrayRelease, AttributesInOrder) {
  rule(0, {{"who", "equals"}, {"attribute", "vip"}, {"values/0", "yes"}, {"then", "stable"}});
  rule(1, {{"who", "one_of"}, {"attribute", "plan"}, {"values/0", "free"}, {"values/1", "trial"}});
  rule(2, {{"who", "prefix"}, {"attribute", "language"}, {"values/0", "en"}});
  EXPECT_EQ(assign({{"vip", "yes"}, {"plan", "free"}}), Bucket(500)) << "the first rule counts";
  EXPECT_EQ(assign({{"vip", "no"}, {"plan", "trial"}}), Bucket(0));
  EXPECT_EQ(assign({{"language", "en-GB"}}), Bucket(0));
  EXPECT_EQ(assign({{"language", "de"}}), std::nullopt);
}

TEST_F(GrayRelease, EachComponentItsOwnRules) {
  rule(0, {{"component", "host"}, {"then", "stable"}});
  rule(1, {{"component", "org.hotdesk.*"}, {"then", "candidate"}});
  EXPECT_EQ(assign({}, 1, tuesday_noon, "host"), Bucket(500));
  EXPECT_EQ(assign({}, 1, tuesday_noon, "org.hotdesk.routing"), Bucket(0));
  EXPECT_EQ(assign({}, 1, tuesday_noon, "com.example.x"), std::nullopt);
}

TEST_F(GrayRelease, TheReleaseDecidesWhetherTheRuleWho) {
  rule(0, {{"who", "visitors"}, {"values/0", "00000000-0000-0000-0000-000000000001"}});
  rule(1, {{"then", "stable"}});
  EXPECT_EQ(assign({}, 1, tuesday_noon, "host", 0), Bucket(0)) << "not under 0 %: nobody meets it";
  EXPECT_EQ(assign({}, 2, tuesday_noon, "host", 0), Bucket(0));
  EXPECT_EQ(assign({}, 2, tuesday_noon, "host", 10'000), Bucket(9'999)) << "under 100 %: everybody does";
  for (const std::uint32_t percent : {1U, 500U, 9'999U}) {
    EXPECT_LT(*assign({}, 1, tuesday_noon, "host", percent), percent);
    EXPECT_GE(*assign({}, 2, tuesday_noon, "host", percent), percent);
  }
}

TEST_F(GrayRelease, Schedules) {
  rule(0, {{"from", "2026-11-24 09:00"}, {"until", "2026-11-25"}, {"hours", "09:00-18:00"}, {"days", "mon-fri"}});
  constexpr std::int64_t hour = 3'600'000;
  EXPECT_EQ(assign(), Bucket(0));
  EXPECT_EQ(assign({}, 1, tuesday_noon - 3 * hour), Bucket(0));
  EXPECT_EQ(assign({}, 1, tuesday_noon - 3 * hour - 1), std::nullopt);
  EXPECT_EQ(assign({}, 1, tuesday_noon + 6 * hour), std::nullopt);
  EXPECT_EQ(assign({}, 1, tuesday_noon + 24 * hour), std::nullopt);
}

TEST_F(GrayRelease, NightsBelongToTheDayTheyBeganOn) {
  rule(0, {{"hours", "22:00-06:00"}, {"days", "fri"}});
  host.set("/utc_offset", "+00:00");
  constexpr std::int64_t hour = 3'600'000;
  constexpr std::int64_t friday = 1'795'737'600'000;  // 2026-11-27 00:00 UTC
  EXPECT_EQ(assign({}, 1, friday + 5 * hour), std::nullopt) << "Thursday's night";
  EXPECT_EQ(assign({}, 1, friday + 23 * hour), Bucket(0));
  EXPECT_EQ(assign({}, 1, friday + 29 * hour), Bucket(0));
  EXPECT_EQ(assign({}, 1, friday + 30 * hour), std::nullopt);
}

TEST_F(GrayRelease, PercentIsAccurateGrowsAndDiffersByComponent) {
  rule(0, {{"component", "five"}, {"then", "percent"}});
  host.set("/rules/0/percent", 5);
  rule(1, {{"component", "twenty"}, {"then", "percent"}});
  host.set("/rules/1/percent", 20.0);
  rule(2, {{"component", "*"}, {"then", "percent"}});
  host.set("/rules/2/percent", 12.34);
  constexpr std::uint32_t visitors = 20'000;
  const auto hit = [&](std::uint32_t n, std::string_view component) { return *assign({}, n, tuesday_noon, component, 5'000) < 5'000; };
  std::uint32_t five = 0;
  std::uint32_t odd = 0;
  std::uint32_t both = 0;
  for (std::uint32_t n = 0; n < visitors; ++n) {
    five += hit(n, "five");
    const bool a = hit(n, "a");
    odd += a;
    both += a && hit(n, "b");
  }
  EXPECT_NEAR(five / double{visitors}, 0.05, 0.006);
  EXPECT_NEAR(odd / double{visitors}, 0.1234, 0.009);
  EXPECT_NEAR(both / double{visitors}, 0.1234 * 0.1234, 0.006) << "not the same visitors are the first every time";
}

TEST(GrayReleaseGrowth, WhoMeetsItAtFiveMeetsItAtTwenty) {
  const Opened library("org.hotdesk.gray-release", "1.0.0");
  const auto chosen = [&](int percent) {
    sdk::FakeHost host;
    host.set("/rules/0/then", "percent");
    host.set("/rules/0/percent", percent);
    sdk::FakePlugin plugin(library.query(), host);
    std::vector<bool> all;
    hotdesk_gray_request request{};
    request.percent = 5'000;
    request.component = sdk::to_text("x");
    for (std::uint32_t n = 0; n < 5'000; ++n) {
      request.visitor = id_of(n);
      all.push_back(*plugin.assign(request) < 5'000);
    }
    return all;
  };
  const auto five = chosen(5);
  const auto twenty = chosen(20);
  for (std::size_t i = 0; i < five.size(); ++i) EXPECT_TRUE(!five[i] || twenty[i]);
}

struct Wrong {
  const char* name;
  const char* path;
  std::vector<std::pair<const char*, const char*>> members;
};
class GraySettings : public GrayRelease, public ::testing::WithParamInterface<Wrong> {};
TEST_P(GraySettings, AreRefusedByName) {
  rule(0, GetParam().members);
  EXPECT_THROW(assign(), std::runtime_error);
  EXPECT_EQ(host.failed_path(), GetParam().path);
}
INSTANTIATE_TEST_SUITE_P(Table, GraySettings,
                         ::testing::Values(Wrong{"no_values", "/rules/0/values", {{"who", "visitors"}}},
                                           Wrong{"two_values", "/rules/0/values", {{"who", "equals"}, {"attribute", "a"}, {"values/0", "x"}, {"values/1", "y"}}},
                                           Wrong{"no_attribute", "/rules/0/attribute", {{"who", "prefix"}, {"values/0", "x"}}},
                                           Wrong{"from", "/rules/0/from", {{"from", "2026-02-30"}}}, Wrong{"until", "/rules/0/until", {{"until", "soon"}}},
                                           Wrong{"order", "/rules/0/until", {{"from", "2026-02-02"}, {"until", "2026-02-01"}}},
                                           Wrong{"hours", "/rules/0/hours", {{"hours", "9-18"}}}, Wrong{"days", "/rules/0/days", {{"days", "monday"}}},
                                           Wrong{"percent", "/rules/0/percent", {{"then", "percent"}}}),
                         [](const auto& i) { return std::string(i.param.name); });

}  // namespace
}  // namespace hotdesk::plugins
