#include "plugins/runner/ring.hpp"

#include <fcntl.h>
#include <linux/futex.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <climits>
#include <cstring>
#include <utility>

namespace hotdesk::plugins::runner {
namespace {

constexpr std::uint32_t magic = 0x31525248;  // "HRR1"
constexpr std::size_t control_bytes = 4096;
constexpr std::size_t whole_bytes = control_bytes + 2 * std::size_t{SharedMemory::ring_bytes};
constexpr std::uint64_t mask = SharedMemory::ring_bytes - 1;
static_assert((SharedMemory::ring_bytes & mask) == 0, "a power of two");
static_assert(std::atomic<std::uint64_t>::is_always_lock_free && std::atomic<std::uint32_t>::is_always_lock_free);

struct Control {
  std::uint32_t magic;
  std::uint32_t ring_bytes;
  RingControl rings[2];
};
static_assert(sizeof(Control) <= control_bytes);

RingControl& control_of(char* base, Direction direction) noexcept {
  return reinterpret_cast<Control*>(base)->rings[static_cast<std::size_t>(direction)];
}
char* data_of(char* base, Direction direction) noexcept {
  return base + control_bytes + (direction == Direction::to_runner ? 0 : SharedMemory::ring_bytes);
}

long futex(std::atomic<std::uint32_t>& word, int what, std::uint32_t value, const timespec* limit) noexcept {
  return syscall(SYS_futex, reinterpret_cast<std::uint32_t*>(&word), what, value, limit, nullptr, 0);
}

void relax() noexcept {
#if defined(__x86_64__)
  __builtin_ia32_pause();
#elif defined(__aarch64__)
  asm volatile("yield");
#endif
}

constexpr std::uint64_t padded(std::uint64_t size) noexcept { return (size + 7) & ~std::uint64_t{7}; }

}  // namespace

Result<SharedMemory> SharedMemory::make() {
  const int fd = memfd_create("hotdesk-runner", MFD_CLOEXEC | MFD_ALLOW_SEALING);
  if (fd < 0) return fail(Errc::internal, std::string("no shared memory: ") + std::strerror(errno));
  if (ftruncate(fd, static_cast<off_t>(whole_bytes)) != 0 || fcntl(fd, F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_SEAL) != 0) {
    const auto why = fail(Errc::internal, std::string("no shared memory: ") + std::strerror(errno));
    ::close(fd);
    return why;
  }
  const auto made = std::pair(magic, ring_bytes);
  if (pwrite(fd, &made, sizeof made, 0) != static_cast<ssize_t>(sizeof made)) {
    ::close(fd);
    return fail(Errc::internal, "no shared memory");
  }
  return open(fd);
}

Result<SharedMemory> SharedMemory::open(int fd) {
  SharedMemory memory;
  memory.fd_ = fd;
  struct stat info {};
  constexpr int needed = F_SEAL_SHRINK | F_SEAL_GROW;
  const int seals = fcntl(fd, F_GET_SEALS);
  if (fstat(fd, &info) != 0 || info.st_size != static_cast<off_t>(whole_bytes) || seals < 0 || (seals & needed) != needed)
    return fail(Errc::invalid, "is not the memory of a runner");
  void* mapped = mmap(nullptr, whole_bytes, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  if (mapped == MAP_FAILED) return fail(Errc::internal, std::string("cannot be mapped: ") + std::strerror(errno));
  memory.base_ = static_cast<char*>(mapped);
  const auto* control = reinterpret_cast<const Control*>(mapped);
  if (control->magic != magic || control->ring_bytes != ring_bytes) return fail(Errc::invalid, "is not the memory of a runner");
  return memory;
}

SharedMemory::SharedMemory(SharedMemory&& other) noexcept
    : fd_(std::exchange(other.fd_, -1)), base_(std::exchange(other.base_, nullptr)) {}

SharedMemory::~SharedMemory() {
  if (base_ != nullptr) munmap(base_, whole_bytes);
  if (fd_ >= 0) ::close(fd_);
}

RingWriter::RingWriter(const SharedMemory& memory, Direction direction)
    : control_(control_of(memory.base_, direction)), data_(data_of(memory.base_, direction)) {}

RingWriter::Put RingWriter::put(std::string_view frame) {
  {
    const std::lock_guard lock(mutex_);
    const std::uint64_t used = written_ - control_.read.load(std::memory_order_acquire);
    if (used > SharedMemory::ring_bytes) return Put::broken;  // it says it has read what was never written
    if (frame.size() > most_frame || padded(frame.size()) > SharedMemory::ring_bytes - used) return Put::full;
    const auto at = static_cast<std::size_t>(written_ & mask);
    const std::size_t first = std::min<std::size_t>(frame.size(), SharedMemory::ring_bytes - at);
    std::memcpy(data_ + at, frame.data(), first);
    std::memcpy(data_, frame.data() + first, frame.size() - first);
    written_ += padded(frame.size());
    // Ordered with `sleepers`: either the reader sees the frame before it sleeps, or we see the reader.
    control_.written.store(written_, std::memory_order_seq_cst);
  }
  if (control_.sleepers.load(std::memory_order_seq_cst) != 0) {
    control_.signal.fetch_add(1, std::memory_order_release);
    futex(control_.signal, FUTEX_WAKE, 1, nullptr);
  }
  return Put::done;
}

RingReader::RingReader(const SharedMemory& memory, Direction direction)
    : control_(control_of(memory.base_, direction)), data_(data_of(memory.base_, direction)) {}

RingReader::Got RingReader::try_take(Frame& frame) {
  bool more = false;
  {
    const std::lock_guard lock(mutex_);
    const std::uint64_t written = control_.written.load(std::memory_order_acquire);
    const std::uint64_t there = written - read_;
    if (there == 0) return Got::nothing;
    if (there > SharedMemory::ring_bytes || there < header_bytes) return Got::broken;
    const auto copy = [&](std::uint64_t from, char* to, std::size_t size) {
      const auto at = static_cast<std::size_t>(from & mask);
      const std::size_t first = std::min<std::size_t>(size, SharedMemory::ring_bytes - at);
      std::memcpy(to, data_ + at, first);
      std::memcpy(to + first, data_, size - first);
    };
    // Copied out before it is looked at: the other side could change it meanwhile.
    char raw[header_bytes];
    copy(read_, raw, sizeof raw);
    const auto header = read_header({raw, sizeof raw});
    if (!header || padded(header_bytes + header->size) > there) return Got::broken;
    frame.header = *header;
    frame.payload.resize(header->size);
    copy(read_ + header_bytes, frame.payload.data(), header->size);
    read_ += padded(header_bytes + header->size);
    control_.read.store(read_, std::memory_order_release);
    more = read_ != written;
  }
  if (more && control_.sleepers.load(std::memory_order_relaxed) != 0) {
    control_.signal.fetch_add(1, std::memory_order_release);
    futex(control_.signal, FUTEX_WAKE, 1, nullptr);
  }
  return Got::frame;
}

RingReader::Got RingReader::take(Frame& frame, int spin, std::chrono::milliseconds limit, std::uint32_t mark) {
  if (closed_.load(std::memory_order_acquire)) return Got::closed;
  for (int i = 0;; ++i) {
    if (const auto got = try_take(frame); got != Got::nothing) return got;
    if (i >= spin || control_.signal.load(std::memory_order_relaxed) != mark) break;
    for (int pause = 0; pause < 8; ++pause) relax();
  }
  control_.sleepers.fetch_add(1, std::memory_order_seq_cst);
  auto got = try_take(frame);
  if (got == Got::nothing && !closed_.load(std::memory_order_seq_cst)) {
    const timespec wait{limit.count() / 1000, static_cast<long>(limit.count() % 1000 * 1'000'000)};
    futex(control_.signal, FUTEX_WAIT, mark, &wait);
  }
  control_.sleepers.fetch_sub(1, std::memory_order_seq_cst);
  if (got == Got::nothing) got = try_take(frame);
  if (got == Got::nothing && closed_.load(std::memory_order_acquire)) return Got::closed;
  return got;
}

void RingReader::poke() {
  control_.signal.fetch_add(1, std::memory_order_release);
  futex(control_.signal, FUTEX_WAKE, INT_MAX, nullptr);
}

void RingReader::close() {
  closed_.store(true, std::memory_order_seq_cst);
  poke();
}

}  // namespace hotdesk::plugins::runner
