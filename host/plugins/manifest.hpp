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
  std::string runtime = "native";  ///< native | python3: a script that speaks the runner's protocol (sdk/runner)
  std::vector<std::string> provides;  ///< extension ids
  std::vector<std::string> requires_;
  std::vector<std::string> optional;
  std::vector<std::string> permissions;
  std::string min_lane = "inline";  ///< inline | pool | runner
  std::string min_host;             ///< empty: any
  bool starts_off = false;          ///< "initially": "off": part of the installation, but runs only once somebody enables it
  std::string upgrade_from;         ///< the lowest version whose place it takes without loss; empty: it does not say
  std::string budgets = "{}";       ///< JSON object: what it asks for beyond the defaults
  std::uint32_t state_schema = 0;   ///< of the state it keeps; 0: none
  std::vector<std::uint32_t> state_reads;   ///< schemas that it can import
  std::vector<std::uint32_t> state_writes;  ///< schemas that it can export to
  std::string created;              ///< RFC 3339; empty: it does not say
  std::string key_id;               ///< of the key that it must be signed with; empty: any that may
  std::map<std::string, std::string> files;  ///< relative path → lower-case hex SHA-256

  bool provides_extension(std::string_view extension) const noexcept;
  bool asks_permission(std::string_view permission) const noexcept;
  /// In English, else in any language, else the id.
  std::string display_name() const;
};

/// Whether a text has the form of a permission: "kv", "messages", "http:api.example.com", "http:host:port".
bool is_permission(std::string_view text) noexcept;

/// The platform names that a manifest uses, "linux" and "x86_64".
std::string host_os();
std::string host_arch();

/// Reads manifest.json. Unknown members are ignored (a later format adds some), wrong ones are not: Error::where is the
/// JSON pointer, the text says what is allowed. Errc::unsupported: no build for this platform.
Result<Manifest> read_manifest(std::string_view json);

}  // namespace hotdesk::plugins
