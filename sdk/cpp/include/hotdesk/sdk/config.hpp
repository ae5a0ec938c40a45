#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "hotdesk/plugin/config.h"
#include "hotdesk/plugin/log.h"

namespace hotdesk::sdk {

inline hotdesk_text to_text(std::string_view text) noexcept { return {text.data(), text.size()}; }
inline std::string_view to_view(hotdesk_text text) noexcept {
  return {text.data != nullptr ? text.data : "", static_cast<std::size_t>(text.size)};
}

/// The tenant's configuration by JSON pointer. Missing values and values of another type are nullopt: the package's
/// schema has been checked before the plugin was asked. Views live as long as the plugin object.
class Config {
 public:
  Config(const hotdesk_host* host, const hotdesk_host_config* table) noexcept : host_(host), table_(table) {}

  std::string_view json() const { return table_ != nullptr ? to_view(table_->json(host_)) : std::string_view("{}"); }
  std::optional<std::string_view> text(std::string_view pointer) const {
    const auto value = get(pointer, HOTDESK_CONFIG_TEXT);
    return value ? std::optional(to_view(value->text)) : std::nullopt;
  }
  std::optional<std::int64_t> integer(std::string_view pointer) const {
    const auto value = get(pointer, HOTDESK_CONFIG_INTEGER);
    return value ? std::optional(value->integer) : std::nullopt;
  }
  std::optional<double> number(std::string_view pointer) const {
    auto value = get(pointer, HOTDESK_CONFIG_NUMBER);
    if (!value) value = get(pointer, HOTDESK_CONFIG_INTEGER);
    return value ? std::optional(value->number) : std::nullopt;
  }
  std::optional<bool> flag(std::string_view pointer) const {
    const auto value = get(pointer, HOTDESK_CONFIG_BOOL);
    return value ? std::optional(value->integer != 0) : std::nullopt;
  }
  /// Elements of an array; 0 when there is none.
  std::uint64_t count(std::string_view pointer) const {
    const auto value = get(pointer, HOTDESK_CONFIG_ARRAY);
    return value ? value->count : 0;
  }
  bool has(std::string_view pointer) const {
    hotdesk_config_value value{};
    value.size = sizeof value;
    return table_ != nullptr && table_->get(host_, to_text(pointer), &value) == HOTDESK_OK;
  }

 private:
  std::optional<hotdesk_config_value> get(std::string_view pointer, std::int32_t type) const {
    hotdesk_config_value value{};
    value.size = sizeof value;
    if (table_ == nullptr || table_->get(host_, to_text(pointer), &value) != HOTDESK_OK) return std::nullopt;
    return value.type == type ? std::optional(value) : std::nullopt;
  }

  const hotdesk_host* host_;
  const hotdesk_host_config* table_;
};

}  // namespace hotdesk::sdk
