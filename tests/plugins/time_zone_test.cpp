// The clocks of org.hotdesk.routing 1.1.0, compared with the C library's database.
#include "time_zone.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <ctime>
#include <filesystem>

namespace routing {
namespace {

TEST(TimeZoneTest, AgreesWithTheDatabaseInEveryHourOfThreeYears) {
  if (!std::filesystem::exists("/usr/share/zoneinfo/Europe/Berlin")) GTEST_SKIP() << "no time zones on this machine";
  for (const char* name : {"UTC", "Asia/Shanghai", "Asia/Kolkata", "Europe/London", "Europe/Berlin", "Europe/Athens", "America/New_York",
                           "America/Los_Angeles", "America/Phoenix", "America/Sao_Paulo", "Australia/Sydney", "Pacific/Auckland"}) {
    const auto zone = TimeZone::parse(name);
    ASSERT_TRUE(zone) << name;
    setenv("TZ", name, 1);
    tzset();
    for (std::time_t at = 1'767'225'600; at < 1'767'225'600 + 3 * 366 * 86'400L; at += 1'800) {
      std::tm expected{};
      localtime_r(&at, &expected);
      const auto local = zone->local(at * 1000);
      ASSERT_EQ(local.minute, expected.tm_hour * 60 + expected.tm_min) << name << " " << at;
      ASSERT_EQ(local.weekday, (expected.tm_wday + 6) % 7) << name << " " << at;
      ASSERT_EQ(local.day, days_of(expected.tm_year + 1900, static_cast<unsigned>(expected.tm_mon + 1), static_cast<unsigned>(expected.tm_mday)));
    }
  }
  unsetenv("TZ");
  tzset();
}

TEST(TimeZoneTest, OffsetsRulesAndNonsense) {
  EXPECT_EQ(TimeZone::parse("+08:00")->local(0).minute, 480);
  EXPECT_EQ(TimeZone::parse("-03:30")->local(0).minute, 1440 - 210);
  EXPECT_EQ(TimeZone::parse("-03:30")->local(0).day, -1);
  EXPECT_EQ(TimeZone::parse("UTC+8")->local(0).minute, 480);
  EXPECT_EQ(TimeZone::parse("<+0545>-5:45")->local(0).minute, 345);
  EXPECT_EQ(TimeZone::parse("CET-1CEST,M3.5.0,M10.5.0/3")->local(1'783'000'000'000).minute, TimeZone::parse("+02:00")->local(1'783'000'000'000).minute);
  for (const char* bad : {"", "x", "Mars", "+25", "+08:99", "CET", "CET-1CEST", "CET-1CEST,M3.5.0", "CET-1CEST,M13.5.0,M10.5.0", "CET-1CEST,J60,J300",
                          "CET-1CEST,M3.5.0,M10.5.0x", "<+", "+08:00:00:00"})
    EXPECT_FALSE(TimeZone::parse(bad)) << bad;
}

TEST(TimeZoneTest, DatesAndTimes) {
  EXPECT_EQ(parse_date("1970-01-02"), 1);
  EXPECT_EQ(parse_date("2024-02-29"), 19782);
  for (const char* bad : {"2026-02-29", "2026-00-01", "2026-13-01", "2026-1-1", "26-01-01", "2026-01-01x", "2026/01/01", ""}) EXPECT_FALSE(parse_date(bad)) << bad;
  EXPECT_EQ(parse_minutes("09:30"), 570);
  EXPECT_EQ(parse_minutes("9:30"), 570);
  EXPECT_EQ(parse_minutes("24:00"), 1440);
  for (const char* bad : {"24:01", "9", "9:3", "9:60", "-1:00", "09:300"}) EXPECT_FALSE(parse_minutes(bad)) << bad;
}

}  // namespace
}  // namespace routing
