#pragma once
#include <signal.h>

#include <array>
#include <optional>

namespace hotdesk::plugins {

/// Remembers all signal handlers. A plugin that left one installed would crash the process at the next such signal, once
/// it is unloaded. Loader thread; the host itself must not change handlers meanwhile.
class SignalGuard {
 public:
  SignalGuard() noexcept;
  /// Puts changed handlers back and names the first changed signal; nullopt when all are as they were.
  std::optional<int> restore() noexcept;

 private:
  std::array<struct sigaction, 65> before_{};
};

}  // namespace hotdesk::plugins
