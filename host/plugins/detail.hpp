#pragma once
#include <string>
#include <string_view>

#include "base/json.hpp"

namespace hotdesk::plugins {

/// The `detail` of an audit entry, put together member by member.
class Detail {
 public:
  Detail& text(std::string_view name, std::string_view value) {
    begin(name);
    append_json_string(json_, value);
    return *this;
  }
  /// In hundredths, written as 12.5.
  Detail& percent(std::string_view name, int hundredths) {
    begin(name);
    json_ += std::to_string(hundredths / 100) + '.' + std::to_string(hundredths / 10 % 10) + std::to_string(hundredths % 10);
    return *this;
  }
  Detail& number(std::string_view name, std::size_t value) {
    begin(name);
    json_ += std::to_string(value);
    return *this;
  }
  Detail& flag(std::string_view name, bool value) {
    begin(name);
    json_ += value ? "true" : "false";
    return *this;
  }
  operator std::string() const { return json_ + "}"; }

 private:
  void begin(std::string_view name) {
    json_ += json_.size() > 1 ? "," : "";
    append_json_string(json_, name);
    json_ += ':';
  }
  std::string json_ = "{";
};

}  // namespace hotdesk::plugins
