#pragma once
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "plugins/semver.hpp"

namespace hotdesk::plugins {

/// What a package says of itself; read, and checked as far as a text can be, before any of its code runs.
struct Manifest {
  std::string id;       ///< reverse DNS, lower case
  std::string version;  ///< semver
  Semver semver;
  std::string vendor;
  std::map<std::string, std::string> name;  ///< by language
  std::string license;
  std::uint32_t abi_major = 0;
  std::uint32_t abi_minor = 0;
  std::string library;   ///< of this host's platform, a path in `files`
  std::string build_id;  ///< of this host's platform
  std::vector<std::string> provides;  ///< extension ids
  std::vector<std::string> requires_;
  std::vector<std::string> optional;
  std::vector<std::string> permissions;
  std::string min_lane = "inline";  ///< inline | pool | runner
  std::string min_host;             ///< empty: any
  std::map<std::string, std::string> files;  ///< relative path → lower-case hex SHA-256

  bool provides_extension(std::string_view extension) const noexcept;
  bool asks_permission(std::string_view permission) const noexcept;
  /// In English, else in any language, else the id.
  std::string display_name() const;
};

/// The platform names that a manifest uses, "linux" and "x86_64".
std::string host_os();
std::string host_arch();

/// Reads manifest.json. Unknown members are ignored (a later format adds some), wrong ones are not: Error::where is the
/// JSON pointer, the text says what is allowed. Errc::unsupported: no build for this platform.
Result<Manifest> read_manifest(std::string_view json);

}  // namespace hotdesk::plugins
