#include "flood.hpp"

#include <algorithm>
#include <cstring>

namespace filtering {
namespace {

std::uint64_t mix(std::uint64_t hash, std::uint64_t value) {
  hash = (hash ^ value) * 0x9E3779B97F4A7C15ULL;
  return hash ^ (hash >> 29);
}

}  // namespace

Flood::Flood(const Limits& limits) : limits_(limits) {
  if (is_on()) shards_ = std::make_unique<std::array<Shard, shards>>();
}

std::uint64_t Flood::hash(const std::vector<char32_t>& text) noexcept {
  std::uint64_t hash = text.size() + 1;
  for (const char32_t c : text) hash = mix(hash, c);
  return hash;
}

Flood::Visitor& Flood::find(Shard& shard, std::size_t set, const hotdesk_id& id, std::int64_t now) const {
  Visitor* oldest = &shard.visitors[set * ways];
  for (std::size_t i = set * ways; i < (set + 1) * ways; ++i) {
    Visitor& one = shard.visitors[i];
    if (std::memcmp(one.id.bytes, id.bytes, sizeof id.bytes) == 0) return one;
    if (one.heard < oldest->heard) oldest = &one;
  }
  *oldest = Visitor{};
  oldest->id = id;
  oldest->begun = now;
  return *oldest;
}

Flood::Verdict Flood::add(const hotdesk_id& visitor, std::uint64_t text_hash, std::int64_t now) {
  if (!is_on()) return Verdict::fine;
  std::uint64_t low = 0;
  std::uint64_t high = 0;
  std::memcpy(&low, visitor.bytes, 8);
  std::memcpy(&high, visitor.bytes + 8, 8);
  const std::uint64_t place = mix(mix(1, low), high);
  Shard& shard = (*shards_)[place % shards];
  const std::lock_guard lock(shard.mutex);
  Visitor& one = find(shard, place / shards % sets, visitor, now);
  const std::int64_t passed = now - one.begun;
  if (passed >= limits_.window_ms) {
    one.before = passed < 2 * limits_.window_ms ? one.count : 0;
    one.begun = one.before != 0 ? one.begun + limits_.window_ms : now;
    one.count = 0;
    one.seen = {};
  }
  one.heard = now;
  ++one.count;

  // A sliding window out of two counts: the earlier one weighs as much of it as is still in view.
  const double share = 1.0 - static_cast<double>(now - one.begun) / static_cast<double>(limits_.window_ms);
  const double in_view = one.count + one.before * std::max(share, 0.0);
  if (limits_.messages != 0 && in_view > limits_.messages) return Verdict::too_many;
  if (limits_.same == 0) return Verdict::fine;
  Seen* same = nullptr;
  for (auto& seen : one.seen)
    if (seen.count != 0 && seen.hash == text_hash) same = &seen;
  if (same == nullptr) {
    same = &*std::min_element(one.seen.begin(), one.seen.end(), [](const Seen& a, const Seen& b) { return a.count < b.count; });
    *same = {text_hash, 0};
  }
  return ++same->count > limits_.same ? Verdict::repeated : Verdict::fine;
}

}  // namespace filtering
