#pragma once
#include <cstdint>
#include <string_view>

#include "base/id.hpp"

namespace hotdesk::plugins {

/// FNV-1a continued over more bytes.
constexpr std::uint64_t hash_more(std::uint64_t hash, std::uint8_t byte) noexcept { return (hash ^ byte) * 0x100000001B3ULL; }

/// The part of the hash that is the same for all visitors of a tenant, computed once per snapshot.
constexpr std::uint64_t canary_seed(std::string_view salt, const Uuid& tenant) noexcept {
  std::uint64_t hash = 0xCBF29CE484222325ULL;
  for (const char c : salt) hash = hash_more(hash, static_cast<std::uint8_t>(c));
  hash = hash_more(hash, 0);  // so that salt and tenant cannot be confused
  for (const std::uint8_t byte : tenant.bytes()) hash = hash_more(hash, byte);
  return hash;
}

/// The visitor's bucket, 0..9999: the same on every node, build and machine, for ever.
constexpr std::uint32_t canary_bucket(std::uint64_t seed, const Uuid& visitor) noexcept {
  std::uint64_t hash = seed;
  for (const std::uint8_t byte : visitor.bytes()) hash = hash_more(hash, byte);
  // FNV's low bits are weak: finish as SplitMix64 does.
  hash = (hash ^ (hash >> 30)) * 0xBF58476D1CE4E5B9ULL;
  hash = (hash ^ (hash >> 27)) * 0x94D049BB133111EBULL;
  return static_cast<std::uint32_t>((hash ^ (hash >> 31)) % 10'000);
}

/// `percent` in hundredths. Whoever is chosen at some percentage is chosen at every higher one.
constexpr bool selects_candidate(std::uint32_t bucket, std::uint32_t percent) noexcept { return bucket < percent; }

static_assert(!selects_candidate(0, 0) && selects_candidate(9'999, 10'000));

}  // namespace hotdesk::plugins
