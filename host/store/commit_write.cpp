#include <algorithm>

#include "store/bodies.hpp"
#include "store/commit_batch.hpp"

namespace hotdesk::store {
namespace {

constexpr Statement insert_messages_sql{
    "commit.insert_messages",
    "INSERT INTO message (tenant_id, conversation_id, seq, kind, staff_only, recalled, role, author, mid, reply, mac, filters, ts, "
    "sealed_body) VALUES {rows:(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)}", "", Scope::batch};
constexpr Statement insert_feeds_sql{
    "commit.insert_feeds",
    "INSERT INTO feed_entry (tenant_id, feed_id, cur, conversation_id, seq, kind, ts, sealed_payload) "
    "VALUES {rows:(?, ?, ?, ?, ?, ?, ?, ?)}", "", Scope::batch};
constexpr Statement insert_heads_sql{
    "commit.insert_heads",
    "INSERT INTO feed_head (tenant_id, feed_id, owner, kind, cur, oldest) VALUES {rows:(?, ?, ?, ?, ?, 0)}", "", Scope::batch};
constexpr Statement update_heads_sql{
    "commit.update_heads",
    "WITH k (t, f, cur) AS (VALUES {rows:(?, ?, ?)}) "
    "UPDATE feed_head SET cur = k.cur FROM k WHERE feed_head.tenant_id = k.t AND feed_head.feed_id = k.f", "", Scope::batch};
constexpr Statement insert_members_sql{
    "commit.insert_members",
    "INSERT INTO member (tenant_id, conversation_id, person_id, kind, gone, read_seq, delivered_seq) "
    "VALUES {rows:(?, ?, ?, ?, ?, ?, ?)}", "", Scope::batch};
constexpr Statement update_members_sql{
    "commit.update_members",
    "WITH k (t, c, p, kind, gone, r, d) AS (VALUES {rows:(?, ?, ?, ?, ?, ?, ?)}) "
    "UPDATE member SET kind = k.kind, gone = k.gone, read_seq = k.r, delivered_seq = k.d FROM k "
    "WHERE member.tenant_id = k.t AND member.conversation_id = k.c AND member.person_id = k.p", "", Scope::batch};
constexpr Statement insert_conversations_sql{
    "commit.insert_conversations",
    "INSERT INTO conversation (tenant_id, id, uuid, site_id, visitor_id, ordinal, status, assignee_id, last_agent_id, department_id, "
    "labels, priority, seq, visible_seq, last_seq, rating, closed_by_visitor, waiting_since, opened_at, updated_at, closed_at, answered_seq) "
    "VALUES {rows:(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)}", "", Scope::batch};
constexpr Statement update_conversations_sql{
    "commit.update_conversations",
    "WITH k (t, i, status, assignee, agent, department, labels, priority, seq, visible, last, rating, by_visitor, waiting, updated, "
    "closed, answered) AS (VALUES {rows:(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)}) "
    "UPDATE conversation SET status = k.status, assignee_id = k.assignee, last_agent_id = k.agent, department_id = k.department, "
    "labels = k.labels, priority = k.priority, seq = k.seq, visible_seq = k.visible, last_seq = k.last, rating = k.rating, "
    "closed_by_visitor = k.by_visitor, waiting_since = k.waiting, updated_at = k.updated, closed_at = k.closed, "
    "answered_seq = k.answered FROM k "
    "WHERE conversation.tenant_id = k.t AND conversation.id = k.i", "", Scope::batch};
// The common case, a message, moves numbers only: columns that no index holds.
constexpr Statement advance_conversations_sql{
    "commit.advance_conversations",
    "WITH k (t, i, seq, visible, last, updated, answered) AS (VALUES {rows:(?, ?, ?, ?, ?, ?, ?)}) "
    "UPDATE conversation SET seq = k.seq, visible_seq = k.visible, last_seq = k.last, updated_at = k.updated, "
    "answered_seq = k.answered FROM k WHERE conversation.tenant_id = k.t AND conversation.id = k.i", "", Scope::batch};
constexpr Statement probe_message_sql{
    "commit.probe_message",
    "SELECT author, ts FROM message WHERE tenant_id = :tenant AND conversation_id = ? AND seq = ?", "bi"};
constexpr Statement probe_feed_sql{
    "commit.probe_feed",
    "SELECT conversation_id, ts FROM feed_entry WHERE tenant_id = :tenant AND feed_id = ? AND cur = ?", "ii"};

/// Runs `statement` over all rows in pieces of powers of two, so that few forms are compiled and each is used again.
template <class Row, class Fill>
void in_pieces(BatchSession& session, const Statement& statement, const std::vector<Row>& rows, Fill fill) {
  for (std::size_t done = 0; done < rows.size();) {
    std::size_t piece = 256;
    while (piece > rows.size() - done) piece /= 2;
    Prepared& insert = session.prepare(statement, piece);
    for (std::size_t i = 0; i < piece; ++i) fill(insert, rows[done + i]);
    insert.execute();
    done += piece;
  }
}

}  // namespace

void CommitBatch::write() {
  write_messages();
  write_feeds();
  write_heads();
  write_members();
  write_conversations();
  finish_write();
}

void CommitBatch::write_messages() {
  in_pieces(session_, insert_messages_sql, messages_, [&](Prepared& row, const MessageDraft& m) {
    session_.begin_row(row, m.conversation->tenant->key);
    row.add(m.conversation->key);
    row.add(m.seq);
    row.add(static_cast<int>(m.kind));
    row.add(m.staff_only);
    row.add(m.recalled);
    row.add(static_cast<int>(m.author.role));
    row.add(m.author.id);
    row.add(m.mid);
    row.add(m.reply);
    row.add(Bytes{m.mac});
    if (m.filters.empty()) row.add(std::nullopt);
    else row.add(m.filters);
    row.add(m.ts);
    row.add(Bytes{m.sealed});
  });
}

void CommitBatch::write_feeds() {
  // Key order: neighbours share pages, and on servers with row locks everybody takes them in the same order.
  std::vector<const FeedDraft*> order;
  order.reserve(feeds_.size());
  for (const FeedDraft& f : feeds_) order.push_back(&f);
  std::sort(order.begin(), order.end(), [](const FeedDraft* a, const FeedDraft* b) {
    return std::tuple(a->head->tenant, a->head->key, a->cur) < std::tuple(b->head->tenant, b->head->key, b->cur);
  });
  in_pieces(session_, insert_feeds_sql, order, [&](Prepared& row, const FeedDraft* f) {
    session_.begin_row(row, f->head->tenant);
    row.add(f->head->key);
    row.add(f->cur);
    row.add(f->conversation->key);
    row.add(f->seq);
    row.add(static_cast<int>(f->kind));
    row.add(f->ts);
    if (f->sealed == nullptr) row.add(std::nullopt);
    else row.add(Bytes{*f->sealed});
  });
}

void CommitBatch::write_heads() {
  std::vector<const Head*> fresh;
  std::vector<const Head*> changed;
  for (const Head* head : dirty_heads_) (head->fresh ? fresh : changed).push_back(head);
  in_pieces(session_, insert_heads_sql, fresh, [&](Prepared& row, const Head* head) {
    session_.begin_row(row, head->tenant);
    row.add(head->key);
    row.add(head->owner);
    row.add(static_cast<int>(head->kind));
    row.add(head->cur);
  });
  in_pieces(session_, update_heads_sql, changed, [&](Prepared& row, const Head* head) {
    session_.begin_row(row, head->tenant);
    row.add(head->key);
    row.add(head->cur);
  });
}

void CommitBatch::write_members() {
  struct Row {
    const ConversationState* conversation;
    MemberState* member;
  };
  std::vector<Row> fresh;
  std::vector<Row> changed;
  for (ConversationState* c : dirty_conversations_)
    for (MemberState& member : c->members)
      if (member.dirty || member.fresh) (member.fresh ? fresh : changed).push_back(Row{c, &member});
  const auto fill = [&](Prepared& row, const Row& r) {
    session_.begin_row(row, r.conversation->tenant->key);
    row.add(r.conversation->key);
    row.add(r.member->head->key);
    row.add(static_cast<int>(r.member->kind));
    row.add(r.member->gone);
    row.add(r.member->read);
    row.add(r.member->delivered);
    r.member->fresh = r.member->dirty = false;
  };
  in_pieces(session_, insert_members_sql, fresh, fill);
  in_pieces(session_, update_members_sql, changed, fill);
}

void CommitBatch::write_conversations() {
  const auto key_of = [](const std::optional<Named>& named) {
    return named ? std::optional(named->key) : std::optional<std::int64_t>();
  };
  std::vector<const ConversationState*> fresh;
  std::vector<const ConversationState*> changed;
  std::vector<const ConversationState*> advanced;
  for (const ConversationState* c : dirty_conversations_) (c->fresh ? fresh : c->changed ? changed : advanced).push_back(c);
  in_pieces(session_, insert_conversations_sql, fresh, [&](Prepared& row, const ConversationState* c) {
    session_.begin_row(row, c->tenant->key);
    row.add(c->key);
    row.add(c->id);
    row.add(c->site.key);
    row.add(c->visitor.key);
    row.add(c->ordinal);
    row.add(static_cast<int>(c->status));
    row.add(key_of(c->assignee));
    row.add(c->last_agent);
    row.add(c->department.key);
    row.add(labels_json(c->labels));
    row.add(c->priority);
    row.add(c->seq);
    row.add(c->visible_seq);
    row.add(c->last_seq);
    row.add(c->rating);
    row.add(c->closed_by_visitor);
    row.add(c->waiting_since);
    row.add(c->opened_at);
    row.add(c->updated_at);
    row.add(c->closed_at);
    row.add(c->answered_seq);
  });
  in_pieces(session_, update_conversations_sql, changed, [&](Prepared& row, const ConversationState* c) {
    session_.begin_row(row, c->tenant->key);
    row.add(c->key);
    row.add(static_cast<int>(c->status));
    row.add(key_of(c->assignee));
    row.add(c->last_agent);
    row.add(c->department.key);
    row.add(labels_json(c->labels));
    row.add(c->priority);
    row.add(c->seq);
    row.add(c->visible_seq);
    row.add(c->last_seq);
    row.add(c->rating);
    row.add(c->closed_by_visitor);
    row.add(c->waiting_since);
    row.add(c->updated_at);
    row.add(c->closed_at);
    row.add(c->answered_seq);
  });
  in_pieces(session_, advance_conversations_sql, advanced, [&](Prepared& row, const ConversationState* c) {
    session_.begin_row(row, c->tenant->key);
    row.add(c->key);
    row.add(c->seq);
    row.add(c->visible_seq);
    row.add(c->last_seq);
    row.add(c->updated_at);
    row.add(c->answered_seq);
  });
}

void CommitBatch::finish_write() noexcept {
  for (ConversationState* c : dirty_conversations_) c->dirty = c->fresh = c->changed = false;
  for (Head* head : dirty_heads_) head->dirty = head->fresh = false;
}

std::optional<bool> CommitBatch::is_committed(Connection& connection) const {
  if (!messages_.empty()) {
    const MessageDraft& m = messages_.front();
    TenantSession session(connection, m.conversation->tenant->key);
    const Rows& rows = session.run(probe_message_sql, m.conversation->key, m.seq);
    return !rows.empty() && rows.uuid(0, 0) == m.author.id && rows.integer(0, 1) == m.ts;
  }
  if (!feeds_.empty()) {
    const FeedDraft& f = feeds_.front();
    TenantSession session(connection, f.head->tenant);
    const Rows& rows = session.run(probe_feed_sql, f.head->key, f.cur);
    return !rows.empty() && rows.integer(0, 0) == f.conversation->key && rows.integer(0, 1) == f.ts;
  }
  return std::nullopt;
}

}  // namespace hotdesk::store
