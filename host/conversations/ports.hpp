#pragma once
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "conversations/change.hpp"
#include "conversations/model.hpp"

namespace hotdesk::conversations {

/// The one writer of conversations. Returns at once; `done` is called exactly once, after the commit is durable or has
/// failed, on a thread of the implementation's (it must not block). Feed entries are pushed before `done` is called.
/// Changes submitted by one thread are judged and numbered in the order of submission. Thread: any.
class Timeline {
 public:
  using Done = std::function<void(Committed&&)>;
  virtual ~Timeline() = default;
  virtual void commit(Change change, Done done) = 0;
};

/// What a conversation list asks for.
struct ListFilter {
  std::optional<Status> status;   ///< none: all
  std::optional<Uuid> assignee;
  bool unassigned = false;
  std::optional<Uuid> visitor;
  std::string cursor;
  int limit = 50;  ///< ≤ 200
};

struct ConversationPage {
  std::vector<Conversation> items;  ///< newest change first
  std::string next;
};

/// An agent as routing sees them.
struct AgentLoad {
  Uuid id;
  std::string name;
  std::string state;  ///< the chosen state; whether a socket lives is presence's to say
  int open = 0;
  int capacity = 0;
  std::int64_t last_assigned_at = 0;
};

/// A conversation that is owed an agent.
struct Waiting {
  Uuid conversation;
  Uuid visitor;
  Uuid department;
  std::vector<std::string> labels;
  int priority = 0;
  std::optional<Uuid> last_agent;  ///< who had this visitor last
  std::int64_t since = 0;
};

/// Reads. Every call blocks (never on an event loop); Errc::storage when the store cannot answer.
class ConversationRepository {
 public:
  virtual ~ConversationRepository() = default;
  /// `reader`: whose read mark the row bears.
  virtual Result<std::optional<Conversation>> find_conversation(const Uuid& tenant, const Uuid& id, const Uuid& reader) = 0;
  virtual Result<ConversationPage> list_conversations(const Uuid& tenant, const Uuid& reader, const ListFilter& filter) = 0;
  /// Oldest first, at most `limit`: derived from rows alone, so that a restart owes the same.
  virtual Result<std::vector<Waiting>> list_waiting(const Uuid& tenant, int limit) = 0;
  virtual Result<std::vector<AgentLoad>> list_loads(const Uuid& tenant, const Uuid& department) = 0;
  /// {open, waiting, closed since `since`, messages since `since`}.
  struct Counts {
    std::int64_t open = 0, waiting = 0, closed = 0, messages = 0;
  };
  virtual Result<Counts> count(const Uuid& tenant, std::int64_t since) = 0;
};

/// What the router is asked. The texts live as long as the call.
struct RouteRequest {
  Uuid tenant;
  Waiting waiting;
  std::vector<AgentLoad> available;  ///< online, with room, in the department
};
struct RouteAnswer {
  enum class Kind { skip, agent, queue } kind = Kind::skip;
  std::optional<Uuid> agent;
  std::string reason;
};
/// The chain of router plugins; the first answer that is not skip. Thread: any; may take up to the router budget.
class Router {
 public:
  virtual ~Router() = default;
  virtual RouteAnswer route(const RouteRequest& request) = 0;
};

/// Derives a visitor's n-th conversation id: a MAC of (tenant, visitor, number of finished conversations).
using ConversationIds = std::function<Uuid(const Uuid& tenant, const Uuid& visitor, std::int64_t finished)>;

}  // namespace hotdesk::conversations
