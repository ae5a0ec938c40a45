#pragma once
#include <string>
#include <string_view>

#include "base/json.hpp"
#include "base/result.hpp"

namespace hotdesk::app::cli {

/// "1:10m,10:1h,100:0" → [{"percent": 1, "hold_s": 600}, …]. A hold is seconds, or a number with s, m, h or d.
Result<Json> read_steps(std::string_view text);

/// A plugin object in words about its release: who serves, the plan, the breaker, marks and shadow.
std::string rollout_words(const Json& plugin);

/// What GET compare says, as a table.
std::string compare_words(const Json& comparison);

}  // namespace hotdesk::app::cli
