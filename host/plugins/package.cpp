#include "plugins/package.hpp"

#include <algorithm>

#include "plugins/config_schema.hpp"

namespace hotdesk::plugins {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t most_manifest = 256 * 1024;
constexpr std::size_t most_file = 32 * 1024 * 1024;
constexpr std::size_t most_packages = 1000;
constexpr const char* schema_file = "config.schema.json";

Result<SealedFile> open_checked(const Package& package, const std::string& file) {
  if (package.source) return package.source->open(package, file);
  const auto& files = package.manifest.files;
  const auto known = files.find(file);
  if (known == files.end()) return fail(Errc::invalid, "is not among the manifest's files", file);
  auto sealed = SealedFile::read(package.folder / file, package.id + "@" + package.version, most_file);
  if (!sealed) return fail(sealed.error().code, sealed.error().text, file);
  if (sealed->sha256_hex() != known->second)
    return fail(Errc::invalid, "differs from its SHA-256 in manifest.json: it was changed or damaged, install the package again", file);
  return sealed;
}

std::string describe(const std::string& file, const Error& error) {
  return file + (error.where.empty() ? "" : " " + error.where) + " " + error.text;
}

/// The first thing that is wrong, or empty.
std::string examine(Package& package) {
  const auto text = SealedFile::read(package.folder / "manifest.json", package.id, most_manifest);
  if (!text) return describe("manifest.json", text.error());
  auto manifest = read_manifest(text->bytes());
  if (!manifest) return describe("manifest.json", manifest.error());
  package.manifest = std::move(*manifest);
  if (package.manifest.id != package.id) return "manifest.json /id is " + package.manifest.id + ", its folder says " + package.id;
  if (package.manifest.version != package.version)
    return "manifest.json /version is " + package.manifest.version + ", its folder says " + package.version;
  for (const auto& [file, hash] : package.manifest.files) {
    const auto sealed = open_checked(package, file);
    if (!sealed) return file + " " + sealed.error().text;
    if (file == schema_file) package.config_schema = sealed->bytes();
  }
  if (!package.config_schema.empty())
    if (const auto schema = check_schema(package.config_schema); !schema) return describe(schema_file, schema.error());
  return {};
}

}  // namespace

Package read_package(const fs::path& folder, const std::string& id, const std::string& version) {
  Package package;
  package.id = id;
  package.version = version;
  package.folder = folder;
  package.problem = examine(package);
  return package;
}

Result<SealedFile> open_library(const Package& package) { return open_checked(package, package.manifest.library); }

Result<std::vector<Package>> scan_packages(const fs::path& path) {
  std::error_code error;
  std::vector<Package> packages;
  if (!fs::is_directory(path, error))
    return fail(Errc::not_found, "is not a folder: set plugins.path to one that holds <id>/<version>/manifest.json", path.string());
  for (const auto& plugin : fs::directory_iterator(path, error)) {
    if (!plugin.is_directory(error)) continue;
    for (const auto& version : fs::directory_iterator(plugin.path(), error)) {
      if (packages.size() == most_packages) return fail(Errc::too_big, "holds more than 1,000 packages", path.string());
      if (!fs::exists(version.path() / "manifest.json", error)) continue;
      packages.push_back(read_package(version.path(), plugin.path().filename().string(), version.path().filename().string()));
    }
  }
  if (error) return fail(Errc::storage, "cannot be read: " + error.message(), path.string());
  std::sort(packages.begin(), packages.end(), [](const Package& a, const Package& b) {
    if (a.id != b.id) return a.id < b.id;
    const auto left = parse_semver(a.version);
    const auto right = parse_semver(b.version);
    return left && right ? *left < *right : a.version < b.version;
  });
  return packages;
}

}  // namespace hotdesk::plugins
