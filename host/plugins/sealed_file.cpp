#include "plugins/sealed_file.hpp"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <utility>

#include "base/bytes.hpp"
#include "crypto/mac.hpp"

namespace hotdesk::plugins {
namespace {

constexpr unsigned mfd_exec = 0x10;  // MFD_EXEC, since Linux 6.3; older kernels answer EINVAL

int make_memfd(const std::string& name) {
  const std::string shown = name.substr(0, 240);
  const int fd = memfd_create(shown.c_str(), MFD_CLOEXEC | MFD_ALLOW_SEALING | mfd_exec);
  return fd >= 0 || errno != EINVAL ? fd : memfd_create(shown.c_str(), MFD_CLOEXEC | MFD_ALLOW_SEALING);
}

class Descriptor {
 public:
  explicit Descriptor(int fd) : fd_(fd) {}
  ~Descriptor() {
    if (fd_ >= 0) close(fd_);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  int get() const { return fd_; }
  int release() { return std::exchange(fd_, -1); }

 private:
  int fd_;
};

constexpr const char* no_memfd = "no sealed memory file (sysctl vm.memfd_noexec must be 0 or 1)";

bool write_all(int fd, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t put = write(fd, bytes.data(), bytes.size());
    if (put < 0 && errno != EINTR) return false;
    if (put > 0) bytes.remove_prefix(static_cast<std::size_t>(put));
  }
  return true;
}

Error system_error(const std::string& what) { return fail(Errc::internal, what + ": " + std::strerror(errno)); }

}  // namespace

Result<SealedFile> SealedFile::read(const std::filesystem::path& path, const std::string& name, std::size_t most) {
  const Descriptor file(open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NOCTTY));
  if (file.get() < 0) {
    if (errno == ELOOP) return fail(Errc::invalid, "is a symbolic link");
    return fail(errno == ENOENT ? Errc::not_found : Errc::internal, std::string("cannot be opened: ") + std::strerror(errno));
  }
  struct stat info {};
  if (fstat(file.get(), &info) != 0) return system_error("cannot be examined");
  if (!S_ISREG(info.st_mode)) return fail(Errc::invalid, "is not a regular file");
  Descriptor memory(make_memfd(name));
  if (memory.get() < 0) return system_error(no_memfd);

  char buffer[65536];
  std::size_t size = 0;
  for (;;) {
    const ssize_t got = ::read(file.get(), buffer, sizeof buffer);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return system_error("cannot be read");
    if (got == 0) break;
    size += static_cast<std::size_t>(got);
    if (size > most) return fail(Errc::too_big, "has more than " + std::to_string(most) + " bytes");
    if (!write_all(memory.get(), {buffer, static_cast<std::size_t>(got)})) return system_error("cannot be copied");
  }
  return seal(memory.release(), size);
}

Result<SealedFile> SealedFile::make(std::string_view bytes, const std::string& name) {
  Descriptor memory(make_memfd(name));
  if (memory.get() < 0) return system_error(no_memfd);
  if (!write_all(memory.get(), bytes)) return system_error("cannot be copied");
  return seal(memory.release(), bytes.size());
}

Result<SealedFile> SealedFile::seal(int fd, std::size_t size) {
  Descriptor memory(fd);
  if (size == 0) return fail(Errc::invalid, "is empty");
  if (fcntl(memory.get(), F_ADD_SEALS, F_SEAL_WRITE | F_SEAL_GROW | F_SEAL_SHRINK | F_SEAL_SEAL) != 0)
    return system_error("cannot be sealed");
  void* mapped = mmap(nullptr, size, PROT_READ, MAP_PRIVATE, memory.get(), 0);
  if (mapped == MAP_FAILED) return system_error("cannot be mapped");
  SealedFile sealed;
  sealed.fd_ = memory.release();
  sealed.data_ = static_cast<const char*>(mapped);
  sealed.size_ = size;
  return sealed;
}

Result<SealedFile> SealedFile::adopt(int fd) {
  SealedFile sealed;
  sealed.fd_ = fd;
  constexpr int needed = F_SEAL_WRITE | F_SEAL_GROW | F_SEAL_SHRINK;
  const int seals = fcntl(fd, F_GET_SEALS);
  struct stat info {};
  if (seals < 0 || (seals & needed) != needed || fstat(fd, &info) != 0 || info.st_size <= 0) return fail(Errc::invalid, "is no sealed memory file");
  void* mapped = mmap(nullptr, static_cast<std::size_t>(info.st_size), PROT_READ, MAP_PRIVATE, fd, 0);
  if (mapped == MAP_FAILED) return system_error("cannot be mapped");
  sealed.data_ = static_cast<const char*>(mapped);
  sealed.size_ = static_cast<std::size_t>(info.st_size);
  return sealed;
}

SealedFile::SealedFile(SealedFile&& other) noexcept
    : fd_(std::exchange(other.fd_, -1)), data_(std::exchange(other.data_, nullptr)), size_(std::exchange(other.size_, 0)) {}

SealedFile& SealedFile::operator=(SealedFile&& other) noexcept {
  std::swap(fd_, other.fd_);
  std::swap(data_, other.data_);
  std::swap(size_, other.size_);
  return *this;
}

SealedFile::~SealedFile() {
  if (data_ != nullptr) munmap(const_cast<char*>(data_), size_);
  if (fd_ >= 0) close(fd_);
}

std::string SealedFile::sha256_hex() const { return to_hex(crypto::sha256(bytes())); }

}  // namespace hotdesk::plugins
