#pragma once
#include <cstdint>
#if defined(__x86_64__)
#include <x86intrin.h>
#else
#include <chrono>
#endif

namespace hotdesk::plugins {

/// The cheapest clock there is, in a unit of its own: for the time of a hook. Not comparable between machines.
inline std::uint64_t ticks() noexcept {
#if defined(__x86_64__)
  return __rdtsc();
#else
  return static_cast<std::uint64_t>(std::chrono::steady_clock::now().time_since_epoch().count());
#endif
}

/// Measured against the steady clock since the process began; may wait some milliseconds right after the start.
double microseconds_per_tick();

}  // namespace hotdesk::plugins
