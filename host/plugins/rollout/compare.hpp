#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "plugins/rollout/limits.hpp"
#include "plugins/stats.hpp"

namespace hotdesk::plugins {

/// What a version's finished calls amount to.
struct Figures {
  std::string version;
  std::uint64_t calls = 0;
  std::uint64_t errors = 0;
  std::uint64_t refused = 0;
  std::uint64_t rewritten = 0;
  double p50_us = 0;
  double p99_us = 0;
};
Figures figures_of(std::string version, const Summary& sum, double us_per_tick);

/// A stretch of time with enough calls to have a p99: the watched version beside the other.
struct CompareWindow {
  struct Side {
    std::uint64_t calls = 0;
    std::uint64_t errors = 0;
    double p99_us = 0;
  };
  std::int64_t at = 0;  ///< its end, ms since 1970
  Side watched;
  Side other;
};

/// Two versions side by side: what GET compare shows, and the evidence of an automatic rollback.
struct Comparison {
  Figures stable;                    ///< what is compared with; of a fresh stable version: the one before it
  std::optional<Figures> candidate;  ///< what is watched
  std::vector<CompareWindow> windows;  ///< oldest first
  std::string state = "none";        ///< none | watching (too few calls) | well | worse
  std::string rule;                  ///< worse: errors | latency | crash | budget | hand
  std::string reason;                ///< worse: a sentence
};
std::string to_json(const Comparison& comparison);
/// What is kept of the one that decided: {"rule", "stable": {…}, "candidate": {…}}; without a version to compare with, the
/// candidate alone.
std::string to_evidence(const Comparison& comparison);

struct Counts {
  std::uint64_t calls = 0;
  std::uint64_t errors = 0;
};
/// Why `watched` fails too often, or nullopt. `other` nullopt: nothing is known to compare with. `alone`: nothing can take
/// its place.
std::optional<std::string> errors_rule(const Counts& watched, const std::optional<Counts>& other, bool alone, const BreakerLimits& limits);

/// Why the last windows are too slow, or nullopt. `calls`: the watched version's in all.
std::optional<std::string> latency_rule(const std::vector<CompareWindow>& windows, std::uint64_t calls, const BreakerLimits& limits);

/// What happened between two looks at the same counters.
Summary difference(const Summary& now, const Summary& before) noexcept;

}  // namespace hotdesk::plugins
