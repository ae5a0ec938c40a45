#pragma once
#include <cstdint>

namespace hotdesk::plugins {

/// When a version counts as worse, and what follows. The defaults are PLUGIN_ABI.md's.
struct BreakerLimits {
  std::uint64_t calls = 50;        ///< errors are judged from so many calls on …
  std::uint64_t errors = 5;        ///< … and so many errors,
  double share = 0.05;             ///< over this share
  double times = 3;                ///< and over so many times the other version's share
  double share_alone = 0.5;        ///< where nothing can take its place: opening it makes *all* its calls fail
  std::uint64_t latency_calls = 1'000;
  std::size_t latency_windows = 3;  ///< running
  std::uint64_t window_calls = 30;  ///< of the watched version, in one window
  double latency_times = 2;
  double latency_floor_us = 1'000;
  std::size_t troubles_alone = 3;           ///< crashes or killed budgets that open it where nothing takes its place; else the first
  std::int64_t troubles_ms = 60'000;        ///< within so long
  std::int64_t cool_down_ms = 60'000;       ///< open → half-open; doubles with each trip
  std::int64_t cool_down_alone_ms = 5'000;  ///< where nothing takes its place
  std::int64_t longest_cool_down_ms = 600'000;
  std::uint32_t probe_percent = 100;        ///< hundredths: a half-open candidate's share at most
  std::uint64_t probe_errors = 3;           ///< half-open: so many errors open it again,
  std::uint64_t probe_calls = 50;           ///< so many calls without that close it
  int trips_to_mark = 2;
  std::size_t tenants_to_roll_back = 3;
  std::int64_t rollback_window_ms = 15 * 60'000;  ///< a fresh stable version is compared with the one before for so long
};

}  // namespace hotdesk::plugins
