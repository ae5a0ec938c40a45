#pragma once
#include <cstdint>
#include <memory>
#include <string_view>

#include "base/clock.hpp"

namespace hotdesk::cluster {

/// `burst` tokens, refilled evenly over `per_ms`.
struct Rate {
  std::int64_t burst = 1;
  std::int64_t per_ms = 1000;
};

/// Token buckets by name ("login:10.0.0.7"). Thread: any. A bucket that is full again is forgotten.
class RateLimits {
 public:
  virtual ~RateLimits() = default;
  /// Takes a token. @return 0 when there was one, else the milliseconds until the next.
  virtual std::int64_t take(std::string_view name, Rate rate) = 0;
  /// Gives one back: the act it was taken for did not happen.
  virtual void give_back(std::string_view name, Rate rate) = 0;
};

/// In this process's memory: at most `most` buckets; beyond that the longest unused go.
std::unique_ptr<RateLimits> make_memory_limits(const Clock& clock, std::size_t most = 200'000);

}  // namespace hotdesk::cluster
