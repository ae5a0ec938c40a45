#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/id.hpp"
#include "tenants/role.hpp"

namespace hotdesk::conversations {

enum class Status : std::uint8_t { bot, waiting, open, snoozed, closed };

constexpr std::string_view to_string(Status status) noexcept {
  switch (status) {
    case Status::bot: return "bot";
    case Status::waiting: return "waiting";
    case Status::open: return "open";
    case Status::snoozed: return "snoozed";
    case Status::closed: return "closed";
  }
  return "closed";
}

/// Who wrote or did something; `from` and `by` on the wire.
struct Actor {
  tenants::Role role = tenants::Role::system;
  Uuid id;  ///< nil for the system
  std::string name;
};

/// The newest text a list shows.
struct Last {
  std::int64_t seq = 0;
  Actor from;
  std::string kind;
  std::string text;  ///< empty when the kind has none
  std::int64_t ts = 0;
};

struct Conversation {
  Uuid id;
  Uuid tenant;
  Uuid site;
  Status status = Status::waiting;
  Uuid visitor;
  std::string visitor_name;
  std::optional<Uuid> assignee;
  std::string assignee_name;
  Uuid department;
  std::string department_name;
  std::vector<std::string> labels;
  int priority = 0;
  std::int64_t seq = 0;   ///< last sequence given
  std::int64_t read = 0;  ///< the asking user's own mark
  std::optional<Last> last;
  std::optional<int> rating;
  bool closed_by_visitor = false;
  std::int64_t opened_at = 0;
  std::int64_t updated_at = 0;
  std::int64_t closed_at = 0;
};

/// One entry as a client sees it: of a feed (then cur and prev are set) or of a conversation's page.
struct Entry {
  std::int64_t cur = 0;
  std::int64_t prev = 0;
  Uuid conversation;
  std::int64_t seq = 0;  ///< 0: the kind takes none
  std::string kind;
  Actor from;
  std::optional<Uuid> mid;
  std::optional<Uuid> reply;
  bool recalled = false;
  std::string body;  ///< JSON object
  std::int64_t ts = 0;
};

}  // namespace hotdesk::conversations
