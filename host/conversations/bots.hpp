#pragma once
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <unordered_map>
#include <utility>

#include "base/clock.hpp"
#include "base/executor.hpp"
#include "conversations/ports.hpp"

namespace hotdesk::conversations {

/// A piece of an answer that is being written; ephemeral.
struct Delta {
  Uuid tenant;
  Uuid conversation;
  Uuid visitor;
  Uuid mid;  ///< of the message that follows
  std::string_view text;
  bool done = false;
};

/// What the filters say of a text that a plugin wrote.
struct Checked {
  enum class Kind { pass, refuse, failed } kind = Kind::pass;
  std::string text;     ///< pass: what is sent
  std::string reason;
  std::string seen_by;  ///< "id@version,…"
};

/// Pays what bots owe: one turn a conversation at a time, the newest message next. What is owed is derived from rows, so a
/// turn that a crash or a failure cut off is asked for again, and the answer's derived mid and `answered_seq` make it count
/// once (invariant I14). Whatever a bot does not answer waits for a person.
class Bots {
 public:
  struct Parts {
    ConversationRepository& conversations;
    Timeline& timeline;
    Responder& responder;
    Executor& pool;
    const Clock& clock;
    std::function<void(const Delta&)> show;  ///< must not block
    /// Passes a text through the filters; `then` comes once, on any thread, and must not block.
    std::function<void(const TurnRequest&, const std::string& component, const std::string& text, std::function<void(Checked&&)> then)> check;
  };
  explicit Bots(Parts parts) : parts_(std::move(parts)) {}

  /// Whether a new conversation of this tenant begins with a bot. Thread: any; never blocks.
  bool answers(const Uuid& tenant) const { return parts_.responder.answers(tenant); }
  /// Asks for every turn that rows say is owed. Returns at once. Thread: any.
  void poke(const Uuid& tenant);
  /// For the Delivery listener: a visitor wrote to a bot, or a person took its conversation.
  void committed(const Change& change, const Committed& result);
  /// About once a second: turns that failed for now are tried again.
  void tick();
  /// From now on nothing is begun or committed: what is under way is owed after the next start.
  void stop();

 private:
  struct Turn;
  using TurnPtr = std::shared_ptr<const Turn>;
  void owe(const Uuid& tenant, const Uuid& conversation);
  void step(const Uuid& tenant, const Uuid& conversation);
  void begin(const Uuid& tenant, OwedTurn owed);
  void ended(const TurnPtr& turn, TurnResult result);
  void send(const TurnPtr& turn, const TurnResult& result);
  void pass(const TurnPtr& turn);
  void hand_over(const TurnPtr& turn, const std::string& component, const std::string& reason);
  void commit(const TurnPtr& turn, What what, Actor actor, std::function<void(const Committed&)> then);
  /// The turn is over: goes on with what came meanwhile.
  void next(const Uuid& tenant, const Uuid& conversation);
  void retry_later(const Uuid& tenant, const Uuid& conversation);
  void poke_later(const Uuid& tenant);
  /// Takes one of the places for turns at once; false: queued until one is free.
  bool take_place(const Uuid& tenant, const Uuid& conversation);
  /// Gives a turn's place to the next in the queue. With the lock held.
  void leave_place(const Uuid& conversation);
  bool stopped() const;

  Parts parts_;
  mutable std::mutex mutex_;
  struct Slot {
    bool again = false;
    bool placed = false;
  };
  std::unordered_map<Uuid, Slot> slots_;  ///< conversations whose turn is under way
  struct Retry {
    Uuid tenant;
    std::int64_t at = 0;  ///< steady milliseconds
  };
  std::unordered_map<Uuid, Retry> retries_;
  std::unordered_map<Uuid, std::int64_t> pokes_;  ///< tenants whose rows are looked at again: steady milliseconds
  std::deque<std::pair<Uuid, Uuid>> queue_;       ///< tenants' conversations that wait for a place
  std::size_t placed_ = 0;
  bool stopped_ = false;
};

/// The body of a bot's message: {text, citations?[{title, url?, article?}]}.
std::string bot_body(std::string_view text, const std::vector<TurnResult::Citation>& citations);

}  // namespace hotdesk::conversations
