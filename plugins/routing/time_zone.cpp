#include "time_zone.hpp"

#include <cctype>

namespace routing {
namespace {

struct Named {
  std::string_view name;
  std::string_view rule;
};
constexpr std::string_view central_europe = "CET-1CEST,M3.5.0,M10.5.0/3";
constexpr Named names[] = {
    {"UTC", "UTC0"}, {"Asia/Shanghai", "CST-8"}, {"Asia/Hong_Kong", "HKT-8"}, {"Asia/Macau", "CST-8"}, {"Asia/Taipei", "CST-8"},
    {"Asia/Urumqi", "+06-6"}, {"Asia/Singapore", "+08-8"}, {"Asia/Kuala_Lumpur", "+08-8"}, {"Asia/Manila", "PST-8"}, {"Asia/Tokyo", "JST-9"},
    {"Asia/Seoul", "KST-9"}, {"Asia/Bangkok", "+07-7"}, {"Asia/Ho_Chi_Minh", "+07-7"}, {"Asia/Jakarta", "WIB-7"}, {"Asia/Kolkata", "IST-5:30"},
    {"Asia/Dubai", "+04-4"}, {"Europe/London", "GMT0BST,M3.5.0/1,M10.5.0"}, {"Europe/Dublin", "GMT0IST,M3.5.0/1,M10.5.0"},
    {"Europe/Lisbon", "WET0WEST,M3.5.0/1,M10.5.0"}, {"Europe/Berlin", central_europe}, {"Europe/Paris", central_europe}, {"Europe/Madrid", central_europe},
    {"Europe/Rome", central_europe}, {"Europe/Amsterdam", central_europe}, {"Europe/Brussels", central_europe}, {"Europe/Zurich", central_europe},
    {"Europe/Vienna", central_europe}, {"Europe/Warsaw", central_europe}, {"Europe/Stockholm", central_europe}, {"Europe/Athens", "EET-2EEST,M3.5.0/3,M10.5.0/4"},
    {"Europe/Kyiv", "EET-2EEST,M3.5.0/3,M10.5.0/4"}, {"Europe/Istanbul", "+03-3"}, {"Europe/Moscow", "MSK-3"}, {"America/New_York", "EST5EDT,M3.2.0,M11.1.0"},
    {"America/Toronto", "EST5EDT,M3.2.0,M11.1.0"}, {"America/Chicago", "CST6CDT,M3.2.0,M11.1.0"}, {"America/Denver", "MST7MDT,M3.2.0,M11.1.0"},
    {"America/Phoenix", "MST7"}, {"America/Los_Angeles", "PST8PDT,M3.2.0,M11.1.0"}, {"America/Sao_Paulo", "-03+3"}, {"Australia/Sydney", "AEST-10AEDT,M10.1.0,M4.1.0/3"},
    {"Australia/Perth", "AWST-8"}, {"Pacific/Auckland", "NZST-12NZDT,M9.5.0,M4.1.0/3"}};

std::int64_t floor_div(std::int64_t a, std::int64_t b) noexcept { return a / b - (a % b != 0 && (a < 0) != (b < 0) ? 1 : 0); }

std::int64_t year_of(std::int64_t day) noexcept {  // H. Hinnant, civil_from_days
  const std::int64_t z = day + 719468;
  const std::int64_t era = floor_div(z, 146097);
  const std::int64_t doe = z - era * 146097;
  const std::int64_t yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
  const std::int64_t doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
  return yoe + era * 400 + ((5 * doy + 2) / 153 >= 10 ? 1 : 0);
}

/// Up to `digits` digits; nullopt when there is none.
std::optional<int> take_number(std::string_view& text, std::size_t digits) {
  int number = 0;
  std::size_t n = 0;
  while (n < digits && n < text.size() && text[n] >= '0' && text[n] <= '9') number = number * 10 + (text[n++] - '0');
  if (n == 0) return std::nullopt;
  text.remove_prefix(n);
  return number;
}
bool take(std::string_view& text, char c) {
  if (text.empty() || text.front() != c) return false;
  text.remove_prefix(1);
  return true;
}
/// [+-]h[h][:mm[:ss]] as seconds.
std::optional<int> take_time(std::string_view& text, std::size_t hour_digits = 3) {
  const bool minus = take(text, '-');
  if (!minus) take(text, '+');
  const auto hours = take_number(text, hour_digits);
  if (!hours || *hours > 167) return std::nullopt;
  int seconds = *hours * 3600;
  for (int unit = 60; unit >= 1 && take(text, ':'); unit /= 60) {
    const auto part = take_number(text, 2);
    if (!part || *part > 59) return std::nullopt;
    seconds += *part * unit;
  }
  return minus ? -seconds : seconds;
}
bool take_name(std::string_view& text) {
  std::size_t n = 0;
  if (take(text, '<')) {
    n = text.find('>');
    if (n == text.npos || n < 3) return false;
    text.remove_prefix(n + 1);
    return true;
  }
  while (n < text.size() && std::isalpha(static_cast<unsigned char>(text[n])) != 0) ++n;
  // "+08-8" as the table has it, without the brackets of POSIX.
  if (n == 0 && text.size() > 3 && (text[0] == '+' || text[0] == '-') && std::isdigit(static_cast<unsigned char>(text[1])) != 0 &&
      std::isdigit(static_cast<unsigned char>(text[2])) != 0 && (text[3] == '+' || text[3] == '-'))
    n = 3;
  if (n < 3) return false;
  text.remove_prefix(n);
  return true;
}

}  // namespace

std::int64_t days_of(std::int64_t year, unsigned month, unsigned day) noexcept {
  year -= month <= 2;
  const std::int64_t era = floor_div(year, 400);
  const std::int64_t yoe = year - era * 400;
  const std::int64_t doy = (153 * (static_cast<std::int64_t>(month) + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
  return era * 146097 + yoe * 365 + yoe / 4 - yoe / 100 + doy - 719468;
}

std::optional<std::int64_t> parse_date(std::string_view text) noexcept {
  if (text.size() != 10) return std::nullopt;
  const auto year = take_number(text, 4);
  if (!year || *year < 1970 || !take(text, '-')) return std::nullopt;
  const auto month = take_number(text, 2);
  if (!month || *month < 1 || *month > 12 || !take(text, '-')) return std::nullopt;
  const auto day = take_number(text, 2);
  const auto month_u = static_cast<unsigned>(*month);
  const auto length = month_u == 12 ? 31 : days_of(*year, month_u + 1, 1) - days_of(*year, month_u, 1);
  if (!day || *day < 1 || *day > length || !text.empty()) return std::nullopt;
  return days_of(*year, month_u, static_cast<unsigned>(*day));
}

std::optional<int> parse_minutes(std::string_view text) noexcept {
  const auto hours = take_number(text, 2);
  if (!hours || !take(text, ':') || text.size() != 2) return std::nullopt;
  const auto minutes = take_number(text, 2);
  if (!minutes || !text.empty() || *minutes > 59 || *hours * 60 + *minutes > 1440) return std::nullopt;
  return *hours * 60 + *minutes;
}

std::optional<TimeZone::Switch> TimeZone::parse_switch(std::string_view& text) {
  Switch rule;
  if (!take(text, 'M')) return std::nullopt;
  const auto month = take_number(text, 2);
  if (!month || !take(text, '.')) return std::nullopt;
  const auto week = take_number(text, 1);
  if (!week || !take(text, '.')) return std::nullopt;
  const auto weekday = take_number(text, 1);
  if (!weekday || *month < 1 || *month > 12 || *week < 1 || *week > 5 || *weekday > 6) return std::nullopt;
  rule.month = *month;
  rule.week = *week;
  rule.weekday = *weekday;
  if (take(text, '/')) {
    const auto time = take_time(text);
    if (!time) return std::nullopt;
    rule.seconds = *time;
  }
  return rule;
}

std::optional<TimeZone> TimeZone::parse(std::string_view text) {
  for (const auto& one : names)
    if (one.name == text) return parse(one.rule);
  TimeZone zone;
  std::string_view rest = text;
  if (rest.substr(0, 3) == "UTC" && rest.size() > 3 && (rest[3] == '+' || rest[3] == '-') && rest.find(',') == rest.npos) rest.remove_prefix(3);
  // "+08:00" as ISO 8601 has it: east is positive. POSIX counts the other way round.
  if (rest.size() > 1 && (rest[0] == '+' || rest[0] == '-')) {
    auto offset = rest;
    const auto seconds = take_time(offset, 2);
    if (seconds && offset.empty()) {
      if (*seconds > 14 * 3600 || *seconds < -12 * 3600) return std::nullopt;
      zone.offset_ = *seconds;
      return zone;
    }
  }
  if (!take_name(rest)) return std::nullopt;
  const auto west = take_time(rest, 2);
  if (!west || *west > 12 * 3600 || *west < -14 * 3600) return std::nullopt;
  zone.offset_ = -*west;
  if (rest.empty()) return zone;
  if (!take_name(rest)) return std::nullopt;
  zone.has_summer_ = true;
  zone.summer_ = zone.offset_ + 3600;
  if (!rest.empty() && rest.front() != ',') {
    const auto summer = take_time(rest, 2);
    if (!summer) return std::nullopt;
    zone.summer_ = -*summer;
  }
  if (!take(rest, ',')) return std::nullopt;
  const auto begin = parse_switch(rest);
  if (!begin || !take(rest, ',')) return std::nullopt;
  const auto end = parse_switch(rest);
  if (!end || !rest.empty()) return std::nullopt;
  zone.begin_ = *begin;
  zone.end_ = *end;
  return zone;
}

/// In seconds of the year's own wall clock.
std::int64_t TimeZone::switch_at(const Switch& rule, std::int64_t year) const noexcept {
  const auto month = static_cast<unsigned>(rule.month);
  const std::int64_t first = days_of(year, month, 1);
  const std::int64_t weekday = (first + 4) % 7;  // 1970-01-01 was a Thursday; 0: Sunday
  std::int64_t day = first + (rule.weekday - weekday + 7) % 7 + (rule.week - 1) * 7;
  const std::int64_t next = month == 12 ? days_of(year + 1, 1, 1) : days_of(year, month + 1, 1);
  while (day >= next) day -= 7;
  return day * 86400 + rule.seconds;
}

LocalTime TimeZone::local(std::int64_t utc_ms) const noexcept {
  const std::int64_t utc = floor_div(utc_ms, 1000);
  std::int64_t offset = offset_;
  if (has_summer_) {
    const std::int64_t year = year_of(floor_div(utc + offset_, 86400));
    const std::int64_t begin = switch_at(begin_, year) - offset_;
    const std::int64_t end = switch_at(end_, year) - summer_;
    const bool summer = begin < end ? utc >= begin && utc < end : utc >= begin || utc < end;  // south of the equator
    if (summer) offset = summer_;
  }
  const std::int64_t local = utc + offset;
  LocalTime time;
  time.day = floor_div(local, 86400);
  time.minute = static_cast<int>((local - time.day * 86400) / 60);
  time.weekday = static_cast<int>(((time.day + 3) % 7 + 7) % 7);
  return time;
}

}  // namespace routing
