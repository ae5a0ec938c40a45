#pragma once
#include <cstdint>
#include <optional>
#include <string_view>

#include "hotdesk/plugin/gray.h"
#include "hotdesk/sdk/ids.hpp"

namespace hotdesk::sdk {

/// A visitor meets a component that has a candidate. Views live until assign() returns.
class GrayRequest {
 public:
  explicit GrayRequest(const hotdesk_gray_request& raw) noexcept : raw_(raw) {}
  /// The release's, in hundredths: 0..10000.
  std::uint32_t percent() const noexcept { return raw_.percent; }
  const hotdesk_id& visitor() const noexcept { return raw_.visitor; }
  /// A plugin's id, or "host".
  std::string_view component() const noexcept { return to_view(raw_.component); }
  std::string_view stable() const noexcept { return to_view(raw_.stable); }
  std::string_view candidate() const noexcept { return to_view(raw_.candidate); }
  Attributes attributes() const noexcept { return Attributes(raw_.attributes); }
  /// UTC milliseconds since 1970.
  std::int64_t now() const noexcept { return raw_.now; }
  const hotdesk_gray_request& raw() const noexcept { return raw_; }

 private:
  const hotdesk_gray_request& raw_;
};

/// Mixin: says who meets a candidate first.
class Gray {
 public:
  virtual ~Gray() = default;
  /// The visitor's bucket 0..9999: under the release's percentage it is the candidate's. nullopt: the host's hash decides.
  /// Every node must answer alike: from the request alone. Called by many threads at once.
  virtual std::optional<std::uint32_t> assign(const GrayRequest& request) = 0;
};

}  // namespace hotdesk::sdk
