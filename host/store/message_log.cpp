#include "store/message_log.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>

#include "base/json.hpp"
#include "store/kinds.hpp"
#include "store/sealed.hpp"

namespace hotdesk::store {
namespace {

using conversations::Entry;

constexpr Statement find_head_sql{
    "log.find_head", "SELECT feed_id, kind, cur, oldest FROM feed_head WHERE tenant_id = :tenant AND owner = ?", "iiii"};
constexpr Statement read_feed_sql{
    "log.read_feed",
    "SELECT f.cur, f.seq, f.kind, f.ts, f.sealed_payload, c.uuid, m.role, m.author, m.mid, m.reply, m.recalled, m.sealed_body "
    "FROM feed_entry f LEFT JOIN conversation c ON c.tenant_id = f.tenant_id AND c.id = f.conversation_id "
    "LEFT JOIN message m ON m.tenant_id = f.tenant_id AND m.conversation_id = f.conversation_id AND m.seq = f.seq "
    "WHERE f.tenant_id = :tenant AND f.feed_id = ? AND f.cur > ? ORDER BY f.cur LIMIT ?", "iiiibbibbbib"};
constexpr Statement find_conversation_sql{
    "log.find_conversation", "SELECT id, seq, visible_seq FROM conversation WHERE tenant_id = :tenant AND uuid = ?", "iii"};
constexpr Statement page_before_sql{
    "log.page_before",
    "SELECT seq, kind, ts, role, author, mid, reply, recalled, sealed_body FROM message WHERE tenant_id = :tenant "
    "AND conversation_id = ? AND seq < ? AND staff_only <= ? ORDER BY seq DESC LIMIT ?", "iiiibbbib"};
constexpr Statement page_after_sql{
    "log.page_after",
    "SELECT seq, kind, ts, role, author, mid, reply, recalled, sealed_body FROM message WHERE tenant_id = :tenant "
    "AND conversation_id = ? AND seq > ? AND staff_only <= ? ORDER BY seq LIMIT ?", "iiiibbbib"};
constexpr Statement find_mid_sql{
    "log.find_mid",
    "SELECT m.author, m.seq, m.ts, m.mac, m.sealed_body FROM conversation c JOIN message m ON m.tenant_id = c.tenant_id "
    "AND m.conversation_id = c.id AND m.mid = ? WHERE c.tenant_id = :tenant AND c.uuid = ?", "biibb"};
constexpr Statement is_member_sql{
    "log.is_member",
    "SELECT m.kind FROM conversation c JOIN feed_head h ON h.tenant_id = c.tenant_id AND h.owner = ? "
    "JOIN member m ON m.tenant_id = c.tenant_id AND m.conversation_id = c.id AND m.person_id = h.feed_id AND m.gone = 0 "
    "WHERE c.tenant_id = :tenant AND c.uuid = ?", "i"};
constexpr Statement is_staff_sql{
    "log.is_staff",
    "SELECT a.id FROM conversation c JOIN account a ON a.tenant_id = c.tenant_id AND a.uuid = ? AND a.active = 1 AND a.role IN (1, 2) "
    "WHERE c.tenant_id = :tenant AND c.uuid = ?", "i"};
constexpr Statement find_visitor_sql{
    "log.find_visitor", "SELECT id, sealed_name, gen, active FROM visitor WHERE tenant_id = :tenant AND uuid = ?", "ibii"};
constexpr Statement visitor_conversations_sql{
    "log.visitor_conversations",
    "SELECT uuid, status, closed_by_visitor, closed_at FROM conversation WHERE tenant_id = :tenant AND visitor_id = ? ORDER BY ordinal",
    "biii"};
constexpr Statement find_account_sql{
    "log.find_account", "SELECT id, name, role, active, gen, state FROM account WHERE tenant_id = :tenant AND uuid = ?", "itiiit"};
constexpr Statement account_heads_sql{
    "log.account_heads",
    "SELECT h.owner, h.cur FROM account_department x JOIN feed_head h ON h.tenant_id = x.tenant_id AND h.feed_id = x.department_id "
    "WHERE x.tenant_id = :tenant AND x.account_id = ? ORDER BY x.department_id", "bi"};
constexpr Statement site_active_sql{"log.site_active", "SELECT active FROM site WHERE tenant_id = :tenant AND uuid = ?", "i"};
constexpr Statement tenant_epoch_sql{"log.tenant_epoch", "SELECT epoch FROM tenant WHERE id = ?", "t", Scope::system};

constexpr int closed_status = static_cast<int>(conversations::Status::closed);

/// Visitors never see why their conversation was handed on or over.
std::string without_note(const std::string& body) {
  Result<Json> parsed = parse_json(body);
  if (!parsed || !parsed->is_object()) return body;
  parsed->erase("note");
  return dump_json(*parsed);
}

Entry entry_of(const TenantSecrets& tenant, const Uuid& conversation, const Rows& rows, std::size_t i, bool staff) {
  Entry entry;
  entry.conversation = conversation;
  entry.seq = rows.integer(i, 0);
  const auto kind = static_cast<Kind>(rows.integer(i, 1));
  entry.kind = to_string(kind);
  entry.ts = rows.integer(i, 2);
  entry.from.role = static_cast<tenants::Role>(rows.integer(i, 3));
  entry.from.id = rows.uuid(i, 4);
  entry.mid = rows.find_uuid(i, 5);
  entry.reply = rows.find_uuid(i, 6);
  entry.recalled = rows.integer(i, 7) != 0;
  MessageText text = open_message(tenant, conversation, entry.mid.value_or(Uuid{}), entry.seq, rows.bytes(i, 8));
  entry.from.name = std::move(text.name);
  entry.body = bears_note(kind) && !staff ? without_note(text.body) : std::move(text.body);
  return entry;
}

}  // namespace

Result<delivery::FeedPage> MessageLog::read_feed(const Uuid& tenant, const delivery::FeedName& feed, std::int64_t cur, int max) {
  const TenantRef secrets = db_.tenants.find(tenant);
  if (secrets == nullptr) return no_tenant();
  return db_.readers.snapshot([&](Connection& connection) -> Result<delivery::FeedPage> {
    TenantSession session(connection, secrets->key);
    delivery::FeedPage page;
    page.next = cur;
    const Rows& head = session.run(find_head_sql, feed.owner);
    if (head.empty()) return page;
    const auto owner = static_cast<FeedKind>(head.integer(0, 1));
    if ((owner == FeedKind::department) != feed.department) return page;
    page.head = head.integer(0, 2);
    page.oldest = head.integer(0, 3);
    const std::size_t limit = static_cast<std::size_t>(std::max(max, 0));
    const Rows& rows = session.run(read_feed_sql, head.integer(0, 0), cur, static_cast<std::int64_t>(limit) + 1);
    const std::size_t count = std::min(rows.size(), limit);
    page.more = rows.size() > count;
    page.items.reserve(count);
    for (std::size_t i = 0; i < count; ++i) {
      Entry& entry = page.items.emplace_back();
      entry.cur = rows.integer(i, 0);
      entry.prev = entry.cur - 1;
      entry.seq = rows.integer(i, 1);
      const auto kind = static_cast<Kind>(rows.integer(i, 2));
      entry.kind = to_string(kind);
      entry.ts = rows.integer(i, 3);
      entry.conversation = rows.uuid(i, 5);
      if (entry.seq == 0) {
        Payload payload = open_payload(*secrets, entry.conversation, static_cast<int>(kind), entry.ts, rows.bytes(i, 4));
        entry.from = std::move(payload.from);
        entry.body = std::move(payload.body);
        continue;
      }
      entry.from.role = static_cast<tenants::Role>(rows.integer(i, 6));
      entry.from.id = rows.uuid(i, 7);
      entry.mid = rows.find_uuid(i, 8);
      entry.reply = rows.find_uuid(i, 9);
      entry.recalled = rows.integer(i, 10) != 0;
      MessageText text = open_message(*secrets, entry.conversation, entry.mid.value_or(Uuid{}), entry.seq, rows.bytes(i, 11));
      entry.from.name = std::move(text.name);
      entry.body = bears_note(kind) && owner == FeedKind::visitor ? without_note(text.body) : std::move(text.body);
    }
    if (!page.items.empty()) page.next = page.items.back().cur;
    return page;
  });
}

Result<delivery::ConversationPage> MessageLog::read_conversation(const Uuid& tenant, const Uuid& conversation,
                                                                 std::optional<std::int64_t> before, std::optional<std::int64_t> after,
                                                                 int max, bool staff) {
  const TenantRef secrets = db_.tenants.find(tenant);
  if (secrets == nullptr) return no_tenant();
  return db_.readers.snapshot([&](Connection& connection) -> Result<delivery::ConversationPage> {
    TenantSession session(connection, secrets->key);
    const Rows& found = session.run(find_conversation_sql, conversation);
    if (found.empty()) return fail(Errc::not_found, "There is no such conversation.");
    delivery::ConversationPage page;
    const std::int64_t key = found.integer(0, 0);
    page.head = staff ? found.integer(0, 1) : found.integer(0, 2);
    const std::size_t limit = static_cast<std::size_t>(std::max(max, 0));
    const bool forward = after.has_value();
    const std::int64_t from = forward ? *after : before.value_or(0);
    page.next = from;
    const std::int64_t bound = forward || from != 0 ? from : INT64_MAX;
    const Rows& rows = session.run(forward ? page_after_sql : page_before_sql, key, bound, staff ? 1 : 0,
                                   static_cast<std::int64_t>(limit) + 1);
    const std::size_t count = std::min(rows.size(), limit);
    page.more = rows.size() > count;
    for (std::size_t i = 0; i < count; ++i) page.items.push_back(entry_of(*secrets, conversation, rows, i, staff));
    if (!page.items.empty()) page.next = page.items.back().seq;
    if (!forward) std::reverse(page.items.begin(), page.items.end());
    return page;
  });
}

Result<std::optional<delivery::FoundMid>> MessageLog::find_mid(const Uuid& tenant, const Uuid& conversation, const Uuid& mid) {
  return read_tenant(db_, tenant, [&](TenantSession& session, const TenantSecrets& secrets) -> Result<std::optional<delivery::FoundMid>> {
    const Rows& rows = session.run(find_mid_sql, mid, conversation);
    if (rows.empty()) return std::nullopt;
    delivery::FoundMid found{.sender = rows.uuid(0, 0), .seq = rows.integer(0, 1), .ts = rows.integer(0, 2), .mac = rows.bytes(0, 3), .body = {}};
    found.body = open_message(secrets, conversation, mid, 0, rows.bytes(0, 4)).body;
    return std::optional(std::move(found));
  });
}

Result<bool> MessageLog::is_member(const Uuid& tenant, const Uuid& conversation, const Uuid& user) {
  return read_tenant(db_, tenant, [&](TenantSession& session, const TenantSecrets&) -> Result<bool> {
    if (!session.run(is_member_sql, user, conversation).empty()) return true;
    return !session.run(is_staff_sql, user, conversation).empty();
  });
}

Result<std::vector<std::int64_t>> MessageLog::heads(const Uuid& tenant, const std::vector<delivery::FeedName>& feeds) {
  return read_tenant(db_, tenant, [&](TenantSession& session, const TenantSecrets&) -> Result<std::vector<std::int64_t>> {
    std::vector<std::int64_t> out;
    out.reserve(feeds.size());
    for (const delivery::FeedName& feed : feeds) {
      const Rows& rows = session.run(find_head_sql, feed.owner);
      const bool right = !rows.empty() && (static_cast<FeedKind>(rows.integer(0, 1)) == FeedKind::department) == feed.department;
      out.push_back(right ? rows.integer(0, 2) : 0);
    }
    return out;
  });
}

Result<delivery::Position> MessageLog::load_position(const Uuid& tenant, const Uuid& user, tenants::Role role, const Uuid& site,
                                                     std::int64_t now) {
  const TenantRef secrets = db_.tenants.find(tenant);
  if (secrets == nullptr) return no_tenant();
  return db_.readers.snapshot([&](Connection& connection) -> Result<delivery::Position> {
    delivery::Position position;
    position.role = role;
    position.epoch = epoch_ + "." + [&] {
      const Rows& rows = SystemSession(connection).run(tenant_epoch_sql, secrets->key.value());
      return rows.empty() ? std::string() : rows.bytes(0, 0);
    }();
    TenantSession session(connection, secrets->key);
    if (!site.is_nil()) {
      const Rows& rows = session.run(site_active_sql, site);
      position.site_active = !rows.empty() && rows.integer(0, 0) != 0;
    }
    const auto head_of = [&](const Uuid& owner) {
      const Rows& rows = session.run(find_head_sql, owner);
      return rows.empty() ? 0 : rows.integer(0, 2);
    };
    if (role == tenants::Role::visitor) {
      std::int64_t finished = 0;
      const Rows& row = session.run(find_visitor_sql, user);
      if (!row.empty()) {
        position.known = true;
        position.name = open_column(*secrets, "visitor.name", user, row.bytes(0, 1));
        position.gen = row.integer(0, 2);
        position.active = row.integer(0, 3) != 0;
        const Rows& all = session.run(visitor_conversations_sql, row.integer(0, 0));
        for (std::size_t i = 0; i < all.size(); ++i) {
          const bool over = all.integer(i, 1) == closed_status &&
                            (all.integer(i, 2) != 0 || all.integer(i, 3) <= now - settings_.reopen_window_ms);
          if (over) ++finished;
          else position.conversation = all.uuid(i, 0);
        }
      }
      if (!position.conversation) position.conversation = settings_.conversation_ids(tenant, user, finished);
      position.heads.emplace_back(delivery::FeedName{user, false}, position.known ? head_of(user) : 0);
      return position;
    }
    const Rows& row = session.run(find_account_sql, user);
    if (row.empty()) {
      position.active = false;
      return position;
    }
    position.known = true;
    position.name = row.bytes(0, 1);
    position.role = static_cast<tenants::Role>(row.integer(0, 2));
    position.active = row.integer(0, 3) != 0;
    position.gen = row.integer(0, 4);
    position.state = row.bytes(0, 5);
    position.heads.emplace_back(delivery::FeedName{user, false}, head_of(user));
    const Rows& departments = session.run(account_heads_sql, row.integer(0, 0));
    for (std::size_t i = 0; i < departments.size(); ++i) {
      position.departments.push_back(departments.uuid(i, 0));
      position.heads.emplace_back(delivery::FeedName{departments.uuid(i, 0), true}, departments.integer(i, 1));
    }
    return position;
  });
}

}  // namespace hotdesk::store
