#include "plugins/unload/handlers.hpp"

namespace hotdesk::plugins::unload {

Handlers::Handlers() noexcept {
  for (std::size_t i = 1; i < before_.size(); ++i) sigaction(static_cast<int>(i), nullptr, &before_[i]);
}

std::optional<int> Handlers::take_back(const WatchedImage& image) noexcept {
  std::optional<int> first;
  for (std::size_t i = 1; i < before_.size(); ++i) {
    struct sigaction now {};
    if (sigaction(static_cast<int>(i), nullptr, &now) != 0) continue;
    const void* handler = (now.sa_flags & SA_SIGINFO) != 0 ? reinterpret_cast<const void*>(now.sa_sigaction)
                                                           : reinterpret_cast<const void*>(now.sa_handler);
    if (!image.contains(handler)) continue;
    sigaction(static_cast<int>(i), &before_[i], nullptr);
    if (!first) first = static_cast<int>(i);
  }
  return first;
}

}  // namespace hotdesk::plugins::unload
