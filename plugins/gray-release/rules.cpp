#include "rules.hpp"

#include <algorithm>
#include <charconv>
#include <optional>

#include "hotdesk/sdk/error.hpp"

namespace gray_release {
namespace {

namespace sdk = hotdesk::sdk;

constexpr std::uint32_t whole = 10'000;
constexpr std::int64_t day_ms = 86'400'000;

bool number(std::string_view text, std::size_t at, std::size_t digits, int least, int most, int& out) {
  if (text.size() < at + digits) return false;
  const char* end = text.data() + at + digits;
  return std::from_chars(text.data() + at, end, out).ptr == end && out >= least && out <= most;
}

std::optional<int> read_minutes(std::string_view text) {
  int hour = 0;
  int minute = 0;
  if (text.size() != 5 || text[2] != ':' || !number(text, 0, 2, 0, 24, hour) || !number(text, 3, 2, 0, 59, minute)) return std::nullopt;
  return hour * 60 + minute > 1440 ? std::nullopt : std::optional(hour * 60 + minute);
}

/// "2026-11-24" or "2026-11-24 09:30" in the settings' own offset, as UTC.
std::optional<std::int64_t> read_moment(std::string_view text, int offset_minutes) {
  int year = 0;
  int month = 0;
  int day = 0;
  if (text.size() != 10 && text.size() != 16) return std::nullopt;
  if (!number(text, 0, 4, 1970, 9999, year) || text[4] != '-' || !number(text, 5, 2, 1, 12, month) || text[7] != '-' || !number(text, 8, 2, 1, 31, day))
    return std::nullopt;
  const bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
  constexpr int lengths[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  if (day > lengths[month - 1] + (month == 2 && leap ? 1 : 0)) return std::nullopt;
  int minutes = 0;
  if (text.size() == 16) {
    const auto time = text[10] == ' ' || text[10] == 'T' ? read_minutes(text.substr(11)) : std::nullopt;
    if (!time) return std::nullopt;
    minutes = *time;
  }
  const std::int64_t y = month <= 2 ? year - 1 : year;  // days_from_civil, for years that are not negative
  const std::int64_t doy = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1;
  const std::int64_t days = y / 400 * 146097 + y % 400 * 365 + y % 400 / 4 - y % 400 / 100 + doy - 719468;
  return days * day_ms + (minutes - offset_minutes) * std::int64_t{60'000};
}

std::optional<std::uint32_t> read_weekdays(std::string_view text) {
  constexpr std::string_view names[] = {"mon", "tue", "wed", "thu", "fri", "sat", "sun"};
  const auto index = [&](std::string_view name) { return static_cast<std::size_t>(std::find(std::begin(names), std::end(names), name) - std::begin(names)); };
  std::uint32_t days = 0;
  while (!text.empty()) {
    const auto part = text.substr(0, text.find(','));
    text.remove_prefix(std::min(part.size() + 1, text.size()));
    const auto dash = part.find('-');
    const std::size_t from = index(part.substr(0, dash));
    const std::size_t to = dash == part.npos ? from : index(part.substr(dash + 1));
    if (from >= 7 || to >= 7) return std::nullopt;
    for (std::size_t day = from;; day = (day + 1) % 7) {
      days |= 1U << day;
      if (day == to) break;
    }
  }
  return days;
}

std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + 32);
  return out;
}

Rule read_rule(const sdk::Config& config, const std::string& at, int offset) {
  const auto text = [&](const char* name) { return config.text(at + "/" + name).value_or(""); };
  Rule rule;
  rule.component = config.text(at + "/component").value_or("*");
  const auto who = config.text(at + "/who").value_or("everybody");
  rule.who = who == "visitors" ? Rule::Who::visitors : who == "equals" ? Rule::Who::equals : who == "one_of" ? Rule::Who::one_of
             : who == "prefix" ? Rule::Who::prefix : Rule::Who::everybody;
  rule.attribute = text("attribute");
  for (std::uint64_t i = 0; i < config.count(at + "/values"); ++i) {
    const auto value = config.text(at + "/values/" + std::to_string(i)).value_or("");
    rule.values.insert(rule.who == Rule::Who::visitors ? lower(value) : std::string(value));
  }
  if (rule.who != Rule::Who::everybody && rule.values.empty()) throw sdk::bad_config(at + "/values", "name at least one");
  if (rule.who == Rule::Who::equals && rule.values.size() != 1) throw sdk::bad_config(at + "/values", "equals takes one value; use one_of for several");
  if (rule.who >= Rule::Who::equals && rule.attribute.empty()) throw sdk::bad_config(at + "/attribute", "which attribute?");
  for (const auto& [name, moment] : {std::pair{"from", &rule.from}, std::pair{"until", &rule.until}}) {
    if (text(name).empty()) continue;
    const auto read = read_moment(text(name), offset);
    if (!read) throw sdk::bad_config(at + "/" + name, "must be like 2026-11-24 or 2026-11-24 09:30");
    *moment = *read;
  }
  if (rule.until <= rule.from) throw sdk::bad_config(at + "/until", "must be later than from");
  if (const auto hours = text("hours"); !hours.empty()) {
    const auto first = hours.size() == 11 && hours[5] == '-' ? read_minutes(hours.substr(0, 5)) : std::nullopt;
    const auto last = first ? read_minutes(hours.substr(6)) : std::nullopt;
    if (!last || *first == *last) throw sdk::bad_config(at + "/hours", "must be like 09:00-18:00");
    rule.first_minute = *first;
    rule.last_minute = *last;
  }
  if (const auto days = text("days"); !days.empty()) {
    const auto read = read_weekdays(days);
    if (!read) throw sdk::bad_config(at + "/days", "must be like mon-fri or sat,sun");
    rule.weekdays = *read;
  }
  const auto then = config.text(at + "/then").value_or("candidate");
  rule.then = then == "stable" ? Rule::Then::stable : then == "percent" ? Rule::Then::percent : Rule::Then::candidate;
  const double percent = config.number(at + "/percent").value_or(-1);
  if (rule.then == Rule::Then::percent && (percent < 0 || percent > 100)) throw sdk::bad_config(at + "/percent", "must be from 0 to 100");
  rule.percent = static_cast<std::uint32_t>(std::max(percent, 0.0) * 100 + 0.5);
  return rule;
}

}  // namespace

std::string to_string(const hotdesk_id& id) {
  constexpr char digits[] = "0123456789abcdef";
  std::string text;
  for (std::size_t i = 0; i < 16; ++i) {
    if (i == 4 || i == 6 || i == 8 || i == 10) text += '-';
    text += digits[id.bytes[i] >> 4];
    text += digits[id.bytes[i] & 15];
  }
  return text;
}

std::uint32_t place_of(const hotdesk_id& visitor, std::string_view component) {
  std::uint64_t hash = 0xCBF29CE484222325ULL;  // FNV-1a, then mixed so that the low digits are even
  const auto add = [&](unsigned char byte) { hash = (hash ^ byte) * 0x100000001B3ULL; };
  for (const auto byte : visitor.bytes) add(byte);
  for (const char c : component) add(static_cast<unsigned char>(c));
  hash ^= hash >> 33;
  hash *= 0xFF51AFD7ED558CCDULL;
  hash ^= hash >> 33;
  hash *= 0xC4CEB9FE1A85EC53ULL;
  hash ^= hash >> 33;
  return static_cast<std::uint32_t>(hash % whole);
}

bool Rule::matches(const sdk::GrayRequest& request, int offset) const {
  const bool any = !component.empty() && component.back() == '*';
  const auto wanted = std::string_view(component).substr(0, component.size() - (any ? 1 : 0));
  if (any ? request.component().substr(0, wanted.size()) != wanted : request.component() != wanted) return false;
  if (request.now() < from || request.now() >= until) return false;
  const std::int64_t local = request.now() + offset * std::int64_t{60'000};
  const std::int64_t day = local / day_ms;
  const int minute = static_cast<int>(local % day_ms / 60'000);
  std::int64_t counted = day;  // hours past midnight belong to the day they began on
  if (first_minute != last_minute) {
    const bool night = last_minute < first_minute;
    const bool inside = night ? minute >= first_minute || minute < last_minute : minute >= first_minute && minute < last_minute;
    if (!inside) return false;
    if (night && minute < last_minute) --counted;
  }
  if ((weekdays >> ((counted + 3) % 7) & 1U) == 0) return false;
  if (who == Who::everybody) return true;
  if (who == Who::visitors) return values.contains(to_string(request.visitor()));
  const auto value = request.attributes().find(attribute);
  if (!value) return false;
  if (who != Who::prefix) return values.contains(*value);
  return std::any_of(values.begin(), values.end(), [&](const std::string& one) { return value->substr(0, one.size()) == one; });
}

std::uint32_t Rule::bucket(const sdk::GrayRequest& request) const {
  // The host gives the candidate to buckets below the release's percentage: 0 % and 100 % are the operator's word, whatever a rule says.
  const std::uint32_t release = std::min(request.percent(), whole);
  const std::uint32_t for_stable = std::min(release, whole - 1);
  if (then == Then::candidate) return 0;
  if (then == Then::stable) return for_stable;
  const std::uint32_t place = place_of(request.visitor(), request.component());
  return place < percent ? 0 : for_stable;
}

int read_offset(const sdk::Config& config) {
  const auto text = config.text("/utc_offset").value_or("+08:00");
  const auto minutes = text.size() == 6 && (text[0] == '+' || text[0] == '-') ? read_minutes(text.substr(1)) : std::nullopt;
  if (!minutes || *minutes > 14 * 60) throw sdk::bad_config("/utc_offset", "must be like +08:00");
  return text[0] == '-' ? -*minutes : *minutes;
}

std::vector<Rule> read_rules(const sdk::Config& config) {
  const int offset = read_offset(config);
  std::vector<Rule> rules;
  for (std::uint64_t i = 0; i < config.count("/rules"); ++i) rules.push_back(read_rule(config, "/rules/" + std::to_string(i), offset));
  return rules;
}

}  // namespace gray_release
