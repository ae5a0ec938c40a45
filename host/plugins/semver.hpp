#pragma once
#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace hotdesk::plugins {

/// Semantic Versioning 2.0.0; build metadata is kept out (a version with "+…" is refused: it would not be an identity).
struct Semver {
  std::uint32_t major = 0;
  std::uint32_t minor = 0;
  std::uint32_t patch = 0;
  std::string pre;  ///< "rc.1"; empty: a release

  friend bool operator==(const Semver&, const Semver&) = default;
};
/// Precedence of §11: pre-releases before their release, numeric parts by value.
std::strong_ordering operator<=>(const Semver& a, const Semver& b) noexcept;

std::optional<Semver> parse_semver(std::string_view text) noexcept;

}  // namespace hotdesk::plugins
