#include <algorithm>

#include "base/overloaded.hpp"
#include "store/audit.hpp"
#include "store/bodies.hpp"
#include "store/commit_batch.hpp"
#include "store/sealed.hpp"

namespace hotdesk::store {

conversations::Committed CommitBatch::refuse(Outcome outcome, std::string text) {
  Committed out;
  out.outcome = outcome;
  out.text = std::move(text);
  return out;
}

conversations::Committed CommitBatch::judge(Item& item) {
  if (item.tenant == nullptr) return refuse(Outcome::forbidden, "No such conversation.");
  Committed out = std::visit(
      overloaded{[&](const conversations::Message& m) { return judge_message(item, m); },
                 [&](const conversations::Assigned& a) { return judge_assigned(item, a); },
                 [&](const conversations::Transferred& t) { return judge_transferred(item, t); },
                 [&](const conversations::Closed& c) { return judge_closed(item, c); },
                 [&](const conversations::Reopened&) { return judge_reopened(item); },
                 [&](const conversations::Rated& r) { return judge_rated(item, r); },
                 [&](const conversations::Labeled& l) { return judge_labeled(item, l); },
                 [&](const conversations::Read& r) { return judge_read(item, r); },
                 [&](const conversations::Delivered& d) { return judge_delivered(item, d); },
                 [&](const conversations::HandedOver& h) { return judge_handed_over(item, h); },
                 [&](const conversations::GivenToBot&) { return judge_given_to_bot(item); },
                 [&](const conversations::Passed& p) { return judge_passed(item, p); }},
      item.change.what);
  if (out.outcome != Outcome::ok) return out;
  const bool mark = std::holds_alternative<conversations::Read>(item.change.what) ||
                    std::holds_alternative<conversations::Delivered>(item.change.what);
  if (!mark) {
    if (ConversationState* c = find_conversation(item)) out.after = to_model(*c, item.change.actor.id);
    if (!item.change.ip.empty()) append_audit(item);
  }
  return out;
}

void CommitBatch::mark_dirty(ConversationState& c) {
  if (!c.dirty) dirty_conversations_.push_back(&c);
  c.dirty = true;
}

void CommitBatch::mark_dirty(Head& head) {
  if (!head.dirty) dirty_heads_.push_back(&head);
  head.dirty = true;
}

MemberState& CommitBatch::join(ConversationState& c, Head& head, MemberKind kind) {
  MemberState* member = c.find_member(head.owner);
  if (member == nullptr) {
    c.members.push_back(MemberState{.head = &head, .fresh = true});
    member = &c.members.back();
  }
  member->kind = kind;
  member->gone = false;
  member->dirty = true;
  mark_dirty(c);
  return *member;
}

std::int64_t CommitBatch::append_entry(ConversationState& c, MessageDraft draft, const std::string& body,
                                       const std::string* visitor_body, Committed& out) {
  mark_dirty(c);
  const std::int64_t seq = ++c.seq;
  draft.conversation = &c;
  draft.seq = seq;
  if (!draft.staff_only) c.visible_seq = seq;
  c.updated_at = std::max(c.updated_at, draft.ts);
  for (MemberState& member : c.members) {
    if (member.gone || (draft.staff_only && member.kind == MemberKind::visitor)) continue;
    Head& head = *member.head;
    if (head.owner == draft.author.id) {  // writing implies having read, without an entry
      member.read = seq;
      member.dirty = true;
    }
    mark_dirty(head);
    const std::int64_t cur = ++head.cur;
    feeds_.push_back(FeedDraft{.head = &head, .cur = cur, .conversation = &c, .seq = seq, .kind = draft.kind, .ts = draft.ts,
                               .sealed = nullptr});
    conversations::FeedEntry& entry = out.entries.emplace_back();
    entry.owner = head.owner;
    entry.entry.cur = cur;
    entry.entry.prev = cur - 1;
    entry.entry.conversation = c.id;
    entry.entry.seq = seq;
    entry.entry.kind = to_string(draft.kind);
    entry.entry.from = draft.author;
    entry.entry.mid = draft.mid;
    entry.entry.reply = draft.reply;
    entry.entry.body = visitor_body != nullptr && member.kind == MemberKind::visitor ? *visitor_body : body;
    entry.entry.ts = draft.ts;
  }
  messages_.push_back(std::move(draft));
  out.outcome = Outcome::ok;
  out.seq = seq;
  out.ts = messages_.back().ts;
  return seq;
}

std::int64_t CommitBatch::append_timeline(ConversationState& c, Kind kind, const Change& change, const std::string& body,
                                          Committed& out, bool staff_only, const std::string* visitor_body) {
  MessageDraft draft;
  draft.kind = kind;
  draft.staff_only = staff_only;
  draft.author = change.actor;
  draft.ts = change.now;
  draft.sealed = seal_message(*c.tenant, c.id, Uuid{}, c.seq + 1, MessageText{change.actor.name, body});
  return append_entry(c, std::move(draft), body, visitor_body, out);
}

void CommitBatch::append_plain(Head& head, ConversationState& c, Kind kind, const Change& change, const std::string& body,
                               const std::shared_ptr<const std::string>& sealed, Committed& out) {
  mark_dirty(head);
  const std::int64_t cur = ++head.cur;
  feeds_.push_back(
      FeedDraft{.head = &head, .cur = cur, .conversation = &c, .seq = 0, .kind = kind, .ts = change.now, .sealed = sealed});
  conversations::FeedEntry& entry = out.entries.emplace_back();
  entry.owner = head.owner;
  entry.department = head.kind == FeedKind::department;
  entry.entry.cur = cur;
  entry.entry.prev = cur - 1;
  entry.entry.conversation = c.id;
  entry.entry.kind = to_string(kind);
  entry.entry.from = change.actor;
  entry.entry.body = body;
  entry.entry.ts = change.now;
}

void CommitBatch::append_queue(ConversationState& c, const Named& department, Kind kind, const Change& change, Committed& out) {
  Head* head = find_head(c.tenant, department.id);
  if (head == nullptr) throw DatabaseError(DatabaseError::Kind::broken, "department without a feed head");
  const std::string body = summary_body(c);
  const auto sealed = std::make_shared<const std::string>(
      seal_payload(*c.tenant, c.id, static_cast<int>(kind), change.now, Payload{change.actor, body}));
  append_plain(*head, c, kind, change, body, sealed, out);
}

void CommitBatch::append_audit(const Item& item) {
  static constexpr std::string_view names[] = {"message",  "assign", "transfer", "close",    "reopen",
                                               "rate",     "label",  "read",     "delivered", "hand_over", "to_bot", "pass"};
  const Change& change = item.change;
  tenants::AuditEntry entry;
  entry.at = change.now;
  entry.actor = change.actor.id;
  entry.actor_name = change.actor.name;
  entry.action = "conversation." + std::string(names[change.what.index()]);
  entry.target = change.conversation.text();
  entry.ip = change.ip;
  TenantSession session = session_.tenant(item.tenant->key);
  write_audit(session, keys_.next(), entry);
}

}  // namespace hotdesk::store
