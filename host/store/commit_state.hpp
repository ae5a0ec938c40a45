#pragma once
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "conversations/change.hpp"
#include "delivery/ports.hpp"
#include "store/kinds.hpp"
#include "store/sealed.hpp"
#include "store/tenant_directory.hpp"

// What the writer knows while it commits. On SQLite the one writer owns every write, so rows stay loaded between batches;
// whatever fails, or a job that touches them, drops them (CommitCache::clear).
namespace hotdesk::store {

/// A feed's end. Owned by a user or a department.
struct Head {
  TenantKey tenant;
  std::int64_t key = 0;
  Uuid owner;
  FeedKind kind = FeedKind::account;
  std::int64_t cur = 0;
  bool fresh = false;  ///< not yet a row
  bool dirty = false;
};

struct MemberState {
  Head* head = nullptr;  ///< person_id is head->key
  MemberKind kind = MemberKind::invited;
  bool gone = false;
  std::int64_t read = 0;
  std::int64_t delivered = 0;
  bool fresh = false;
  bool dirty = false;
};

/// A named thing with its internal key.
struct Named {
  std::int64_t key = 0;
  Uuid id;
  std::string name;
};

struct ConversationState {
  TenantRef tenant;
  std::int64_t key = 0;
  Uuid id;
  Named site;
  Named visitor;
  std::int64_t ordinal = 0;
  conversations::Status status = conversations::Status::waiting;
  std::optional<Named> assignee;
  std::optional<std::int64_t> last_agent;
  Named department;
  std::vector<std::string> labels;
  int priority = 0;
  std::int64_t seq = 0;
  std::int64_t visible_seq = 0;
  std::int64_t last_seq = 0;
  std::int64_t answered_seq = 0;  ///< the visitor's newest message that a bot is done with
  std::optional<int> rating;
  bool closed_by_visitor = false;
  std::int64_t waiting_since = 0;
  std::int64_t opened_at = 0;
  std::int64_t updated_at = 0;
  std::int64_t closed_at = 0;
  std::optional<conversations::Last> last;  ///< known when this writer wrote it
  std::vector<MemberState> members;
  bool fresh = false;
  bool dirty = false;    ///< numbers moved (seq, last, updated_at)
  bool changed = false;  ///< more than numbers did

  MemberState* find_member(const Uuid& person) noexcept {
    for (MemberState& member : members)
      if (member.head->owner == person) return &member;
    return nullptr;
  }
};

/// A committed (or about to be committed) mid of a conversation.
struct KnownMid {
  std::int64_t seq = 0;
  std::int64_t ts = 0;
  Uuid author;
  std::string mac;
  Kind kind = Kind::text;
  bool recalled = false;
  std::size_t draft = SIZE_MAX;  ///< index of its draft when this batch wrote it
};

// Rows that a batch will insert.
struct MessageDraft {
  ConversationState* conversation = nullptr;
  std::int64_t seq = 0;
  Kind kind = Kind::text;
  bool staff_only = false;
  bool recalled = false;
  conversations::Actor author;
  std::optional<Uuid> mid;
  std::optional<Uuid> reply;
  std::string mac;
  std::string filters;
  std::int64_t ts = 0;
  std::string sealed;
};
struct FeedDraft {
  Head* head = nullptr;
  std::int64_t cur = 0;
  ConversationState* conversation = nullptr;
  std::int64_t seq = 0;
  Kind kind = Kind::text;
  std::int64_t ts = 0;
  std::shared_ptr<const std::string> sealed;  ///< null: the message row has it
};

/// One submitted change.
struct Item {
  conversations::Change change;
  delivery::Commit::Completion done;
  TenantRef tenant;  ///< null: no such tenant
  std::string sealed_body;
  SealedVisitor sealed_visitor;
  conversations::Committed result;
};

/// Loaded rows, found by public id within a tenant. Bounded: clear() when full, between batches.
class CommitCache {
 public:
  ConversationState* find_conversation(TenantKey tenant, const Uuid& id) noexcept;
  Head* find_head(TenantKey tenant, const Uuid& owner) noexcept;
  ConversationState& add(std::unique_ptr<ConversationState> conversation);
  Head& add(std::unique_ptr<Head> head);
  void clear() noexcept;
  bool full() const noexcept { return conversations_.size() > 20'000 || heads_.size() > 60'000; }

 private:
  struct Name {
    std::int64_t tenant;
    Uuid id;
    bool operator==(const Name&) const = default;
  };
  struct NameHash {
    std::size_t operator()(const Name& name) const noexcept {
      return std::hash<Uuid>{}(name.id) ^ static_cast<std::size_t>(name.tenant * 0x9E3779B97F4A7C15LL);
    }
  };
  std::unordered_map<Name, std::unique_ptr<ConversationState>, NameHash> conversations_;
  std::unordered_map<Name, std::unique_ptr<Head>, NameHash> heads_;
};

}  // namespace hotdesk::store
