#include "plugins/rollout/breaker.hpp"

#include <algorithm>

namespace hotdesk::plugins {
namespace {

CompareWindow::Side side_of(const Summary& sum, double us_per_tick) {
  return {sum.calls, sum.errors, sum.percentile(0.99) * us_per_tick};
}

std::optional<Summary> since(const std::optional<Summary>& now, const std::optional<Summary>& before) {
  if (!now) return std::nullopt;
  return before ? difference(*now, *before) : *now;
}

}  // namespace

void Breaker::begin(const BreakerLook& now) {
  begun_ = true;
  windows_.clear();
  first_ = window_ = now.watched;
  other_first_ = other_window_ = now.other;
}

void Breaker::reset() {
  state_ = BreakerState::closed;
  begun_ = false;
  trips_ = 0;
  reason_.clear();
  at_ = 0;
  cool_down_ = 0;
}

void Breaker::retry() {
  state_ = BreakerState::closed;
  begun_ = false;
}

void Breaker::close_window(const BreakerLook& now, const Summary& watched, const std::optional<Summary>& other) {
  CompareWindow window{now.now_ms, side_of(watched, now.us_per_tick), {}};
  if (other) {
    window.other = side_of(*other, now.us_per_tick);
    // Too few of the other's calls just now, or none at all because it is the version before: all that it ever did.
    if (other->calls < limits_.window_calls && now.other->calls >= limits_.window_calls)
      window.other.p99_us = now.other->percentile(0.99) * now.us_per_tick, window.other.calls = now.other->calls;
  }
  if (windows_.size() == most_windows) windows_.erase(windows_.begin());
  windows_.push_back(window);
  window_ = now.watched;
  other_window_ = now.other;
}

/// Judged over the newest calls that are enough, so that a long good past cannot hide a bad present; then over all windows.
std::optional<std::string> Breaker::too_many_errors(const BreakerLook& now) const {
  const bool alone = now.role == Watched::alone;
  const auto of = [](const Summary& sum) { return Counts{sum.calls, sum.errors}; };
  Counts watched = of(difference(now.watched, window_));
  std::optional<Counts> other;
  if (now.other) other = now.role == Watched::candidate ? of(*since(now.other, other_window_)) : of(*now.other);
  bool asked = false;
  for (auto window = windows_.rbegin();; ++window) {
    if (watched.calls >= limits_.calls || (window == windows_.rend() && !asked)) {
      const auto reason = errors_rule(watched, other && other->calls > 0 ? other : std::nullopt, alone, limits_);
      if (reason) return reason;
      asked = true;
    }
    if (window == windows_.rend()) return std::nullopt;
    watched.calls += window->watched.calls;
    watched.errors += window->watched.errors;
    if (other && now.role == Watched::candidate) {
      other->calls += window->other.calls;
      other->errors += window->other.errors;
    }
  }
}

std::optional<Trip> Breaker::look(const BreakerLook& now) {
  if (state_ == BreakerState::open) {
    if (now.steady_ms - opened_ < cool_down_) return std::nullopt;
    state_ = BreakerState::half_open;
    begun_ = false;
  }
  if (!begun_) {
    begin(now);
    return std::nullopt;
  }
  if (state_ == BreakerState::half_open) {
    const Summary seen = difference(now.watched, first_);
    if (seen.errors >= limits_.probe_errors)
      return open("errors", "tried again, and " + std::to_string(seen.errors) + " of " + std::to_string(seen.calls) + " calls failed", now);
    if (seen.calls < limits_.probe_calls) return std::nullopt;
    state_ = BreakerState::closed;
    begin(now);
    return std::nullopt;
  }
  if (auto reason = too_many_errors(now)) return open("errors", std::move(*reason), now);
  const Summary watched = difference(now.watched, window_);
  if (watched.calls < limits_.window_calls) return std::nullopt;
  close_window(now, watched, since(now.other, other_window_));
  if (now.role == Watched::alone) return std::nullopt;
  if (auto reason = latency_rule(windows_, now.watched.calls - first_.calls, limits_)) return open("latency", std::move(*reason), now);
  return std::nullopt;
}

std::optional<Trip> Breaker::trip(std::string rule, std::string reason, const BreakerLook& now) {
  if (state_ == BreakerState::open) return std::nullopt;
  if (!begun_) begin(now);
  if (now.role == Watched::alone && state_ == BreakerState::closed) {
    std::erase_if(troubles_, [&](std::int64_t at) { return now.steady_ms - at > limits_.troubles_ms; });
    troubles_.push_back(now.steady_ms);
    if (troubles_.size() < limits_.troubles_alone) return std::nullopt;
    troubles_.clear();
  }
  return open(std::move(rule), std::move(reason), now);
}

Trip Breaker::open(std::string rule, std::string reason, const BreakerLook& now) {
  Trip trip{rule, reason, compare(now), ++trips_};
  trip.evidence.state = "worse";
  trip.evidence.rule = std::move(rule);
  trip.evidence.reason = reason;
  state_ = BreakerState::open;
  reason_ = std::move(reason);
  at_ = now.now_ms;
  opened_ = now.steady_ms;
  const std::int64_t first = now.role == Watched::alone ? limits_.cool_down_alone_ms : limits_.cool_down_ms;
  cool_down_ = std::min(limits_.longest_cool_down_ms, std::max(first, cool_down_ * 2));
  return trip;
}

std::pair<Summary, Summary> Breaker::counted(const BreakerLook& now) const {
  std::pair<Summary, Summary> out;
  if (begun_) out.first = difference(now.watched, first_);
  // The version before is not called any more: what it did is all there is.
  if (now.other) out.second = now.role == Watched::candidate && begun_ ? *since(now.other, other_first_) : *now.other;
  return out;
}

Comparison Breaker::compare(const BreakerLook& now) const {
  Comparison out;
  const auto [watched, other] = counted(now);
  out.candidate = figures_of(now.version, watched, now.us_per_tick);
  out.stable = figures_of(now.other_version, other, now.us_per_tick);
  out.windows = windows_;
  out.state = state_ != BreakerState::closed ? "worse" : watched.calls < limits_.calls ? "watching" : "well";
  if (state_ != BreakerState::closed) out.reason = reason_;
  return out;
}

}  // namespace hotdesk::plugins
