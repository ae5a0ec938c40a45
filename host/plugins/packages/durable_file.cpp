#include "plugins/packages/durable_file.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <utility>

#include "base/bytes.hpp"
#include "base/random.hpp"

namespace hotdesk::plugins {
namespace {

namespace fs = std::filesystem;

struct Descriptor {
  int fd;
  ~Descriptor() {
    if (fd >= 0) close(fd);
  }
};

Error system_error(const fs::path& path, const char* what) {
  return fail(Errc::storage, path.string() + " cannot be " + what + ": " + std::strerror(errno), path.string());
}

bool write_all(int fd, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t put = write(fd, bytes.data(), bytes.size());
    if (put < 0 && errno == EINTR) continue;
    if (put <= 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(put));
  }
  return true;
}

}  // namespace

Result<> write_durably(const fs::path& path, std::string_view bytes, unsigned mode, bool fresh) {
  const fs::path folder = path.has_parent_path() ? path.parent_path() : ".";
  const fs::path beside = folder / ("." + path.filename().string() + "." + to_hex(random_string(6)) + ".tmp");
  {
    const Descriptor file{open(beside.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, mode)};
    if (file.fd < 0) return system_error(path, "written");
    if (!write_all(file.fd, bytes) || fsync(file.fd) != 0) {
      const auto error = system_error(path, "written");
      unlink(beside.c_str());
      return error;
    }
  }
  // link() refuses a name that is taken, rename() replaces it; both do so at one moment.
  const int placed = fresh ? link(beside.c_str(), path.c_str()) : rename(beside.c_str(), path.c_str());
  if (placed != 0) {
    const auto error = errno == EEXIST ? fail(Errc::conflict, path.string() + " is there already", path.string()) : system_error(path, "put in place");
    unlink(beside.c_str());
    return error;
  }
  if (fresh) unlink(beside.c_str());
  const Descriptor parent{open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)};
  if (parent.fd < 0 || fsync(parent.fd) != 0) return system_error(path, "made durable");
  return {};
}

Result<std::string> read_whole(const fs::path& path, std::size_t most) {
  const Descriptor file{open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NOCTTY | O_NONBLOCK)};
  if (file.fd < 0 && errno == ENOENT) return fail(Errc::not_found, path.string() + " is not there", path.string());
  if (file.fd < 0) return system_error(path, "opened");
  struct stat info {};
  if (fstat(file.fd, &info) != 0) return system_error(path, "examined");
  if (!S_ISREG(info.st_mode)) return fail(Errc::invalid, path.string() + " is not a regular file", path.string());
  std::string bytes;
  char buffer[65536];
  for (;;) {
    const ssize_t got = read(file.fd, buffer, sizeof buffer);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return system_error(path, "read");
    if (got == 0) return bytes;
    bytes.append(buffer, static_cast<std::size_t>(got));
    if (bytes.size() > most) return fail(Errc::too_big, path.string() + " has more than " + std::to_string(most) + " bytes", path.string());
  }
}

Result<FileLock> FileLock::take(const fs::path& path) {
  FileLock lock(open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600));
  if (lock.fd_ < 0) return system_error(path, "opened");
  while (flock(lock.fd_, LOCK_EX) != 0)
    if (errno != EINTR) return system_error(path, "locked");
  return lock;
}

FileLock::FileLock(FileLock&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
FileLock::~FileLock() {
  if (fd_ >= 0) close(fd_);
}

}  // namespace hotdesk::plugins
