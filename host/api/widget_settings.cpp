#include "api/widget_settings.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>

#include "base/text.hpp"

namespace hotdesk::api {
namespace {
const Json& defaults() {
  static const Json made = {{"title", ""},      {"greeting", ""},   {"color", "#2457e6"},    {"position", "right"},
                            {"locale", "auto"}, {"reply_time", ""}, {"team", Json::array()}, {"quick", Json::array()}};
  return made;
}

bool is_text(const Json& value, std::size_t most) {
  if (!value.is_string() || !is_clean_text(value.get_ref<const std::string&>())) return false;
  return count_code_points(value.get_ref<const std::string&>()).value_or(most + 1) <= most;
}
bool is_color(const Json& value) {
  if (!value.is_string()) return false;
  const auto& text = value.get_ref<const std::string&>();
  return text.size() == 7 && text[0] == '#' && text.find_first_not_of("0123456789abcdefABCDEF", 1) == std::string::npos;
}
bool is_one_of(const Json& value, std::initializer_list<const char*> allowed) {
  return std::any_of(allowed.begin(), allowed.end(), [&](const char* each) { return value == each; });
}

/// Empty: good; else what is expected.
std::string judge(const std::string& name, const Json& value) {
  if (name == "title") return is_text(value, 60) ? "" : "a text of at most 60 characters";
  if (name == "greeting") return is_text(value, 500) ? "" : "a text of at most 500 characters";
  if (name == "reply_time") return is_text(value, 80) ? "" : "a text of at most 80 characters";
  if (name == "color") return is_color(value) ? "" : "a colour like #2457e6";
  if (name == "position") return is_one_of(value, {"right", "left"}) ? "" : "right or left";
  if (name == "locale") return is_one_of(value, {"auto", "zh", "en"}) ? "" : "auto, zh or en";
  if (name == "team") {
    const bool good = value.is_array() && value.size() <= 5 && std::all_of(value.begin(), value.end(), [](const Json& person) {
                        return person.is_object() && person.size() == 1 && person.contains("name") && is_text(person["name"], 40);
                      });
    return good ? "" : "at most 5 people, each {name}";
  }
  if (name == "quick") {
    const bool good = value.is_array() && value.size() <= 6 && std::all_of(value.begin(), value.end(), [](const Json& text) { return is_text(text, 80); });
    return good ? "" : "at most 6 texts of at most 80 characters";
  }
  return "there is no such setting";
}
}  // namespace

Json full_widget(const std::string& stored) {
  Json all = defaults();
  if (const auto chosen = parse_json(stored); chosen && chosen->is_object()) all.update(*chosen);
  return all;
}

std::string change_widget(const std::string& stored, const Json& change, Fields& fields) {
  Json all = Json::object();
  if (const auto chosen = parse_json(stored); chosen && chosen->is_object()) all = *chosen;
  for (const auto& [name, value] : change.items()) {
    if (value.is_null()) {
      all.erase(name);  // back to the default
    } else if (const std::string expected = judge(name, value); !expected.empty()) {
      fields.refuse("widget/" + std::string(truncate_code_points(name, 40)), expected);
    } else {
      all[name] = value;
    }
  }
  return dump_json(all);
}

}  // namespace hotdesk::api
