#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "plugins/rollout/compare.hpp"

namespace hotdesk::plugins {

enum class BreakerState : std::uint8_t { closed, open, half_open };
constexpr const char* to_string(BreakerState state) noexcept {
  return state == BreakerState::closed ? "closed" : state == BreakerState::open ? "open" : "half_open";
}

/// What can take the place of a watched version when it trips.
enum class Watched : std::uint8_t {
  candidate,  ///< the stable one
  fresh,      ///< stable since a moment: the one before it
  alone,      ///< nothing: the slot counts as failing until it is tried again
};

/// The moment a breaker opens.
struct Trip {
  std::string rule;    ///< errors | latency | crash | budget
  std::string reason;  ///< a sentence
  Comparison evidence;
  int trips = 0;  ///< of this breaker, this one included
};

/// What a breaker is shown: counters since the host's start, and the clocks.
struct BreakerLook {
  std::string version;
  Summary watched;
  std::string other_version;     ///< empty: none
  std::optional<Summary> other;  ///< times count only if it is watched too
  Watched role = Watched::alone;
  std::int64_t steady_ms = 0;
  std::int64_t now_ms = 0;
  double us_per_tick = 1;
};

/// One version in the service of one tenant. Pure: time and numbers come in. Loader thread.
class Breaker {
 public:
  explicit Breaker(const BreakerLimits& limits) : limits_(limits) {}

  /// Counts what came since the last look; the first one (and the first after half-opening) only begins.
  std::optional<Trip> look(const BreakerLook& now);
  /// At once: a crash or a killed budget. nullopt: it is open already, or nothing can take its place and it was not the third
  /// in a minute.
  std::optional<Trip> trip(std::string rule, std::string reason, const BreakerLook& now);
  /// Somebody cleared it: closed, and what was counted is forgotten.
  void reset();
  /// Somebody tries it again: closed and counted anew, but the trips are remembered.
  void retry();

  BreakerState state() const noexcept { return state_; }
  int trips() const noexcept { return trips_; }
  const std::string& reason() const noexcept { return reason_; }  ///< of the last trip
  std::int64_t at() const noexcept { return at_; }                ///< of the last trip, ms since 1970; 0: none
  /// What both sides did since the watch began (the version before: since the host's start).
  std::pair<Summary, Summary> counted(const BreakerLook& now) const;
  /// How the two sides stand, without a verdict of `worse` while closed.
  Comparison compare(const BreakerLook& now) const;

 private:
  void begin(const BreakerLook& now);
  void close_window(const BreakerLook& now, const Summary& watched, const std::optional<Summary>& other);
  std::optional<std::string> too_many_errors(const BreakerLook& now) const;
  Trip open(std::string rule, std::string reason, const BreakerLook& now);

  static constexpr std::size_t most_windows = 60;
  const BreakerLimits& limits_;
  BreakerState state_ = BreakerState::closed;
  bool begun_ = false;
  Summary first_, window_;  ///< counters when the watch and the window at work began
  std::optional<Summary> other_first_, other_window_;
  std::vector<CompareWindow> windows_;
  std::vector<std::int64_t> troubles_;  ///< steady, newest last
  int trips_ = 0;
  std::string reason_;
  std::int64_t at_ = 0;
  std::int64_t opened_ = 0;  ///< steady
  std::int64_t cool_down_ = 0;
};

}  // namespace hotdesk::plugins
