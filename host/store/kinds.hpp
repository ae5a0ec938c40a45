#pragma once
#include <cstdint>
#include <string_view>

namespace hotdesk::store {

/// Kinds of entries as stored. Numbers never change.
enum class Kind : std::uint8_t {
  text = 1, file = 2, recall = 3, card = 4, note = 5,
  opened = 20, assigned = 21, transferred = 22, closed = 23, reopened = 24, rated = 25, system = 26,
  read = 40, delivered = 41, mention = 42, invited = 43, feeds = 44,
  q_waiting = 60, q_taken = 61, q_assigned = 62, q_closed = 63, q_missed = 64,
};

/// The wire's name. A q: entry shares names with the timeline: the feed tells them apart.
constexpr std::string_view to_string(Kind kind) noexcept {
  switch (kind) {
    case Kind::text: return "text";
    case Kind::file: return "file";
    case Kind::recall: return "recall";
    case Kind::card: return "card";
    case Kind::note: return "note";
    case Kind::opened: return "opened";
    case Kind::assigned: case Kind::q_assigned: return "assigned";
    case Kind::transferred: return "transferred";
    case Kind::closed: case Kind::q_closed: return "closed";
    case Kind::reopened: return "reopened";
    case Kind::rated: return "rated";
    case Kind::system: return "system";
    case Kind::read: return "read";
    case Kind::delivered: return "delivered";
    case Kind::mention: return "mention";
    case Kind::invited: return "invited";
    case Kind::feeds: return "feeds";
    case Kind::q_waiting: return "waiting";
    case Kind::q_taken: return "taken";
    case Kind::q_missed: return "missed";
  }
  return "system";
}

/// Written by somebody, named by a mid.
constexpr bool is_message(Kind kind) noexcept { return kind <= Kind::note; }

/// Whose body has a `note` that is for staff alone.
constexpr bool bears_note(Kind kind) noexcept { return kind == Kind::transferred || kind == Kind::system; }

/// Owners of feeds.
enum class FeedKind : std::uint8_t { visitor = 0, account = 1, department = 2 };
enum class MemberKind : std::uint8_t { visitor = 0, assignee = 1, invited = 2 };

}  // namespace hotdesk::store
