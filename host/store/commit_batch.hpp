#pragma once
#include <map>
#include <span>
#include <string>
#include <vector>

#include "conversations/ports.hpp"
#include "store/commit_state.hpp"
#include "store/key_allocator.hpp"
#include "store/session.hpp"

namespace hotdesk::store {

struct CommitSettings {
  conversations::ConversationIds conversation_ids;
  std::int64_t reopen_window_ms = 0;
  std::int64_t recall_window_ms = 0;
};

/// One attempt at a batch inside an open transaction: load, judge in order of submission, write. Items get their results;
/// a DatabaseError means that nothing of the attempt counts (the caller rolls back and clears the cache). Reads and locks
/// conversations first, then feed heads.
class CommitBatch {
 public:
  CommitBatch(Connection& connection, CommitCache& cache, KeyAllocator& keys, const CommitSettings& settings,
              std::span<Item* const> items);
  void run();

  std::size_t message_count() const noexcept { return new_mids_; }
  /// Finds out whether an earlier attempt's COMMIT happened, by what it would have written; nullopt when it wrote nothing
  /// that tells. Reads through `connection`, outside the attempt's transaction.
  std::optional<bool> is_committed(Connection& connection) const;

 private:
  using Actor = conversations::Actor;
  using Change = conversations::Change;
  using Committed = conversations::Committed;
  using Outcome = conversations::Outcome;
  enum class Access { none, visitor, member, staff, host };

  // commit_load.cpp
  void load_conversations();
  void load_members(std::span<ConversationState* const> conversations);
  void load_mids();
  void load_conversations_of(TenantRef tenant, std::span<const Uuid> ids);
  ConversationState* find_conversation(const Item& item) noexcept;
  Head* find_head(const TenantRef& tenant, const Uuid& owner);
  std::optional<Named> find_department(const TenantRef& tenant, const std::optional<Uuid>& id);
  KnownMid* find_mid(const ConversationState& conversation, const Uuid& mid);
  std::string load_sealed(const ConversationState& conversation, const KnownMid& known);
  std::string load_body(const ConversationState& conversation, const KnownMid& known, const Uuid& mid);
  Access access_of(const TenantRef& tenant, ConversationState& conversation, const Actor& actor);
  conversations::Conversation to_model(ConversationState& conversation, const Uuid& reader);

  // commit_judge.cpp
  Committed judge(Item& item);
  static Committed refuse(Outcome outcome, std::string text);
  /// Appends an entry that takes a seq to the conversation and its members' feeds.
  std::int64_t append_entry(ConversationState& conversation, MessageDraft draft, const std::string& body,
                            const std::string* visitor_body, Committed& out);
  std::int64_t append_timeline(ConversationState& conversation, Kind kind, const Change& change, const std::string& body,
                               Committed& out, bool staff_only = false, const std::string* visitor_body = nullptr);
  /// Appends an entry without seq to one feed.
  void append_plain(Head& head, ConversationState& conversation, Kind kind, const Change& change, const std::string& body,
                    const std::shared_ptr<const std::string>& sealed, Committed& out);
  void append_queue(ConversationState& conversation, const Named& department, Kind kind, const Change& change, Committed& out);
  MemberState& join(ConversationState& conversation, Head& head, MemberKind kind);
  void append_audit(const Item& item);

  // commit_message.cpp
  Committed judge_message(Item& item, const conversations::Message& message);
  Committed open_conversation(Item& item, const conversations::Message& message, ConversationState*& made, Committed& out);
  Head* find_or_make_visitor(Item& item, const conversations::Message& message, const Named& site);
  void reopen(ConversationState& conversation, const Change& change, Committed& out, bool bot = false);
  std::int64_t count_finished(const TenantRef& tenant, std::int64_t visitor, std::int64_t now);
  bool is_finished(const ConversationState& conversation, std::int64_t now) const noexcept;

  // commit_timeline.cpp
  Committed judge_assigned(Item& item, const conversations::Assigned& assigned);
  Committed judge_transferred(Item& item, const conversations::Transferred& transferred);
  Committed judge_closed(Item& item, const conversations::Closed& closed);
  Committed judge_reopened(Item& item);
  Committed judge_rated(Item& item, const conversations::Rated& rated);
  Committed judge_labeled(Item& item, const conversations::Labeled& labeled);
  Committed judge_handed_over(Item& item, const conversations::HandedOver& handed);
  Committed judge_given_to_bot(Item& item);
  Committed judge_passed(Item& item, const conversations::Passed& passed);
  std::optional<Named> find_agent(const TenantRef& tenant, const Uuid& id);
  /// Moves the conversation to an agent or (nullptr) to the waiting list; entries are the caller's.
  void hand_over(ConversationState& conversation, const Named* agent, const Named& department, const Change& change);
  void leave_former(ConversationState& conversation, const std::optional<Named>& former);

  // commit_marks.cpp
  Committed judge_read(Item& item, const conversations::Read& read);
  Committed judge_delivered(Item& item, const conversations::Delivered& delivered);

  // commit_write.cpp
  void write();
  void write_messages();
  void write_feeds();
  void write_conversations();
  void write_members();
  void write_heads();
  void finish_write() noexcept;
  void mark_dirty(ConversationState& conversation);
  void mark_dirty(Head& head);

  BatchSession session_;
  CommitCache& cache_;
  KeyAllocator& keys_;
  const CommitSettings& settings_;
  std::span<Item* const> items_;

  struct MidName {
    std::int64_t conversation;
    Uuid mid;
    auto operator<=>(const MidName&) const = default;
    bool operator==(const MidName&) const = default;
  };
  struct MidHash {
    std::size_t operator()(const MidName& name) const noexcept {
      return std::hash<Uuid>{}(name.mid) ^ static_cast<std::size_t>(name.conversation);
    }
  };
  std::unordered_map<MidName, KnownMid, MidHash> mids_;
  std::vector<MessageDraft> messages_;
  std::vector<FeedDraft> feeds_;
  std::vector<ConversationState*> dirty_conversations_;
  std::vector<Head*> dirty_heads_;
  std::size_t new_mids_ = 0;
};

}  // namespace hotdesk::store
