#include "plugins/ticks.hpp"

#include <chrono>
#include <thread>

namespace hotdesk::plugins {
namespace {

using Steady = std::chrono::steady_clock;

struct Origin {
  std::uint64_t ticks = plugins::ticks();
  Steady::time_point time = Steady::now();
};
const Origin origin;

}  // namespace

double microseconds_per_tick() {
  constexpr auto enough = std::chrono::milliseconds(20);
  if (const auto passed = Steady::now() - origin.time; passed < enough) std::this_thread::sleep_for(enough - passed);
  const double elapsed = std::chrono::duration<double, std::micro>(Steady::now() - origin.time).count();
  const auto counted = ticks() - origin.ticks;
  return counted == 0 ? 0 : elapsed / static_cast<double>(counted);
}

}  // namespace hotdesk::plugins
