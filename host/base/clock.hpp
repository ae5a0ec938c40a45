#pragma once
#include <atomic>
#include <cstdint>

namespace hotdesk {

/// Time as a parameter: what depends on time takes a Clock, so that a test says "29 s later" and never sleeps.
class Clock {
 public:
  virtual ~Clock() = default;
  /// Wall clock, UTC milliseconds since 1970. May step; for display and for expiries that outlive a process.
  virtual std::int64_t now_ms() const noexcept = 0;
  /// Monotonic milliseconds from an arbitrary origin; for time-outs and rates.
  virtual std::int64_t steady_ms() const noexcept = 0;
};

/// The system's clocks. Thread: any.
class SystemClock final : public Clock {
 public:
  std::int64_t now_ms() const noexcept override;
  std::int64_t steady_ms() const noexcept override;
};

/// A clock that moves only when told. Thread: any.
class FakeClock final : public Clock {
 public:
  explicit FakeClock(std::int64_t start_ms = 1'700'000'000'000) : now_(start_ms) {}
  std::int64_t now_ms() const noexcept override { return now_.load(); }
  std::int64_t steady_ms() const noexcept override { return steady_.load(); }
  void advance(std::int64_t ms) noexcept {
    now_ += ms;
    steady_ += ms;
  }
  /// Moves the wall clock alone, as an administrator or NTP does.
  void step(std::int64_t ms) noexcept { now_ += ms; }

 private:
  std::atomic<std::int64_t> now_;
  std::atomic<std::int64_t> steady_{0};
};

}  // namespace hotdesk
