#pragma once
#include <cstdint>

#include "hotdesk/plugin/health.h"

namespace hotdesk::sdk {

/// Mixin: says whether the instance can serve.
class Health {
 public:
  virtual ~Health() = default;
  /// Throw Error when it cannot. `level`: HOTDESK_HEALTH_QUICK (microseconds; before publishing) or HOTDESK_HEALTH_DEEP
  /// (1 s). Called by many threads at once.
  virtual void check(std::int32_t level) = 0;
};

}  // namespace hotdesk::sdk
