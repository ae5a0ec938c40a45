#pragma once
#include <signal.h>

#include <array>
#include <optional>

#include "plugins/unload/hooks.hpp"

namespace hotdesk::plugins::unload {

/// The signal handlers as they were before a library was mapped. Loader thread.
class Handlers {
 public:
  Handlers() noexcept;
  /// Puts the former handler back wherever one of the library's is installed, and names the first such signal. It may be
  /// at work on some thread at this very moment, so the library must stay mapped.
  std::optional<int> take_back(const WatchedImage& image) noexcept;

 private:
  std::array<struct sigaction, 65> before_{};
};

}  // namespace hotdesk::plugins::unload
