#pragma once
#include <atomic>
#include <cstdint>
#include <memory>

#include "plugins/calls/call.hpp"

namespace hotdesk::plugins {

class Endpoint;

struct ShadowFigures {
  std::uint64_t calls = 0;        ///< mirrored and answered
  std::uint64_t differences = 0;  ///< another verdict, text, target or agent than the stable version's
  std::uint64_t errors = 0;       ///< the mirrored call failed, the stable one did not
};

/// Of one version for one tenant. Thread: any.
class ShadowCounts {
 public:
  void add(const Outcome& stable, const Outcome& mirrored) noexcept;
  ShadowFigures figures() const noexcept;

 private:
  std::atomic<std::uint64_t> calls_{0}, differences_{0}, errors_{0};
};

/// Whether the two would have done something else. Reasons in words don't count: they are for people.
bool differs(const Outcome& stable, const Outcome& mirrored) noexcept;

}  // namespace hotdesk::plugins
