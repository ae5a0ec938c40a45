#pragma once
#include <filesystem>
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace hotdesk::plugins {

/// Puts a file in place whole or not at all: written beside it, synced, renamed over it, the folder synced. `mode` such as
/// 0600. With `fresh` a file of that name is left alone (Errc::conflict). Errc::storage otherwise. Blocks.
Result<> write_durably(const std::filesystem::path& path, std::string_view bytes, unsigned mode, bool fresh = false);

/// Reads at most `most` bytes of a regular file that is no symbolic link. Errc::not_found, too_big, storage.
Result<std::string> read_whole(const std::filesystem::path& path, std::size_t most);

/// Held while a file is read, changed and replaced: other processes that do the same wait. Blocks. Errc::storage.
class FileLock {
 public:
  /// Makes `path` (0600) if it is not there.
  static Result<FileLock> take(const std::filesystem::path& path);
  FileLock(FileLock&& other) noexcept;
  FileLock& operator=(FileLock&&) = delete;
  ~FileLock();

 private:
  explicit FileLock(int fd) noexcept : fd_(fd) {}
  int fd_;
};

}  // namespace hotdesk::plugins
