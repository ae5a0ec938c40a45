#pragma once
#include <cstddef>
#include <map>
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace hotdesk::plugins {

/// The files of a package by their relative path.
using Entries = std::map<std::string, std::string>;

/// Bounds of a package; what is beyond is refused before it is unpacked.
struct ArchiveLimits {
  std::size_t packed = 32 * 1024 * 1024;
  std::size_t unpacked = 64 * 1024 * 1024;  ///< all files together
  std::size_t files = 256;
};

/// Whether a path may be in a package: relative, printable ASCII, no empty part, `.`, `..` or backslash, ≤ 255 bytes.
bool is_package_path(std::string_view path) noexcept;

/// The bytes of an .hdplugin: a gzip of a tar (restricted pax). manifest.json and manifest.sig come first, the rest by name;
/// times, owners and modes are fixed, so the same files give the same bytes. Errc::too_big, Errc::invalid (a path).
Result<std::string> write_archive(const Entries& entries, const ArchiveLimits& limits = {});

/// Reads an .hdplugin from anybody. Regular files alone: links, folders, devices, sparse files, a path twice, and whatever
/// is_package_path() or the limits refuse are errors, whose `where` is the file. Nothing is written anywhere.
Result<Entries> read_archive(std::string_view bytes, const ArchiveLimits& limits = {});

}  // namespace hotdesk::plugins
