#pragma once
#include <string_view>

#include "hotdesk/plugin/types.h"

namespace hotdesk::plugins {

/// A plugin's text as a view; {NULL, n} is empty.
inline std::string_view to_view(hotdesk_text text) noexcept {
  return text.data == nullptr ? std::string_view{} : std::string_view(text.data, static_cast<std::size_t>(text.size));
}
inline hotdesk_text to_text(std::string_view text) noexcept { return {text.data(), text.size()}; }

}  // namespace hotdesk::plugins
