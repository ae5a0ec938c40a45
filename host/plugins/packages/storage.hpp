#pragma once
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "plugins/sealed_file.hpp"

namespace hotdesk::plugins {

/// One uploaded package: its name is its content's SHA-256 in hexadecimal.
struct StoredPackage {
  std::string sha256;
  std::string note;  ///< JSON of whoever stored it (depot.hpp); empty: lost
};

/// Where uploaded packages lie. Nothing that comes from it is believed: each reader hashes and verifies its own copy.
/// Thread: any; blocks.
class PackageStorage {
 public:
  virtual ~PackageStorage() = default;
  /// Durable when it returns. The same content again replaces the note.
  virtual Result<> put(const std::string& sha256, std::string_view bytes, const std::string& note) = 0;
  /// A private sealed copy, at most 32 MiB; not compared with its name. Errc::not_found.
  virtual Result<SealedFile> get(const std::string& sha256) = 0;
  virtual Result<std::vector<StoredPackage>> list() = 0;
  /// No error when it is not there.
  virtual Result<> erase(const std::string& sha256) = 0;
};

/// Files <folder>/<sha256>.hdplugin with <sha256>.json beside them. The folder is made, 0700, at the first put().
std::unique_ptr<PackageStorage> make_folder_storage(std::filesystem::path folder);

}  // namespace hotdesk::plugins
