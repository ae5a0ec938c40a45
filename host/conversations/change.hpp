#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "base/id.hpp"
#include "conversations/model.hpp"
#include "visitors/model.hpp"

namespace hotdesk::conversations {

/// A message of `kind` text, card, note or recall. For a recall, `body` is {"mid": …} and `target` that mid.
struct Message {
  Uuid mid;
  std::string kind;
  std::string body;  ///< JSON object, after the filters; stored sealed
  std::optional<Uuid> reply;
  std::optional<Uuid> after;   ///< must already be committed in this conversation, else Outcome::order
  std::string mac;             ///< keyed MAC of the client's own (kind, body, reply), 16 bytes: judges mid reuse
  std::string filters;         ///< "plugin@version" of every filter that saw it, comma separated
  std::optional<Uuid> target;  ///< recall only
  /// From a visitor: what makes user, head and conversation rows when this is the first message.
  std::optional<visitors::Visitor> opening;
  std::optional<Uuid> department;  ///< with opening: where the conversation starts
  bool bot = false;  ///< from a visitor: what this message opens or reopens (unless an agent had it) begins with a bot
  /// From a bot: the `seq` of the visitor's message that it answers; 0: of none. Applies only while the conversation is with a
  /// bot, else Outcome::conflict.
  std::int64_t answers = 0;
};
/// To an agent. `expected`: the change applies only while the conversation has this status, else Outcome::conflict.
struct Assigned {
  std::optional<Uuid> assignee;  ///< none: back to the department's waiting list
  std::string assignee_name;
  std::optional<Uuid> department;
  std::optional<Status> expected;
  bool taken = false;  ///< the agent took it: `taken` instead of `assigned` in the department's feed
};
struct Transferred {
  std::optional<Uuid> assignee;
  std::string assignee_name;
  std::optional<Uuid> department;
  std::string note;  ///< stored as the body's `note`; visitors never see it
};
struct Closed {
  std::string reason;
};
struct Reopened {};
struct Rated {
  int score = 0;  ///< 1..5
  std::string comment;
};
struct Labeled {
  std::vector<std::string> add;
  std::vector<std::string> remove;
};
struct Read {
  std::int64_t seq = 0;  ///< clamped to the last seq; a mark never goes back
};
/// One device (of the actor) has received its feed `u` up to `cur`: becomes `delivered` entries for the other members of
/// the conversations whose messages lie in between. The conversation of the Change is ignored.
struct Delivered {
  Uuid device;
  std::int64_t cur = 0;
};

/// A bot passes its conversation on to people; else Outcome::conflict. `seq`: the visitor's message that led to it.
struct HandedOver {
  std::int64_t seq = 0;
  std::string component;  ///< the plugin; empty: the host itself
  std::string reason;     ///< for staff, stored as the body's `note`
};
/// A waiting conversation is given to a bot; else Outcome::conflict.
struct GivenToBot {};
/// The bot has nothing to say to the visitor's message `seq`.
struct Passed {
  std::int64_t seq = 0;
};

using What = std::variant<Message, Assigned, Transferred, Closed, Reopened, Rated, Labeled, Read, Delivered, HandedOver, GivenToBot, Passed>;

/// One item of the group commit: the change, its conversation row, membership, feed rows and audit entry, all or nothing.
struct Change {
  Uuid tenant;
  Uuid conversation;
  Actor actor;
  std::int64_t now = 0;  ///< server milliseconds, becomes `ts`
  std::string ip;        ///< for the audit entry of REST changes; empty: no audit entry (messages and marks are their own record)
  What what;
};

enum class Outcome : std::uint8_t {
  ok,
  dup,        ///< this mid is committed already: seq, ts and body are the stored ones
  nothing,    ///< valid and without effect (a mark that was passed already, an unchanged label)
  forbidden,  ///< no such conversation, not a member, a recall too late
  closed,     ///< E_CONV_CLOSED; `next` is the visitor's next conversation
  order,      ///< `after` is not committed
  reuse,      ///< the mid bears another content or sender
  conflict,   ///< the status is not the expected one; a later conversation exists
  rejected,   ///< the store can never hold it
  storage,    ///< for now; the same change may be tried again
};

/// An entry that the commit appended to a feed, to be pushed.
struct FeedEntry {
  Uuid owner;            ///< a user (feed `u`) or a department (feed `q:<id>`)
  bool department = false;
  Entry entry;
};

struct Committed {
  Outcome outcome = Outcome::storage;
  std::int64_t seq = 0;
  std::int64_t ts = 0;
  std::optional<std::string> body;  ///< dup only: the stored body
  std::optional<Uuid> next;
  std::string text;                 ///< for a refusal: what is wrong, in a sentence
  std::vector<FeedEntry> entries;   ///< ascending per feed
  std::optional<Conversation> after;  ///< the conversation as committed (not for Read, Delivered, dup)
};

}  // namespace hotdesk::conversations
