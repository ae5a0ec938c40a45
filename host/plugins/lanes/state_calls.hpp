#pragma once
#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "plugins/lanes/perform.hpp"

namespace hotdesk::plugins {

/// The state and health methods of an instance in this process, on this thread. The caller sees to it that no call is at
/// work in an instance with state.
Result<std::string> export_state(const Target& target, std::uint32_t target_schema);
Result<> import_state(const Target& target, std::uint32_t schema, std::string_view blob, bool dry_run);
/// HOTDESK_OK when the plugin has no such table.
hotdesk_result check_health(const Target& target, std::int32_t level);

inline constexpr std::size_t most_state = 16 * 1024 * 1024;

}  // namespace hotdesk::plugins
