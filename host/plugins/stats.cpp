#include "plugins/stats.hpp"

#include <algorithm>
#include <bit>
#include <cmath>

namespace hotdesk::plugins {

Summary& Summary::operator+=(const Summary& other) noexcept {
  calls += other.calls;
  errors += other.errors;
  refused += other.refused;
  rewritten += other.rewritten;
  timeouts += other.timeouts;
  crashes += other.crashes;
  shadow_calls += other.shadow_calls;
  shadow_errors += other.shadow_errors;
  shadow_differences += other.shadow_differences;
  for (std::size_t i = 0; i < buckets; ++i) times[i] += other.times[i];
  return *this;
}

std::size_t Summary::bucket_of(std::uint64_t ticks) noexcept {
  if (ticks < 4) return static_cast<std::size_t>(ticks);
  const auto power = static_cast<std::size_t>(std::bit_width(ticks)) - 1;  // ≥ 2
  const auto step = static_cast<std::size_t>(ticks >> (power - 2)) & 3;
  return std::min(buckets - 1, (power - 1) * 4 + step);
}

double Summary::middle_of(std::size_t bucket) noexcept {
  if (bucket < 4) return static_cast<double>(bucket);
  const auto power = static_cast<int>(bucket / 4 + 1);
  return std::ldexp(4.5 + static_cast<double>(bucket % 4), power - 2);
}

double Summary::percentile(double share) const noexcept {
  std::uint64_t all = 0;
  for (const auto count : times) all += count;
  if (all == 0) return 0;
  const auto wanted = static_cast<std::uint64_t>(std::ceil(share * static_cast<double>(all)));
  std::uint64_t seen = 0;
  for (std::size_t i = 0; i < buckets; ++i)
    if ((seen += times[i]) >= wanted) return middle_of(i);
  return middle_of(buckets - 1);
}

Stats::~Stats() {
  for (auto& block : blocks_) delete block.load(std::memory_order_relaxed);
}

Stats::Block& Stats::block_of(std::uint32_t thread) noexcept {
  auto& slot = blocks_[std::min<std::size_t>(thread, own_blocks)];
  Block* block = slot.load(std::memory_order_acquire);
  if (block != nullptr) [[likely]] return *block;
  auto* made = new Block;
  if (slot.compare_exchange_strong(block, made, std::memory_order_acq_rel)) return *made;
  delete made;
  return *block;
}

void Stats::record(std::uint32_t thread, std::uint64_t ticks, CallEnd end) noexcept {
  Block& block = block_of(thread);
  const bool shared = thread >= own_blocks;
  const auto add = [shared](auto& counter) {
    if (shared) counter.fetch_add(1, std::memory_order_relaxed);
    else counter.store(counter.load(std::memory_order_relaxed) + 1, std::memory_order_relaxed);
  };
  add(block.calls);
  add(block.times[Summary::bucket_of(ticks)]);
  switch (end) {
    case CallEnd::plain: break;
    case CallEnd::error: add(block.errors); break;
    case CallEnd::refused: add(block.refused); break;
    case CallEnd::rewritten: add(block.rewritten); break;
  }
}

Summary Stats::summary() const noexcept {
  Summary sum;
  for (const auto& slot : blocks_) {
    const Block* block = slot.load(std::memory_order_acquire);
    if (block == nullptr) continue;
    sum.calls += block->calls.load(std::memory_order_relaxed);
    sum.errors += block->errors.load(std::memory_order_relaxed);
    sum.refused += block->refused.load(std::memory_order_relaxed);
    sum.rewritten += block->rewritten.load(std::memory_order_relaxed);
    for (std::size_t i = 0; i < Summary::buckets; ++i) sum.times[i] += block->times[i].load(std::memory_order_relaxed);
  }
  sum.timeouts = timeouts_.load(std::memory_order_relaxed);
  sum.crashes = crashes_.load(std::memory_order_relaxed);
  sum.shadow_calls = shadow_calls_.load(std::memory_order_relaxed);
  sum.shadow_errors = shadow_errors_.load(std::memory_order_relaxed);
  sum.shadow_differences = shadow_differences_.load(std::memory_order_relaxed);
  return sum;
}

}  // namespace hotdesk::plugins
