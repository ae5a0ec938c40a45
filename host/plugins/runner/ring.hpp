#pragma once
#include <atomic>
#include <chrono>
#include <cstdint>
#include <mutex>
#include <string_view>

#include "base/result.hpp"
#include "plugins/runner/wire.hpp"

namespace hotdesk::plugins::runner {

/// The memory that a host and its runner share: two rings of bytes, one each way. Its size is sealed, so neither side can
/// take pages away under the other.
class SharedMemory {
 public:
  static constexpr std::uint32_t ring_bytes = 256 * 1024;
  static Result<SharedMemory> make();
  /// Takes the descriptor over. Errc::invalid when it isn't one of ours.
  static Result<SharedMemory> open(int fd);
  SharedMemory(SharedMemory&& other) noexcept;
  SharedMemory& operator=(SharedMemory&&) = delete;
  ~SharedMemory();
  int fd() const noexcept { return fd_; }

 private:
  friend class RingWriter;
  friend class RingReader;
  SharedMemory() = default;
  int fd_ = -1;
  char* base_ = nullptr;
};

enum class Direction : std::uint8_t { to_runner, to_host };

/// The control words of one ring, each side's in a cache line of its own. Counters of bytes only grow.
struct RingControl {
  alignas(64) std::atomic<std::uint64_t> written;
  alignas(64) std::atomic<std::uint64_t> read;
  alignas(64) std::atomic<std::uint32_t> signal;    ///< futex: bumped when something was written while a reader slept
  std::atomic<std::uint32_t> sleepers;
};

/// The writing end. Trusts nothing that the other side writes: a counter out of range ends it. Thread: any.
class RingWriter {
 public:
  /// A larger frame (header and all) goes over the socket.
  static constexpr std::size_t most_frame = SharedMemory::ring_bytes / 2;
  enum class Put : std::uint8_t { done, full, broken };
  RingWriter(const SharedMemory& memory, Direction direction);
  Put put(std::string_view frame);

 private:
  RingControl& control_;
  char* const data_;
  std::mutex mutex_;
  std::uint64_t written_ = 0;
};

/// The reading end. Several threads may read: each frame goes to one of them. Thread: any.
class RingReader {
 public:
  enum class Got : std::uint8_t { frame, nothing, broken, closed };
  RingReader(const SharedMemory& memory, Direction direction);
  /// Takes the next frame if there is one.
  Got try_take(Frame& frame);
  /// Waits for one: spins for `spin` rounds, then sleeps. `nothing` after `limit`, or when woken for no reason.
  Got take(Frame& frame, int spin, std::chrono::milliseconds limit) { return take(frame, spin, limit, mark()); }
  /// Who also waits for something else takes the mark first, then looks for it: a poke() in between isn't lost.
  Got take(Frame& frame, int spin, std::chrono::milliseconds limit, std::uint32_t mark);
  std::uint32_t mark() const noexcept { return control_.signal.load(std::memory_order_acquire); }
  /// Wakes all waiting readers; they get `nothing`.
  void poke();
  /// Wakes all waiting readers, for good: they get `closed`.
  void close();

 private:
  RingControl& control_;
  const char* const data_;
  std::mutex mutex_;
  std::uint64_t read_ = 0;
  std::atomic<bool> closed_{false};
};

}  // namespace hotdesk::plugins::runner
