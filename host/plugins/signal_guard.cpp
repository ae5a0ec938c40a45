#include "plugins/signal_guard.hpp"

namespace hotdesk::plugins {
namespace {

bool same(const struct sigaction& a, const struct sigaction& b) noexcept {
  if ((a.sa_flags & SA_SIGINFO) != (b.sa_flags & SA_SIGINFO)) return false;
  return (a.sa_flags & SA_SIGINFO) != 0 ? a.sa_sigaction == b.sa_sigaction : a.sa_handler == b.sa_handler;
}

}  // namespace

SignalGuard::SignalGuard() noexcept {
  for (std::size_t i = 1; i < before_.size(); ++i) sigaction(static_cast<int>(i), nullptr, &before_[i]);
}

std::optional<int> SignalGuard::restore() noexcept {
  std::optional<int> changed;
  for (std::size_t i = 1; i < before_.size(); ++i) {
    struct sigaction now {};
    if (sigaction(static_cast<int>(i), nullptr, &now) != 0 || same(now, before_[i])) continue;
    sigaction(static_cast<int>(i), &before_[i], nullptr);
    if (!changed) changed = static_cast<int>(i);
  }
  return changed;
}

}  // namespace hotdesk::plugins
