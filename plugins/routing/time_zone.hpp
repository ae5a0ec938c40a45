#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace routing {

/// A moment on a wall clock.
struct LocalTime {
  std::int64_t day = 0;  ///< days since 1970-01-01
  int minute = 0;        ///< of the day, 0..1439
  int weekday = 0;       ///< 0: Monday
};

/// Days since 1970-01-01 of a date of the Gregorian calendar (H. Hinnant, days_from_civil).
std::int64_t days_of(std::int64_t year, unsigned month, unsigned day) noexcept;
/// "2026-10-01"; nullopt when it is no date.
std::optional<std::int64_t> parse_date(std::string_view text) noexcept;
/// "09:30" as minutes, up to "24:00"; nullopt when it is no time.
std::optional<int> parse_minutes(std::string_view text) noexcept;

/// A time zone without a database, which a plugin could not read: a fixed offset ("+08:00"), a POSIX rule
/// ("CET-1CEST,M3.5.0,M10.5.0/3"), or one of some well-known names ("Asia/Shanghai").
class TimeZone {
 public:
  static std::optional<TimeZone> parse(std::string_view text);
  /// Daylight saving is reckoned for each moment anew, so a rule holds in every year.
  LocalTime local(std::int64_t utc_ms) const noexcept;

 private:
  struct Switch {
    int month = 0;
    int week = 0;     ///< 5: the last
    int weekday = 0;  ///< 0: Sunday, as POSIX has it
    int seconds = 7200;
  };
  static std::optional<Switch> parse_switch(std::string_view& text);
  std::int64_t switch_at(const Switch& rule, std::int64_t year) const noexcept;

  int offset_ = 0;  ///< seconds east of Greenwich
  int summer_ = 0;
  bool has_summer_ = false;
  Switch begin_;
  Switch end_;
};

}  // namespace routing
