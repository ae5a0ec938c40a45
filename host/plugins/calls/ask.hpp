#pragma once
#include <cstdint>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "base/id.hpp"
#include "hotdesk/plugin/types.h"

namespace hotdesk::plugins {

/// What a plugin's method is asked and what it answered, in the host's own form: owned, free of pointers, and so able to
/// outlive the caller, change the thread and cross into a runner. One struct for each extension's method; the numbers of
/// the ABI's enums are kept as they are.

using Attributes = std::vector<std::pair<std::string, std::string>>;

/// hotdesk.filter/1 inspect
struct FilterAsk {
  std::int32_t role = 0;
  std::int32_t direction = 0;
  std::int32_t kind = 0;
  std::uint32_t flags = 0;
  Uuid conversation;
  Uuid visitor;
  std::string text;
  std::string language;
  std::string file_hash;
  std::string file_type;
  std::uint64_t file_bytes = 0;
};
struct FilterReply {
  std::int32_t verdict = 0;
  std::string text;
  std::string reason;
};

/// hotdesk.router/1 route
struct RouteAsk {
  struct Agent {
    Uuid id;
    std::string name;
    std::string username;
    std::uint32_t open = 0;
    std::uint32_t capacity = 0;
    std::int64_t last_assigned_at = 0;
    std::vector<Uuid> departments;
  };
  struct Department {
    Uuid id;
    std::string name;
  };
  Uuid conversation;
  Uuid visitor;
  Uuid department;
  Uuid last_agent;  ///< nil: nobody
  std::int32_t priority = 0;
  std::int64_t waiting_since = 0;
  std::int64_t now = 0;
  std::vector<std::string> labels;
  std::vector<Agent> available;
  std::string channel;
  std::string language;
  Attributes attributes;
  std::vector<Department> departments;
};
struct RouteReply {
  std::int32_t target = 0;
  Uuid agent;
  Uuid department;
  std::string reason;
  std::uint32_t again_ms = 0;
};

/// hotdesk.responder/1 reply
struct TurnAsk {
  Uuid conversation;
  Uuid visitor;
  std::int64_t seq = 0;
  std::string text;
  std::string language;
};
struct Citation {
  Uuid article;
  std::string title;
  std::string url;
};
struct TurnReply {
  std::int32_t end = 0;
  std::string text;  ///< all chunks together
  std::string reason;
  double confidence = -1;
  std::vector<Citation> citations;
};

/// hotdesk.gray/1 assign
struct GrayAsk {
  std::string component;
  std::string stable;
  std::string candidate;
  std::uint32_t percent = 0;  ///< hundredths
  Uuid visitor;
  Attributes attributes;
  std::int64_t now = 0;
};
struct GrayReply {
  std::uint32_t bucket = 0;
};

/// hotdesk.events/1 on_event
struct EventAsk {
  std::int32_t type = 0;
  Uuid conversation;
  Uuid visitor;
  Uuid agent;
  std::int64_t at = 0;
  std::int32_t score = 0;
};
struct EventReply {};

/// The index is the method's number, also on a runner's wire.
using Ask = std::variant<FilterAsk, RouteAsk, TurnAsk, GrayAsk, EventAsk>;
using Reply = std::variant<FilterReply, RouteReply, TurnReply, GrayReply, EventReply>;
enum class Method : std::uint8_t { inspect, route, reply, assign, on_event };
inline constexpr std::size_t methods = 5;
inline Method method_of(const Ask& ask) noexcept { return static_cast<Method>(ask.index()); }

/// How a call ended. `reply` counts with HOTDESK_OK alone and is then of the ask's method, checked: clean UTF-8, within the
/// ABI's bounds.
struct Outcome {
  hotdesk_result code = HOTDESK_E_INTERNAL;
  Reply reply;
  std::string failed_path;  ///< what `fail` said
  std::string failed_text;
};

}  // namespace hotdesk::plugins
