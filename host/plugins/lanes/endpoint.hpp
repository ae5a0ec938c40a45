#pragma once
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "plugins/calls/call.hpp"

namespace hotdesk::plugins {

/// Where plugin code runs, granted by the operator.
enum class Lane : std::uint8_t { inline_, pool, runner };
constexpr std::string_view to_string(Lane lane) noexcept {
  return lane == Lane::inline_ ? "inline" : lane == Lane::pool ? "pool" : "runner";
}

/// One instance that runs elsewhere than on the caller's thread: in the pool or in a runner process. Made and ended on the
/// loader thread; its destruction destroys the plugin's instance (no call is left by then).
class Endpoint {
 public:
  virtual ~Endpoint() = default;
  /// Returns at once; the call is finished exactly once later. When the other side cannot take it: HOTDESK_E_OVERLOAD
  /// (too many queued) or HOTDESK_E_CRASHED. Thread: any.
  virtual void start(std::shared_ptr<Call> call) = 0;

  // hotdesk.state/1 and health/1; loader thread, blocking, no longer than the limits of PLUGIN_ABI.md.
  /// Holds back calls from the next on; those at work are waited for, `limit` at most (false: they take longer).
  virtual bool pause(std::chrono::milliseconds limit) = 0;
  virtual void resume() = 0;
  virtual Result<std::string> export_state(std::uint32_t target_schema) = 0;
  virtual Result<> import_state(std::uint32_t schema, std::string_view blob, bool dry_run) = 0;
  virtual hotdesk_result check(std::int32_t level) = 0;
};

}  // namespace hotdesk::plugins
