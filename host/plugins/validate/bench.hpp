#pragma once
#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

#include "base/result.hpp"

namespace hotdesk::plugins::validate {

struct BenchWishes {
  std::string path;  ///< as validate()'s, but no bare library
  std::vector<std::string> lanes{"inline", "pool", "runner"};
  std::chrono::milliseconds time{2000};  ///< for each lane
  std::string host_version;
};

/// What asking a plugin costs a host, in one lane: one caller, one question after the other, through the host's own hook
/// (choice of version, permissions, counters and the check of the answer included).
struct BenchRow {
  std::string lane;
  std::string hook;  ///< filter | router | responder
  std::uint64_t calls = 0;
  double per_second = 0;
  double p50_us = 0;
  double p99_us = 0;
  std::uint64_t errors = 0;
  std::string problem;  ///< why there are no figures
};

/// Runs the plugin in a host of its own: in this process for inline and pool, which a bad plugin may end.
Result<std::vector<BenchRow>> bench(const BenchWishes& wishes);

}  // namespace hotdesk::plugins::validate
