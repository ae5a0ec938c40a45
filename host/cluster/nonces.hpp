#pragma once
#include <cstdint>
#include <memory>
#include <string_view>

#include "base/clock.hpp"
#include "base/result.hpp"

namespace hotdesk::cluster {

/// Names that may be used once (connect nonces, JWT ids). Thread: any.
class Nonces {
 public:
  virtual ~Nonces() = default;
  /// @return true when `name` was not used before; it is then kept for `keep_ms`. Errc::busy: the shared store is away.
  virtual Result<bool> use(std::string_view name, std::int64_t keep_ms) = 0;
  /// What was used before this wall-clock second cannot be known (memory starts empty); 0: everything is known.
  virtual std::int64_t blind_until_s() const noexcept = 0;
};

std::unique_ptr<Nonces> make_memory_nonces(const Clock& clock);

}  // namespace hotdesk::cluster
