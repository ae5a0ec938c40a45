#pragma once
#include <cstdint>
#include <string>
#include <string_view>

#include "hotdesk/plugin/state.h"

namespace hotdesk::sdk {

/// Mixin: hands its state over to the next version. The class says besides, as the manifest does:
///   static constexpr std::uint32_t state_schema = 2;   // the one it writes by itself
/// With it the plugin's methods run one at a time for an instance.
class State {
 public:
  virtual ~State() = default;
  /// The state in this schema, at most 16 MiB. Throw Error(HOTDESK_E_UNSUPPORTED, …) for one it cannot write.
  virtual std::string export_state(std::uint32_t target_schema) = 0;
  /// Takes a state over; `dry_run`: only find out whether it could. Throw Error(HOTDESK_E_INVALID, …) to refuse: the old
  /// version then keeps its conversations until they end.
  virtual void import_state(std::uint32_t schema, std::string_view state, bool dry_run) = 0;
};

}  // namespace hotdesk::sdk
