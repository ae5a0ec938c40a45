#pragma once
#include <cstddef>
#include <cstdint>
#include <string>

namespace hotdesk {

/// Cryptographically strong bytes from the kernel (getrandom, buffered per thread). Never fails after boot. Thread: any.
void random_bytes(void* out, std::size_t size);
/// `size` random bytes as a binary string.
std::string random_string(std::size_t size);
/// Uniform in [0, bound), bound > 0; for jitter and choices.
std::uint64_t random_below(std::uint64_t bound);

}  // namespace hotdesk
