#include <nlohmann/json.hpp>

#include <algorithm>
#include <bit>
#include <unordered_set>

#include "base/json.hpp"
#include "store/bodies.hpp"
#include "store/commit_batch.hpp"
#include "store/sealed.hpp"

namespace hotdesk::store {
namespace {

constexpr Statement load_conversations_sql{
    "commit.load_conversations",
    "WITH k (t, u) AS (VALUES {rows:(?, ?)}) "
    "SELECT c.tenant_id, c.id, c.uuid, c.site_id, s.uuid, s.name, c.visitor_id, v.uuid, v.sealed_name, c.ordinal, c.status, "
    "c.assignee_id, a.uuid, a.name, c.last_agent_id, c.department_id, d.uuid, d.name, c.labels, c.priority, c.seq, "
    "c.visible_seq, c.last_seq, c.rating, c.closed_by_visitor, c.waiting_since, c.opened_at, c.updated_at, c.closed_at, c.answered_seq "
    "FROM k CROSS JOIN conversation c ON c.tenant_id = k.t AND c.uuid = k.u "
    "JOIN site s ON s.tenant_id = c.tenant_id AND s.id = c.site_id "
    "JOIN visitor v ON v.tenant_id = c.tenant_id AND v.id = c.visitor_id "
    "JOIN department d ON d.tenant_id = c.tenant_id AND d.id = c.department_id "
    "LEFT JOIN account a ON a.tenant_id = c.tenant_id AND a.id = c.assignee_id",
    "iibibtibbiiibtiibttiiiiiiiiiii", Scope::batch};
constexpr Statement load_members_sql{
    "commit.load_members",
    "WITH k (t, c) AS (VALUES {rows:(?, ?)}) "
    "SELECT m.tenant_id, m.conversation_id, m.person_id, m.kind, m.gone, m.read_seq, m.delivered_seq, h.owner, h.kind, h.cur "
    "FROM k CROSS JOIN member m ON m.tenant_id = k.t AND m.conversation_id = k.c "
    "JOIN feed_head h ON h.tenant_id = m.tenant_id AND h.feed_id = m.person_id",
    "iiiiiiibii", Scope::batch};
constexpr Statement load_mids_sql{
    "commit.load_mids",
    "WITH k (t, m, c) AS (VALUES {rows:(?, ?, ?)}) "
    "SELECT x.tenant_id, x.conversation_id, x.mid, x.seq, x.ts, x.author, x.mac, x.kind, x.recalled "
    "FROM k CROSS JOIN message x ON x.tenant_id = k.t AND x.mid = k.m AND x.conversation_id = k.c",
    "iibiibbii", Scope::batch};
constexpr Statement find_head_sql{
    "commit.find_head", "SELECT feed_id, kind, cur FROM feed_head WHERE tenant_id = :tenant AND owner = ?", "iii"};
constexpr Statement find_department_sql{
    "commit.find_department", "SELECT id, uuid, name FROM department WHERE tenant_id = :tenant AND uuid = ?", "ibt"};
constexpr Statement first_department_sql{
    "commit.first_department", "SELECT id, uuid, name FROM department WHERE tenant_id = :tenant ORDER BY id LIMIT 1", "ibt"};
constexpr Statement load_body_sql{
    "commit.load_body", "SELECT sealed_body FROM message WHERE tenant_id = :tenant AND conversation_id = ? AND seq = ?", "b"};
constexpr Statement load_last_sql{
    "commit.load_last",
    "SELECT kind, role, author, mid, ts, recalled, sealed_body FROM message WHERE tenant_id = :tenant AND conversation_id = ? AND seq = ?",
    "iibbiib"};

/// Look-ups may repeat a row: padding to a power of two keeps the number of compiled statements small.
std::size_t padded(std::size_t count) { return std::bit_ceil(count); }

std::vector<std::string> labels_of(const std::string& text) {
  std::vector<std::string> out;
  const Result<Json> parsed = parse_json(text);
  if (parsed && parsed->is_array())
    for (const auto& label : *parsed)
      if (label.is_string()) out.push_back(label.get<std::string>());
  return out;
}

}  // namespace

CommitBatch::CommitBatch(Connection& connection, CommitCache& cache, KeyAllocator& keys, const CommitSettings& settings,
                         std::span<Item* const> items)
    : session_(connection,
               [&] {
                 std::set<std::int64_t> tenants;
                 for (const Item* item : items)
                   if (item->tenant != nullptr) tenants.insert(item->tenant->key.value());
                 return tenants;
               }()),
      cache_(cache), keys_(keys), settings_(settings), items_(items) {}

void CommitBatch::run() {
  load_conversations();
  load_mids();
  for (Item* item : items_) item->result = judge(*item);
  write();
}

ConversationState* CommitBatch::find_conversation(const Item& item) noexcept {
  return cache_.find_conversation(item.tenant->key, item.change.conversation);
}

void CommitBatch::load_conversations() {
  std::vector<std::pair<TenantRef, Uuid>> wanted;
  for (const Item* item : items_) {
    if (item->tenant == nullptr || std::holds_alternative<conversations::Delivered>(item->change.what)) continue;
    if (find_conversation(*item) == nullptr) wanted.emplace_back(item->tenant, item->change.conversation);
  }
  if (wanted.empty()) return;
  std::sort(wanted.begin(), wanted.end(),
            [](const auto& a, const auto& b) { return std::pair(a.first->key, a.second) < std::pair(b.first->key, b.second); });
  wanted.erase(std::unique(wanted.begin(), wanted.end()), wanted.end());
  for (std::size_t begin = 0; begin < wanted.size();) {
    std::size_t end = begin;
    std::vector<Uuid> ids;
    while (end < wanted.size() && wanted[end].first == wanted[begin].first) ids.push_back(wanted[end++].second);
    load_conversations_of(wanted[begin].first, ids);
    begin = end;
  }
}

void CommitBatch::load_conversations_of(TenantRef tenant, std::span<const Uuid> ids) {
  std::vector<ConversationState*> made;
  for (std::size_t begin = 0; begin < ids.size(); begin += 256) {
    const std::size_t count = std::min<std::size_t>(256, ids.size() - begin);
    Prepared& query = session_.prepare(load_conversations_sql, padded(count));
    for (std::size_t i = 0; i < padded(count); ++i) {
      session_.begin_row(query, tenant->key);
      query.add(ids[begin + std::min(i, count - 1)]);
    }
    const Rows& rows = query.execute();
    for (std::size_t i = 0; i < rows.size(); ++i) {
      if (cache_.find_conversation(tenant->key, rows.uuid(i, 2)) != nullptr) continue;  // padding
      auto state = std::make_unique<ConversationState>();
      ConversationState& c = *state;
      c.tenant = tenant;
      c.key = rows.integer(i, 1);
      c.id = rows.uuid(i, 2);
      c.site = Named{rows.integer(i, 3), rows.uuid(i, 4), rows.bytes(i, 5)};
      c.visitor = Named{rows.integer(i, 6), rows.uuid(i, 7), {}};
      c.visitor.name = open_column(*tenant, "visitor.name", c.visitor.id, rows.bytes(i, 8));
      c.ordinal = rows.integer(i, 9);
      c.status = static_cast<conversations::Status>(rows.integer(i, 10));
      if (!rows.null(i, 11)) c.assignee = Named{rows.integer(i, 11), rows.uuid(i, 12), rows.bytes(i, 13)};
      if (!rows.null(i, 14)) c.last_agent = rows.integer(i, 14);
      c.department = Named{rows.integer(i, 15), rows.uuid(i, 16), rows.bytes(i, 17)};
      c.labels = labels_of(rows.bytes(i, 18));
      c.priority = static_cast<int>(rows.integer(i, 19));
      c.seq = rows.integer(i, 20);
      c.visible_seq = rows.integer(i, 21);
      c.last_seq = rows.integer(i, 22);
      if (!rows.null(i, 23)) c.rating = static_cast<int>(rows.integer(i, 23));
      c.closed_by_visitor = rows.integer(i, 24) != 0;
      c.waiting_since = rows.integer(i, 25);
      c.opened_at = rows.integer(i, 26);
      c.updated_at = rows.integer(i, 27);
      c.closed_at = rows.integer(i, 28);
      c.answered_seq = rows.integer(i, 29);
      made.push_back(&cache_.add(std::move(state)));
    }
  }
  load_members(made);
}

void CommitBatch::load_members(std::span<ConversationState* const> conversations) {
  std::unordered_map<std::int64_t, ConversationState*> by_key;
  for (ConversationState* c : conversations) by_key[c->key] = c;
  for (std::size_t begin = 0; begin < conversations.size(); begin += 256) {
    const std::size_t count = std::min<std::size_t>(256, conversations.size() - begin);
    Prepared& query = session_.prepare(load_members_sql, padded(count));
    for (std::size_t i = 0; i < padded(count); ++i) {
      const ConversationState& c = *conversations[begin + std::min(i, count - 1)];
      session_.begin_row(query, c.tenant->key);
      query.add(c.key);
    }
    const Rows& rows = query.execute();
    for (std::size_t i = 0; i < rows.size(); ++i) {
      ConversationState& c = *by_key.at(rows.integer(i, 1));
      const Uuid owner = rows.uuid(i, 7);
      if (c.find_member(owner) != nullptr) continue;  // padding
      Head* head = cache_.find_head(c.tenant->key, owner);
      if (head == nullptr)
        head = &cache_.add(std::make_unique<Head>(Head{.tenant = c.tenant->key, .key = rows.integer(i, 2), .owner = owner,
                                                       .kind = static_cast<FeedKind>(rows.integer(i, 8)),
                                                       .cur = rows.integer(i, 9)}));
      c.members.push_back(MemberState{.head = head, .kind = static_cast<MemberKind>(rows.integer(i, 3)),
                                      .gone = rows.integer(i, 4) != 0, .read = rows.integer(i, 5),
                                      .delivered = rows.integer(i, 6)});
    }
  }
}

void CommitBatch::load_mids() {
  std::vector<std::tuple<TenantKey, Uuid, std::int64_t>> wanted;
  std::unordered_set<MidName, MidHash> here;
  for (const Item* item : items_) {
    const auto* message = std::get_if<conversations::Message>(&item->change.what);
    if (message == nullptr || item->tenant == nullptr) continue;
    const ConversationState* c = find_conversation(*item);
    if (c == nullptr) continue;
    const auto want = [&](const Uuid& mid) {
      if (here.insert(MidName{c->key, mid}).second) wanted.emplace_back(item->tenant->key, mid, c->key);
    };
    if (message->after) want(*message->after);
    if (message->target) want(*message->target);
    want(message->mid);
  }
  for (std::size_t begin = 0; begin < wanted.size(); begin += 256) {
    const std::size_t count = std::min<std::size_t>(256, wanted.size() - begin);
    Prepared& query = session_.prepare(load_mids_sql, padded(count));
    for (std::size_t i = 0; i < padded(count); ++i) {
      const auto& [tenant, mid, conversation] = wanted[begin + std::min(i, count - 1)];
      session_.begin_row(query, tenant);
      query.add(mid);
      query.add(conversation);
    }
    const Rows& rows = query.execute();
    for (std::size_t i = 0; i < rows.size(); ++i)
      mids_.try_emplace(MidName{rows.integer(i, 1), rows.uuid(i, 2)},
                        KnownMid{.seq = rows.integer(i, 3), .ts = rows.integer(i, 4), .author = rows.uuid(i, 5),
                                 .mac = rows.bytes(i, 6), .kind = static_cast<Kind>(rows.integer(i, 7)),
                                 .recalled = rows.integer(i, 8) != 0});
  }
}

KnownMid* CommitBatch::find_mid(const ConversationState& conversation, const Uuid& mid) {
  const auto found = mids_.find(MidName{conversation.key, mid});
  return found == mids_.end() ? nullptr : &found->second;
}

Head* CommitBatch::find_head(const TenantRef& tenant, const Uuid& owner) {
  if (Head* head = cache_.find_head(tenant->key, owner)) return head;
  const Rows& rows = session_.tenant(tenant->key).run(find_head_sql, owner);
  if (rows.empty()) return nullptr;
  return &cache_.add(std::make_unique<Head>(Head{.tenant = tenant->key, .key = rows.integer(0, 0), .owner = owner,
                                                 .kind = static_cast<FeedKind>(rows.integer(0, 1)), .cur = rows.integer(0, 2)}));
}

std::optional<Named> CommitBatch::find_department(const TenantRef& tenant, const std::optional<Uuid>& id) {
  TenantSession session = session_.tenant(tenant->key);
  const Rows& rows = id ? session.run(find_department_sql, *id) : session.run(first_department_sql);
  if (rows.empty()) return std::nullopt;
  return Named{rows.integer(0, 0), rows.uuid(0, 1), rows.bytes(0, 2)};
}

std::string CommitBatch::load_sealed(const ConversationState& c, const KnownMid& known) {
  if (known.draft != SIZE_MAX) return messages_[known.draft].sealed;
  const Rows& rows = session_.tenant(c.tenant->key).run(load_body_sql, c.key, known.seq);
  return rows.empty() ? std::string() : rows.bytes(0, 0);
}

std::string CommitBatch::load_body(const ConversationState& c, const KnownMid& known, const Uuid& mid) {
  return open_message(*c.tenant, c.id, mid, 0, load_sealed(c, known)).body;
}

CommitBatch::Access CommitBatch::access_of(const TenantRef& tenant, ConversationState& conversation, const Actor& actor) {
  switch (actor.role) {
    case tenants::Role::visitor:
      return conversation.visitor.id == actor.id ? Access::visitor : Access::none;
    case tenants::Role::agent:
    case tenants::Role::admin: {
      if (const MemberState* member = conversation.find_member(actor.id); member != nullptr && member->kind != MemberKind::visitor)
        return member->gone ? Access::staff : Access::member;
      const Head* head = find_head(tenant, actor.id);
      return head != nullptr && head->kind == FeedKind::account ? Access::staff : Access::none;
    }
    case tenants::Role::operator_: return Access::none;
    case tenants::Role::bot:
    case tenants::Role::plugin:
    case tenants::Role::system: return Access::host;
  }
  return Access::none;
}

conversations::Conversation CommitBatch::to_model(ConversationState& c, const Uuid& reader) {
  conversations::Conversation out;
  out.id = c.id;
  out.tenant = c.tenant->id;
  out.site = c.site.id;
  out.status = c.status;
  out.visitor = c.visitor.id;
  out.visitor_name = c.visitor.name;
  if (c.assignee) {
    out.assignee = c.assignee->id;
    out.assignee_name = c.assignee->name;
  }
  out.department = c.department.id;
  out.department_name = c.department.name;
  out.labels = c.labels;
  out.priority = c.priority;
  out.seq = c.seq;
  if (const MemberState* member = c.find_member(reader)) out.read = member->read;
  if (!c.last && c.last_seq != 0) {
    const Rows& rows = session_.tenant(c.tenant->key).run(load_last_sql, c.key, c.last_seq);
    if (!rows.empty()) {
      conversations::Last last{.seq = c.last_seq, .from = {}, .kind = {}, .text = {}, .ts = rows.integer(0, 4)};
      last.kind = to_string(static_cast<Kind>(rows.integer(0, 0)));
      last.from.role = static_cast<tenants::Role>(rows.integer(0, 1));
      last.from.id = rows.uuid(0, 2);
      MessageText text = open_message(*c.tenant, c.id, rows.uuid(0, 3), c.last_seq, rows.bytes(0, 6));
      last.from.name = std::move(text.name);
      last.text = preview_of(text.body);
      c.last = std::move(last);
    }
  }
  out.last = c.last;
  out.rating = c.rating;
  out.closed_by_visitor = c.closed_by_visitor;
  out.opened_at = c.opened_at;
  out.updated_at = c.updated_at;
  out.closed_at = c.closed_at;
  return out;
}

}  // namespace hotdesk::store
