#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "plugins/ports.hpp"

namespace hotdesk::plugins {

/// One stage of a rollout: this share of the visitors, for this long.
struct RolloutStep {
  int percent = 0;          ///< hundredths, 1..10000
  std::int64_t hold_s = 0;  ///< 0..30 days
  friend bool operator==(const RolloutStep&, const RolloutStep&) = default;
};

/// How a candidate grows by itself. A plan that ends with 100 % promotes its version after that step's hold; any other
/// leaves the last percentage where it is.
struct RolloutPlan {
  std::vector<RolloutStep> steps;
};

/// 1 → 10 → 50 → 100 %, ten minutes each.
RolloutPlan default_plan();

/// 1 to 20 steps, percentages rising, holds of 0 s to 30 days; Error::where names the member.
Result<> check_plan(const RolloutPlan& plan);

/// RolloutRow::plan. Reading checks too.
std::string to_json(const RolloutPlan& plan);
Result<RolloutPlan> parse_plan(std::string_view json);

namespace rollout_state {
inline constexpr std::string_view running = "running";
inline constexpr std::string_view paused = "paused";
inline constexpr std::string_view done = "done";
inline constexpr std::string_view rolled_back = "rolled_back";
}  // namespace rollout_state

/// What the comparison says of the candidate now.
enum class Health : std::uint8_t { well, worse };

/// What a plan wants done now.
struct RolloutMove {
  enum class Kind : std::uint8_t { none, raise, promote, finish, pause, roll_back };
  Kind kind = Kind::none;
  int step = 0;       ///< raise: the step it enters
  int percent = 0;    ///< raise: that step's
  std::string reason; ///< pause, roll_back: a sentence
};

/// The next edge of a plan; pure, so that asking again after a restart gives the same answer. At most one edge a call: a
/// host that slept through several holds takes them one after the other, each saved and published. `now`: wall clock, ms;
/// a clock that was set back makes a hold longer, never shorter.
RolloutMove next_move(const RolloutPlan& plan, const RolloutRow& row, const ReleaseRow& release, std::int64_t now, Health health);

/// When the running step's hold is over, ms since 1970; nullopt: the plan does not move by itself.
std::optional<std::int64_t> next_at(const RolloutPlan& plan, const RolloutRow& row);

}  // namespace hotdesk::plugins
