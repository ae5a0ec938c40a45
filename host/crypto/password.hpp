#pragma once
#include <cstddef>
#include <string>
#include <string_view>

namespace hotdesk::crypto {

/// What one Argon2id computation costs. The default (2 passes over 64 MiB) takes about 55 ms of a core; RFC 9106's second
/// recommendation and libsodium's "interactive". Tests use less.
struct PasswordCost {
  unsigned long long passes = 2;
  std::size_t memory = 64u << 20;  ///< bytes, at least 8192
};

/// `$argon2id$v=19$…` with its own random salt. Blocks and takes `memory`: a pool thread behind a semaphore, never a loop.
/// Aborts when the memory cannot be had. Thread: any.
std::string hash_password(std::string_view password, PasswordCost cost = {});
/// Whether `hash` was made of `password`; false for anything that is no Argon2 string. Blocks like hash_password().
bool verify_password(std::string_view hash, std::string_view password);
/// Whether the hash was made with another cost than this and should be made anew at the next log-in.
bool needs_rehash(const std::string& hash, PasswordCost cost = {});

}  // namespace hotdesk::crypto
