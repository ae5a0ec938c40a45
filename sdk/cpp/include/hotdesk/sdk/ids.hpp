#pragma once
#include <cstdint>
#include <cstring>
#include <optional>
#include <string_view>

#include "hotdesk/sdk/config.hpp"

namespace hotdesk::sdk {

inline bool same(const hotdesk_id& a, const hotdesk_id& b) noexcept { return std::memcmp(a.bytes, b.bytes, 16) == 0; }
inline bool is_none(const hotdesk_id& id) noexcept { return same(id, hotdesk_id{}); }
inline bool before(const hotdesk_id& a, const hotdesk_id& b) noexcept { return std::memcmp(a.bytes, b.bytes, 16) < 0; }

/// For std::map and std::set of ids.
struct IdBefore {
  bool operator()(const hotdesk_id& a, const hotdesk_id& b) const noexcept { return before(a, b); }
};

/// What is known of a visitor, by name. Views live as long as the request they come from.
class Attributes {
 public:
  explicit Attributes(const hotdesk_array& raw) noexcept : raw_(raw) {}
  std::uint64_t size() const noexcept { return raw_.count; }
  std::string_view name(std::uint64_t i) const noexcept { return to_view(HOTDESK_AT(hotdesk_attribute, raw_, i)->name); }
  std::string_view value(std::uint64_t i) const noexcept { return to_view(HOTDESK_AT(hotdesk_attribute, raw_, i)->value); }
  std::optional<std::string_view> find(std::string_view wanted) const noexcept {
    for (std::uint64_t i = 0; i < size(); ++i)
      if (name(i) == wanted) return value(i);
    return std::nullopt;
  }

 private:
  hotdesk_array raw_;
};

}  // namespace hotdesk::sdk
