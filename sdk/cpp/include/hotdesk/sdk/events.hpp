#pragma once
#include <cstdint>

#include "hotdesk/plugin/events.h"
#include "hotdesk/sdk/ids.hpp"

namespace hotdesk::sdk {

/// What happened to a conversation. Lives until on_event() returns.
class Event {
 public:
  Event(const hotdesk_event& raw, hotdesk_call call) noexcept : raw_(raw), call_(call) {}
  /// HOTDESK_EVENT_*; ignore an unknown one.
  std::int32_t type() const noexcept { return raw_.type; }
  const hotdesk_id& conversation() const noexcept { return raw_.conversation; }
  const hotdesk_id& visitor() const noexcept { return raw_.visitor; }
  const hotdesk_id& agent() const noexcept { return raw_.agent; }
  std::int64_t at() const noexcept { return raw_.at; }
  /// Of HOTDESK_EVENT_RATED: 1..5.
  std::int32_t score() const noexcept { return raw_.score; }
  hotdesk_call call() const noexcept { return call_; }

 private:
  const hotdesk_event& raw_;
  hotdesk_call call_;
};

/// Mixin: is told of conversations, after the fact, at least once each.
class Events {
 public:
  virtual ~Events() = default;
  /// In a conversation's order; for different ones by many threads at once.
  virtual void on_event(const Event& event) = 0;
};

}  // namespace hotdesk::sdk
