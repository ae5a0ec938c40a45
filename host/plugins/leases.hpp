#pragma once
#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>

namespace hotdesk::plugins {

/// How many suspended calls hold an instance. A count for each thread, one cache line each; a lease may be given back on
/// another thread than took it. `none()` is exact once no new lease can be taken (the instance is in no snapshot any more and
/// all readers have left the old ones): from then on the sum only falls. Thread: any.
class Leases {
 public:
  void take(std::uint32_t thread) noexcept { slot(thread).fetch_add(1, std::memory_order_acq_rel); }
  void give_back(std::uint32_t thread) noexcept { slot(thread).fetch_sub(1, std::memory_order_acq_rel); }
  bool none() const noexcept {
    std::int64_t sum = 0;
    for (const auto& one : counts_) sum += one.value.load(std::memory_order_acquire);
    return sum == 0;
  }

 private:
  struct alignas(64) Count {
    std::atomic<std::int64_t> value{0};
  };
  std::atomic<std::int64_t>& slot(std::uint32_t thread) noexcept { return counts_[thread % counts_.size()].value; }
  std::array<Count, 8> counts_;
};

}  // namespace hotdesk::plugins
