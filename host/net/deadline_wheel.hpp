#pragma once
#include <array>
#include <cstddef>
#include <cstdint>

namespace hotdesk::net {

/// Something that may be late. Costs its owner no timer and no allocation: it hangs in a list of its loop's wheel.
class Deadline {
 public:
  Deadline() = default;
  Deadline(const Deadline&) = delete;
  Deadline& operator=(const Deadline&) = delete;

 protected:
  /// Disarms itself.
  virtual ~Deadline() { unlink(); }
  /// The time has passed; called once per arming, by the wheel's tick. May re-arm or destroy its object.
  virtual void on_deadline() = 0;

 private:
  friend class DeadlineWheel;
  void unlink() noexcept;
  Deadline* previous_ = nullptr;
  Deadline* next_ = nullptr;
  std::uint32_t due_ = 0;
};

/// One second a slot. Arming and disarming are a few pointer writes; a tick looks only at what is due (or due in a
/// later round of the wheel). Thread: its loop.
class DeadlineWheel {
 public:
  DeadlineWheel();
  /// Forgets what is still armed.
  ~DeadlineWheel();
  /// Fires after at least `seconds` and less than `seconds` + 2; replaces an earlier arming.
  void arm(Deadline& deadline, int seconds) noexcept;
  static void disarm(Deadline& deadline) noexcept { deadline.unlink(); }
  /// Called by the loop once a second, by tests whenever they like.
  void tick();

 private:
  struct Anchor final : Deadline {
    void on_deadline() override {}
  };
  static constexpr std::size_t slots = 64;
  std::array<Anchor, slots> wheel_;
  std::uint32_t now_ = 0;
};

}  // namespace hotdesk::net
