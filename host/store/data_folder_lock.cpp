#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <system_error>
#include <utility>

#include "store/store.hpp"

namespace hotdesk::store {

Result<DataFolderLock> DataFolderLock::acquire(const std::filesystem::path& data_dir) {
  std::error_code error;
  std::filesystem::create_directories(data_dir, error);
  const std::filesystem::path file = data_dir / "hotdesk.lock";
  const int fd = ::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (fd < 0) return fail(Errc::storage, "Cannot open " + file.string() + ": " + std::strerror(errno) + ".");
  if (::flock(fd, LOCK_EX | LOCK_NB) != 0) {
    char holder[32] = {};
    const ssize_t size = ::pread(fd, holder, sizeof holder - 1, 0);
    ::close(fd);
    std::string by = size > 0 ? " (process " + std::string(holder, static_cast<std::size_t>(size)) + ")" : "";
    return fail(Errc::busy, "The data folder " + data_dir.string() + " is in use by another hotdesk" + by +
                                ": stop it first, or use the command over its socket.");
  }
  const std::string self = std::to_string(::getpid());
  if (::ftruncate(fd, 0) != 0 || ::pwrite(fd, self.data(), self.size(), 0) < 0) {
    // the number is for people only
  }
  return DataFolderLock(fd);
}

DataFolderLock::DataFolderLock(DataFolderLock&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
DataFolderLock& DataFolderLock::operator=(DataFolderLock&& other) noexcept {
  std::swap(fd_, other.fd_);
  return *this;
}
DataFolderLock::~DataFolderLock() {
  if (fd_ >= 0) ::close(fd_);
}

}  // namespace hotdesk::store
