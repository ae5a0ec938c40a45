#pragma once
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
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
  std::string username;
  std::vector<Uuid> departments;
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
  std::string language;    ///< the visitor's, BCP 47 or empty
  std::vector<std::pair<std::string, std::string>> attributes;  ///< the visitor's, as the site gave them
  bool bot_had_it = false; ///< a bot answered here or passed it on: it is not given to one again
};

/// A visitor's message in a conversation with a bot that has no answer yet: the newest of its conversation.
struct OwedTurn {
  Uuid conversation;
  Uuid visitor;
  std::int64_t seq = 0;
  std::int64_t at = 0;
  std::string text;
  std::string language;
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
  /// What bots owe, oldest first, at most `limit`, one a conversation; derived from rows as list_waiting.
  virtual Result<std::vector<OwedTurn>> list_owed_turns(const Uuid& tenant, int limit) = 0;
  virtual Result<std::optional<OwedTurn>> find_owed_turn(const Uuid& tenant, const Uuid& conversation) = 0;
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
  std::string channel;               ///< "widget"
  struct Department {
    Uuid id;
    std::string name;
  };
  std::vector<Department> departments;  ///< all of the tenant's
  std::int64_t now = 0;                 ///< milliseconds since 1970
};
struct RouteAnswer {
  enum class Kind { skip, agent, queue, bot, department } kind = Kind::skip;
  std::optional<Uuid> agent;
  std::optional<Uuid> department;  ///< where it waits from now on
  std::string reason;
  std::uint32_t again_ms = 0;  ///< queue: asked again after so long, also when nothing changed; 0: when something does
};
/// The chain of router plugins; the first answer that is not skip. Thread: any; may take up to the router budget.
class Router {
 public:
  virtual ~Router() = default;
  virtual RouteAnswer route(const RouteRequest& request) = 0;
};

/// A visitor's message that is owed an answer by a bot.
struct TurnRequest {
  Uuid tenant;
  Uuid conversation;
  Uuid visitor;
  std::int64_t seq = 0;
  std::string text;
  std::string language;
};
struct TurnResult {
  enum class Kind {
    answered,  ///< `text` is the answer; empty: the bot stays silent
    human,     ///< what was written so far is sent, then a person takes over
    failed,    ///< nobody answered (every responder said skip, an error, out of time, cancelled)
  } kind = Kind::failed;
  std::string component;  ///< the plugin that ended the turn; empty: none
  std::string version;
  std::string name;       ///< how it is called in the conversation; empty: the host's word for a bot
  std::string text;       ///< all chunks of that plugin together
  std::string reason;     ///< human, failed: for the agent who takes over, a few words
  double confidence = -1;
  struct Citation {
    Uuid article;  ///< nil: none of the tenant's
    std::string title;
    std::string url;
  };
  std::vector<Citation> citations;
};
/// The chain of responder plugins; the first that does not say skip. Thread: any.
class Responder {
 public:
  using Chunk = std::function<void(std::string_view component, std::string_view text)>;
  using Done = std::function<void(TurnResult&&)>;
  virtual ~Responder() = default;
  /// Whether a responder is enabled in the tenant's chain. Never blocks.
  virtual bool answers(const Uuid& tenant) = 0;
  /// Returns at once. `chunk` is called as the answer grows, one call at a time, then `done` exactly once (15 s at the
  /// latest), on any thread, possibly before reply() returns; neither may block. One turn a conversation at a time.
  virtual void reply(TurnRequest request, Chunk chunk, Done done) = 0;
  /// Gives the conversation's turn up: the plugin is told, `done` comes with `failed` soon. No turn: nothing happens.
  virtual void cancel(const Uuid& tenant, const Uuid& conversation) = 0;
};

/// What plugins are told after the fact.
struct Event {
  enum class Type { opened, assigned, closed, rated } type = Type::opened;
  Uuid tenant;
  Uuid conversation;
  Uuid visitor;
  Uuid agent;  ///< assigned; else nil
  std::int64_t at = 0;
  int score = 0;  ///< rated: 1..5
};
class EventSink {
 public:
  virtual ~EventSink() = default;
  /// In a conversation's order; a repeat is possible. Called on the writer's thread: returns at once and never blocks.
  virtual void event(const Event& event) = 0;
};

/// Derives a visitor's n-th conversation id: a MAC of (tenant, visitor, number of finished conversations).
using ConversationIds = std::function<Uuid(const Uuid& tenant, const Uuid& visitor, std::int64_t finished)>;

}  // namespace hotdesk::conversations
