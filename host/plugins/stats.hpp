#pragma once
#include <array>
#include <atomic>
#include <cstdint>

namespace hotdesk::plugins {

enum class CallEnd : std::uint8_t { plain, error, refused, rewritten };

/// Numbers of finished calls. Times are counted in 4 steps a power of two (at most 25 % wide).
struct Summary {
  static constexpr std::size_t buckets = 160;
  std::uint64_t calls = 0;
  std::uint64_t errors = 0;
  std::uint64_t refused = 0;
  std::uint64_t rewritten = 0;
  std::uint64_t timeouts = 0;
  std::uint64_t crashes = 0;
  std::uint64_t shadow_calls = 0;
  std::uint64_t shadow_errors = 0;
  std::uint64_t shadow_differences = 0;
  std::array<std::uint64_t, buckets> times{};

  Summary& operator+=(const Summary& other) noexcept;
  /// The time in ticks below which `share` (0..1) of the calls stayed; 0 without calls.
  double percentile(double share) const noexcept;
  static std::size_t bucket_of(std::uint64_t ticks) noexcept;
  static double middle_of(std::size_t bucket) noexcept;
};

/// Counters of one instance. Each thread writes a block of its own, so counting costs plain stores. Thread: any.
class Stats {
 public:
  Stats() = default;
  ~Stats();
  Stats(const Stats&) = delete;
  Stats& operator=(const Stats&) = delete;

  /// `thread` is ThreadRecord::index.
  void record(std::uint32_t thread, std::uint64_t ticks, CallEnd end) noexcept;
  // Rare ends, beside record().
  void count_timeout() noexcept { timeouts_.fetch_add(1, std::memory_order_relaxed); }
  void count_crash() noexcept { crashes_.fetch_add(1, std::memory_order_relaxed); }
  void count_shadow(bool error, bool difference) noexcept {
    shadow_calls_.fetch_add(1, std::memory_order_relaxed);
    if (error) shadow_errors_.fetch_add(1, std::memory_order_relaxed);
    if (difference) shadow_differences_.fetch_add(1, std::memory_order_relaxed);
  }
  Summary summary() const noexcept;

 private:
  static constexpr std::size_t own_blocks = 63;  ///< threads beyond share the last one
  struct alignas(64) Block {
    std::atomic<std::uint64_t> calls{0}, errors{0}, refused{0}, rewritten{0};
    std::array<std::atomic<std::uint64_t>, Summary::buckets> times{};
  };
  Block& block_of(std::uint32_t thread) noexcept;
  std::array<std::atomic<Block*>, own_blocks + 1> blocks_{};
  std::atomic<std::uint64_t> timeouts_{0}, crashes_{0}, shadow_calls_{0}, shadow_errors_{0}, shadow_differences_{0};
};

}  // namespace hotdesk::plugins
