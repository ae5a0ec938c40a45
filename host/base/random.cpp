#include "base/random.hpp"

#include <pthread.h>
#include <sys/random.h>

#include <array>
#include <cstdlib>
#include <cstring>

namespace hotdesk {
namespace {

void fill(void* out, std::size_t size) {
  auto* at = static_cast<unsigned char*>(out);
  while (size > 0) {
    const ssize_t got = ::getrandom(at, size, 0);
    if (got < 0) continue;  // EINTR only: the pool is initialised long before a server starts
    at += got;
    size -= static_cast<std::size_t>(got);
  }
}

/// One system call serves 16 UUIDs.
struct Buffer {
  std::array<unsigned char, 256> bytes{};
  std::size_t used = sizeof(bytes);
};

}  // namespace

void random_bytes(void* out, std::size_t size) {
  thread_local Buffer buffer;
  if (size > buffer.bytes.size()) return fill(out, size);
  if (buffer.used + size > buffer.bytes.size()) {
    fill(buffer.bytes.data(), buffer.bytes.size());
    buffer.used = 0;
  }
  std::memcpy(out, buffer.bytes.data() + buffer.used, size);
  std::memset(buffer.bytes.data() + buffer.used, 0, size);  // what was given out stays nowhere else
  buffer.used += size;
}

std::string random_string(std::size_t size) {
  std::string out(size, '\0');
  random_bytes(out.data(), out.size());
  return out;
}

std::uint64_t random_below(std::uint64_t bound) {
  // Rejection keeps it uniform: values from the last, incomplete run of `bound` are thrown away.
  const std::uint64_t limit = UINT64_MAX - UINT64_MAX % bound;
  std::uint64_t value = 0;
  do random_bytes(&value, sizeof value);
  while (value >= limit);
  return value % bound;
}

}  // namespace hotdesk
