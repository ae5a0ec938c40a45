#include "base/clock.hpp"

#include <chrono>

namespace hotdesk {
namespace {
template <class C>
std::int64_t ms_of() noexcept {
  return std::chrono::duration_cast<std::chrono::milliseconds>(C::now().time_since_epoch()).count();
}
}  // namespace

std::int64_t SystemClock::now_ms() const noexcept { return ms_of<std::chrono::system_clock>(); }
std::int64_t SystemClock::steady_ms() const noexcept { return ms_of<std::chrono::steady_clock>(); }

}  // namespace hotdesk
