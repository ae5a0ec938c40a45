#pragma once
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <utility>

#include "hotdesk/plugin/config.h"
#include "hotdesk/sdk/config.hpp"

namespace hotdesk::sdk {

/// Settings by JSON pointer; arrays and objects around them appear by themselves ("/words/0/word" makes "/words").
class FakeConfig {
 public:
  void set(std::string pointer, std::string_view text) { put(std::move(pointer), HOTDESK_CONFIG_TEXT, 0, 0, std::string(text)); }
  void set(std::string pointer, const char* text) { set(std::move(pointer), std::string_view(text)); }
  void set(std::string pointer, bool flag) { put(std::move(pointer), HOTDESK_CONFIG_BOOL, flag, flag, {}); }
  void set(std::string pointer, int number) { put(std::move(pointer), HOTDESK_CONFIG_INTEGER, number, number, {}); }
  void set(std::string pointer, double number) {
    put(std::move(pointer), HOTDESK_CONFIG_NUMBER, static_cast<std::int64_t>(number), number, {});
  }
  /// What config.json() answers; not derived from set().
  void set_json(std::string json) { json_ = std::move(json); }
  const std::string& json() const noexcept { return json_; }

  hotdesk_result get(std::string_view pointer, hotdesk_config_value* out) const {
    const std::string name(pointer);
    hotdesk_config_value value{};
    value.size = out->size;
    if (const auto found = values_.find(name); found != values_.end()) {
      value.type = found->second.type;
      value.integer = found->second.integer;
      value.number = found->second.number;
      value.text = to_text(found->second.text);
    } else if (const auto parent = children_.find(name); parent != children_.end()) {
      value.type = parent->second.contains("0") ? HOTDESK_CONFIG_ARRAY : HOTDESK_CONFIG_OBJECT;
      value.count = parent->second.size();
    } else {
      return HOTDESK_SKIP;
    }
    *out = value;
    return HOTDESK_OK;
  }

 private:
  struct Value {
    std::int32_t type;
    std::int64_t integer;
    double number;
    std::string text;
  };
  void put(std::string pointer, std::int32_t type, std::int64_t integer, double number, std::string text) {
    for (auto slash = pointer.rfind('/'); slash != std::string::npos; slash = slash == 0 ? std::string::npos : pointer.rfind('/', slash - 1)) {
      const auto end = pointer.find('/', slash + 1);
      children_[pointer.substr(0, slash)][pointer.substr(slash + 1, end == std::string::npos ? end : end - slash - 1)] = 1;
    }
    values_[std::move(pointer)] = {type, integer, number, std::move(text)};
  }

  std::string json_ = "{}";
  std::map<std::string, Value> values_;
  std::map<std::string, std::map<std::string, int>> children_;
};

}  // namespace hotdesk::sdk
