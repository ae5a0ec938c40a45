#include "hours.hpp"

#include <algorithm>
#include <string>

#include "hotdesk/sdk/error.hpp"

namespace routing {
namespace {

namespace sdk = hotdesk::sdk;

constexpr std::string_view day_names[] = {"mon", "tue", "wed", "thu", "fri", "sat", "sun"};

int day_of(std::string_view name) {
  const auto found = std::find(std::begin(day_names), std::end(day_names), name);
  return found == std::end(day_names) ? -1 : static_cast<int>(found - std::begin(day_names));
}

/// "mon-fri,sun" as flags; false: not understood.
bool read_days(std::string_view text, std::array<bool, 7>& days) {
  if (text == "*") return days.fill(true), true;
  while (!text.empty()) {
    auto part = text.substr(0, text.find(','));
    text.remove_prefix(std::min(part.size() + 1, text.size()));
    while (!part.empty() && part.front() == ' ') part.remove_prefix(1);
    while (!part.empty() && part.back() == ' ') part.remove_suffix(1);
    const auto dash = part.find('-');
    const int from = day_of(part.substr(0, dash));
    const int to = dash == part.npos ? from : day_of(part.substr(dash + 1));
    if (from < 0 || to < 0) return false;
    for (int day = from;; day = (day + 1) % 7) {
      days[static_cast<std::size_t>(day)] = true;
      if (day == to) break;
    }
  }
  return true;
}

}  // namespace

Hours::Hours(const sdk::Config& config) {
  const auto zone = TimeZone::parse(config.text("/time_zone").value_or("Asia/Shanghai"));
  if (!zone) throw sdk::bad_config("/time_zone", "is neither an offset like +08:00, nor a name known here, nor a rule like CET-1CEST,M3.5.0,M10.5.0/3");
  zone_ = *zone;
  for (std::uint64_t i = 0; i < config.count("/hours"); ++i) {
    const std::string at = "/hours/" + std::to_string(i);
    std::array<bool, 7> days{};
    if (!read_days(config.text(at + "/days").value_or(""), days)) throw sdk::bad_config(at + "/days", "must be like mon-fri or sat,sun");
    const auto from = parse_minutes(config.text(at + "/from").value_or(""));
    if (!from) throw sdk::bad_config(at + "/from", "must be a time like 09:00");
    auto to = parse_minutes(config.text(at + "/to").value_or(""));
    if (!to) throw sdk::bad_config(at + "/to", "must be a time like 18:00");
    if (*to <= *from) *to += 1440;
    for (std::size_t day = 0; day < 7; ++day)
      if (days[day]) week_[day].push_back({*from, *to});
    always_ = false;
  }
  for (std::uint64_t i = 0; i < config.count("/holidays"); ++i) {
    const std::string at = "/holidays/" + std::to_string(i);
    const auto text = config.text(at).value_or("");
    const auto dots = text.find("..");
    const auto from = parse_date(text.substr(0, dots));
    const auto to = dots == text.npos ? from : parse_date(text.substr(dots + 2));
    if (!from || !to || *to < *from) throw sdk::bad_config(at, "must be a date like 2026-10-01 or dates like 2026-10-01..2026-10-07");
    holidays_.emplace_back(*from, *to);
  }
  for (std::uint64_t i = 0; i < config.count("/workdays"); ++i) {
    const std::string at = "/workdays/" + std::to_string(i);
    const auto day = parse_date(config.text(at).value_or(""));
    if (!day) throw sdk::bad_config(at, "must be a date like 2026-10-10");
    workdays_.insert(*day);
  }
}

bool Hours::covers(std::int64_t day, int weekday, int minute) const {
  if (workdays_.contains(day)) weekday = 0;  // Monday's hours
  else if (std::any_of(holidays_.begin(), holidays_.end(), [&](const auto& one) { return one.first <= day && day <= one.second; })) return false;
  if (always_) return minute < 1440;
  const auto& spans = week_[static_cast<std::size_t>(weekday)];
  return std::any_of(spans.begin(), spans.end(), [&](const Span& one) { return one.from <= minute && minute < one.to; });
}

bool Hours::is_open(std::int64_t utc_ms) const {
  const LocalTime now = zone_.local(utc_ms);
  // What began yesterday may go on after midnight.
  return covers(now.day, now.weekday, now.minute) || covers(now.day - 1, (now.weekday + 6) % 7, now.minute + 1440);
}

std::int64_t Hours::until_open(std::int64_t utc_ms) const {
  if (is_open(utc_ms)) return 0;
  constexpr std::int64_t minute = 60'000;
  const std::int64_t next = utc_ms - utc_ms % minute + minute;
  for (std::int64_t at = next; at < next + 8 * 1440 * minute; at += 5 * minute)
    if (is_open(at)) {
      while (at - minute > utc_ms && is_open(at - minute)) at -= minute;
      return at - utc_ms;
    }
  return 0;
}

}  // namespace routing
