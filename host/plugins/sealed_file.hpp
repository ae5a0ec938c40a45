#pragma once
#include <filesystem>
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace hotdesk::plugins {

/// A private copy of a file in memory that nobody can change any more, not even this process: what was hashed and looked
/// at is what will be loaded, whatever happens to the file meanwhile. Thread: one.
class SealedFile {
 public:
  /// Copies at most `most` bytes of a regular file (symbolic links are refused) and seals the copy. `name` is shown in
  /// the process's mappings.
  static Result<SealedFile> read(const std::filesystem::path& path, const std::string& name, std::size_t most);
  /// The same of bytes that are in memory already. Errc::invalid: there are none.
  static Result<SealedFile> make(std::string_view bytes, const std::string& name);

  /// Takes over the descriptor of a file that another process sealed. Errc::invalid: it isn't sealed, and closed now.
  static Result<SealedFile> adopt(int fd);

  SealedFile(SealedFile&& other) noexcept;
  SealedFile& operator=(SealedFile&& other) noexcept;
  ~SealedFile();

  /// Valid as long as this object.
  std::string_view bytes() const noexcept { return {data_, size_}; }
  int fd() const noexcept { return fd_; }
  std::string sha256_hex() const;

 private:
  SealedFile() = default;
  /// Takes `memory` over.
  static Result<SealedFile> seal(int memory, std::size_t size);
  int fd_ = -1;
  const char* data_ = nullptr;
  std::size_t size_ = 0;
};

}  // namespace hotdesk::plugins
