#pragma once
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "plugins/manifest.hpp"
#include "plugins/sealed_file.hpp"

namespace hotdesk::plugins {

/// How far a package is trusted: part of the installation, or by the level of the key that signed it.
enum class Trust : std::uint8_t { builtin, official, vendor, dev };
constexpr std::string_view to_string(Trust trust) noexcept {
  constexpr std::string_view names[] = {"builtin", "official", "vendor", "dev"};
  return names[static_cast<std::size_t>(trust)];
}

struct Package;
/// Where the files of a package lie that is no folder. Thread: any.
class PackageSource {
 public:
  virtual ~PackageSource() = default;
  /// A sealed copy of one of the manifest's files, verified after the copy was made.
  virtual Result<SealedFile> open(const Package& package, const std::string& file) const = 0;
};

/// An installed version of a plugin: a folder <id>/<version>/ with manifest.json and the files it names, or an uploaded package.
struct Package {
  std::string id;       ///< by the folder's name, so that a broken one can be listed too
  std::string version;
  std::filesystem::path folder;
  Manifest manifest;
  std::string config_schema;  ///< JSON; empty: the plugin has no settings
  std::string problem;        ///< a sentence; empty: usable
  Trust trust = Trust::builtin;
  std::string key_id;         ///< of the signature; empty: part of the installation
  std::string sha256;         ///< of an uploaded package, hexadecimal; empty: a folder
  std::shared_ptr<const PackageSource> source;  ///< of an uploaded package; nullptr: the folder
};

/// Looks through `path`. What is broken is there with its problem, which names file and reason; folders that are no
/// package at all (no manifest.json) are not. Sorted by id, then version. Errc::not_found when `path` is no folder.
Result<std::vector<Package>> scan_packages(const std::filesystem::path& path);

/// Reads one package and compares every file with its hash in the manifest.
Package read_package(const std::filesystem::path& folder, const std::string& id, const std::string& version);

/// A sealed copy of the package's library, compared with the manifest's hash *after* the copy was made.
Result<SealedFile> open_library(const Package& package);

}  // namespace hotdesk::plugins
