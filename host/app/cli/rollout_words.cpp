#include "app/cli/rollout_words.hpp"

#include <charconv>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <vector>

#include "app/cli/table.hpp"

namespace hotdesk::app::cli {
namespace {

std::string number(const Json& value) {
  if (value.is_number_integer() || value.is_number_unsigned()) return value.dump();
  if (!value.is_number()) return "-";
  std::string text = std::to_string(value.get<double>());
  text.erase(text.find_last_not_of('0') + 1);
  if (text.ends_with('.')) text.pop_back();
  return text;
}

std::string text_of(const Json& object, const char* key, const char* otherwise = "-") {
  return object.is_object() ? find_string(object, key).value_or(otherwise) : otherwise;
}

Json member(const Json& object, const char* key) { return object.is_object() ? object.value(key, Json()) : Json(); }

template <class Number>
bool read_number(std::string_view text, Number& out) {
  const auto result = std::from_chars(text.data(), text.data() + text.size(), out);
  return result.ec == std::errc{} && result.ptr == text.data() + text.size();
}

bool read_hold(std::string_view text, std::int64_t& seconds) {
  std::int64_t unit = 1;
  if (!text.empty() && (text.back() < '0' || text.back() > '9')) {
    switch (text.back()) {
      case 's': break;
      case 'm': unit = 60; break;
      case 'h': unit = 3600; break;
      case 'd': unit = 86'400; break;
      default: return false;
    }
    text.remove_suffix(1);
  }
  if (!read_number(text, seconds) || seconds < 0 || seconds > 30 * 86'400) return false;
  seconds *= unit;
  return true;
}

std::string plan_words(const Json& rollout) {
  if (!rollout.is_object()) return {};
  std::string steps;
  std::int64_t at = 0;
  for (const Json& step : member(rollout, "steps")) {
    const bool here = at++ == rollout.value("step", std::int64_t{0});
    steps += (steps.empty() ? "" : " > ") + (here ? "[" + number(member(step, "percent")) + " %]" : number(member(step, "percent")) + " %");
  }
  std::string words = "rollout of " + text_of(rollout, "version") + ": " + text_of(rollout, "state") + ", " + steps;
  if (const auto next = find_string(rollout, "next_at")) words += ", next step at " + *next;
  if (const auto reason = find_string(rollout, "reason")) words += "\n  " + *reason;
  return words + "\n";
}

}  // namespace

Result<Json> read_steps(std::string_view text) {
  Json steps = Json::array();
  while (!text.empty()) {
    const auto comma = text.find(',');
    const auto one = text.substr(0, comma);
    text = comma == text.npos ? std::string_view{} : text.substr(comma + 1);
    const auto colon = one.find(':');
    double percent = 0;
    std::int64_t hold = 0;
    if (colon == one.npos || !read_number(one.substr(0, colon), percent) || !read_hold(one.substr(colon + 1), hold))
      return fail(Errc::invalid, "\"" + std::string(one) + "\" is no step: write percent:hold, such as 10:30m", "steps");
    steps.push_back({{"percent", percent}, {"hold_s", hold}});
  }
  return Result<Json>(boost::system::in_place_value, std::move(steps));
}

std::string rollout_words(const Json& plugin) {
  const Json release = member(plugin, "release");
  std::string words = text_of(plugin, "id") + ": " + text_of(release, "stable", "no version") + " serves";
  if (const auto candidate = find_string(release, "candidate"))
    words += release.value("shadow", false) ? ", " + *candidate + " sees copies of the calls (shadow)"
                                            : ", " + *candidate + " serves " + number(member(release, "percent")) + " %";
  if (const auto previous = find_string(release, "previous")) words += "; `rollback` returns to " + *previous;
  words += "\n" + plan_words(member(plugin, "rollout"));
  const Json breaker = member(plugin, "breaker");
  if (const auto state = text_of(breaker, "state", "closed"); state != "closed")
    words += "breaker " + state + ": " + text_of(breaker, "reason", "") + "\n";
  for (const Json& version : member(plugin, "versions")) {
    if (const Json bad = member(version, "bad"); bad.is_object())
      words += text_of(version, "version") + " is marked bad: " + text_of(bad, "reason") + "; `hotdesk plugin unmark` clears it\n";
    if (const Json shadow = member(version, "shadow"); shadow.is_object())
      words += text_of(version, "version") + " in shadow: " + number(member(shadow, "calls")) + " calls, " +
               number(member(shadow, "differences")) + " answered differently, " + number(member(shadow, "errors")) + " failed\n";
  }
  return words;
}

std::string compare_words(const Json& comparison) {
  std::vector<std::vector<std::string>> rows;
  for (const char* side : {"stable", "candidate"}) {
    const Json one = member(comparison, side);
    if (!one.is_object()) continue;
    rows.push_back({side, text_of(one, "version"), number(member(one, "calls")), number(member(one, "errors")), number(member(one, "refused")),
                    number(member(one, "rewritten")), number(member(one, "p50_us")), number(member(one, "p99_us"))});
  }
  const Json verdict = member(comparison, "verdict");
  const auto reason = find_string(verdict.is_object() ? verdict : Json::object(), "reason");
  return table({"", "VERSION", "CALLS", "ERRORS", "REFUSED", "REWRITTEN", "P50 us", "P99 us"}, rows) + "verdict: " + text_of(verdict, "state", "none") +
         (reason ? ": " + *reason : "") + "\n";
}

}  // namespace hotdesk::app::cli
