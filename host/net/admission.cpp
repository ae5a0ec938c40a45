#include "net/admission.hpp"

#include <algorithm>
#include <cstring>

#include "base/random.hpp"

namespace hotdesk::net {

namespace {
/// Over a limit by this much nobody is even told.
std::size_t hard(std::size_t limit) { return limit + std::max<std::size_t>(64, limit / 8); }
}  // namespace

std::size_t Admission::Hash::operator()(const AddressBytes& address) const noexcept {
  // Seeded: whoever has many addresses must not be able to choose colliding ones.
  static const std::uint64_t seed = random_below(~std::uint64_t{0});
  std::uint64_t high = 0;
  std::uint64_t low = 0;
  std::memcpy(&high, address.data(), 8);
  std::memcpy(&low, address.data() + 8, 8);
  std::uint64_t mixed = (high ^ seed) * 0x9E3779B97F4A7C15ULL;
  mixed = (mixed ^ (mixed >> 32) ^ low) * 0xC2B2AE3D27D4EB4FULL;
  return static_cast<std::size_t>(mixed ^ (mixed >> 29));
}

Admission::Admission(const ServerLimits& limits) : limits_(limits) {
  for (const auto& text : limits.exempt_addresses)
    if (const auto range = AddressRange::parse(text)) exempt_.push_back(*range);
}

bool Admission::is_exempt(const AddressBytes& address) const noexcept {
  return std::any_of(exempt_.begin(), exempt_.end(), [&](const AddressRange& range) { return range.contains(address); });
}

Verdict Admission::admit(const AddressBytes& address, std::int64_t now_ms, bool& exempt) {
  exempt = is_exempt(address);
  const std::lock_guard lock(mutex_);
  if (connections_ >= hard(limits_.connections)) return Verdict::drop;
  Verdict verdict = connections_ >= limits_.connections ? Verdict::busy : Verdict::welcome;
  if (entries_.size() >= forget_at_) forget_idle(now_ms);
  Entry& entry = entries_.try_emplace(limit_key(address), Entry{0, 0, limits_.accepts_per_address_burst, now_ms}).first->second;
  if (!exempt) {
    const double elapsed_s = static_cast<double>(now_ms - entry.filled_ms) / 1000;
    entry.tokens = std::min(limits_.accepts_per_address_burst, entry.tokens + elapsed_s * limits_.accepts_per_address);
    entry.filled_ms = now_ms;
    // In debt up to a tenth of the burst an answer is still given.
    if (entry.connections >= hard(limits_.connections_per_address) || entry.tokens < 1 - limits_.accepts_per_address_burst / 10)
      return Verdict::drop;
    if (entry.connections >= limits_.connections_per_address || entry.tokens < 1) verdict = Verdict::too_many;
    entry.tokens -= 1;
  }
  ++entry.connections;
  ++connections_;
  return verdict;
}

void Admission::release(const AddressBytes& address) {
  const std::lock_guard lock(mutex_);
  const auto found = entries_.find(limit_key(address));
  if (found != entries_.end() && found->second.connections > 0) --found->second.connections;
  if (connections_ > 0) --connections_;
}

bool Admission::begin_handshake(const AddressBytes& address, bool exempt) {
  if (exempt) return true;
  const std::lock_guard lock(mutex_);
  Entry& entry = entries_[limit_key(address)];
  if (entry.handshakes >= std::max<std::size_t>(8, limits_.handshakes / 4)) return false;
  ++entry.handshakes;
  return true;
}

void Admission::end_handshake(const AddressBytes& address, bool exempt) {
  if (exempt) return;
  const std::lock_guard lock(mutex_);
  const auto found = entries_.find(limit_key(address));
  if (found != entries_.end() && found->second.handshakes > 0) --found->second.handshakes;
}

std::size_t Admission::connections() const {
  const std::lock_guard lock(mutex_);
  return connections_;
}

void Admission::forget_idle(std::int64_t now_ms) {
  const double refill_s = limits_.accepts_per_address_burst / std::max(limits_.accepts_per_address, 0.001);
  std::erase_if(entries_, [&](const auto& item) {
    return item.second.connections == 0 && item.second.handshakes == 0 &&
           static_cast<double>(now_ms - item.second.filled_ms) > refill_s * 1100;
  });
  // Amortised: the next sweep when the table has doubled.
  forget_at_ = std::max<std::size_t>(1024, entries_.size() * 2);
}

}  // namespace hotdesk::net
