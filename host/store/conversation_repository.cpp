#include "store/conversation_repository.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <charconv>

#include "base/json.hpp"
#include "store/bodies.hpp"
#include "store/kinds.hpp"
#include "store/sealed.hpp"

namespace hotdesk::store {
namespace {

using conversations::Conversation;
using conversations::Status;

// A row as lists and pages show it; the first parameter is the reader, whose mark it bears.
#define HOTDESK_CONVERSATION_ROW                                                                                              \
  "SELECT c.id, c.uuid, s.uuid, v.uuid, v.sealed_name, c.status, a.uuid, a.name, d.uuid, d.name, c.labels, c.priority, c.seq, " \
  "c.rating, c.closed_by_visitor, c.opened_at, c.updated_at, c.closed_at, r.read_seq, c.last_seq, m.kind, m.role, m.author, "   \
  "m.mid, m.ts, m.sealed_body FROM conversation c "                                                                            \
  "JOIN site s ON s.tenant_id = c.tenant_id AND s.id = c.site_id "                                                             \
  "JOIN visitor v ON v.tenant_id = c.tenant_id AND v.id = c.visitor_id "                                                       \
  "JOIN department d ON d.tenant_id = c.tenant_id AND d.id = c.department_id "                                                 \
  "LEFT JOIN account a ON a.tenant_id = c.tenant_id AND a.id = c.assignee_id "                                                 \
  "LEFT JOIN feed_head h ON h.tenant_id = c.tenant_id AND h.owner = ? "                                                        \
  "LEFT JOIN member r ON r.tenant_id = c.tenant_id AND r.conversation_id = c.id AND r.person_id = h.feed_id "                  \
  "LEFT JOIN message m ON m.tenant_id = c.tenant_id AND m.conversation_id = c.id AND m.seq = c.last_seq "
constexpr std::string_view row_shape = "ibbbbibtbttiiiiiiiiiiibbib";

constexpr Statement find_sql{"conversation.find", HOTDESK_CONVERSATION_ROW "WHERE c.tenant_id = :tenant AND c.uuid = ?", row_shape};
// Live ones are few and sorted when asked; closed ones are many and come by their index. `k` of the cursor is updated_at of
// a live one, closed_at of a closed one.
constexpr Statement list_live_sql{
    "conversation.list_live",
    HOTDESK_CONVERSATION_ROW
    "WHERE c.tenant_id = :tenant AND c.status < 4 AND (? < 0 OR c.status = ?) AND (? = 0 OR a.uuid = ?) "
    "AND (? = 0 OR c.assignee_id IS NULL) AND (c.updated_at < ? OR (c.updated_at = ? AND c.id < ?)) "
    "ORDER BY c.updated_at DESC, c.id DESC LIMIT ?", row_shape};
constexpr Statement list_closed_sql{
    "conversation.list_closed",
    HOTDESK_CONVERSATION_ROW
    "WHERE c.tenant_id = :tenant AND c.status = 4 AND (? = 0 OR a.uuid = ?) AND (? = 0 OR c.assignee_id IS NULL) "
    "AND c.closed_at <= ? AND (c.closed_at < ? OR c.id < ?) ORDER BY c.closed_at DESC, c.id DESC LIMIT ?", row_shape};
constexpr Statement list_of_visitor_sql{
    "conversation.list_of_visitor",
    HOTDESK_CONVERSATION_ROW
    "WHERE c.tenant_id = :tenant AND v.uuid = ? AND (? < 0 OR c.status = ?) AND (c.updated_at < ? OR (c.updated_at = ? AND c.id < ?)) "
    "ORDER BY c.updated_at DESC, c.id DESC LIMIT ?", row_shape};
#undef HOTDESK_CONVERSATION_ROW

constexpr Statement waiting_sql{
    "conversation.waiting",
    "SELECT c.uuid, v.uuid, d.uuid, c.labels, c.priority, a.uuid, c.waiting_since, v.language, "
    "c.answered_seq, v.sealed_attributes FROM conversation c "
    "JOIN visitor v ON v.tenant_id = c.tenant_id AND v.id = c.visitor_id "
    "JOIN department d ON d.tenant_id = c.tenant_id AND d.id = c.department_id "
    "LEFT JOIN account a ON a.tenant_id = c.tenant_id AND a.id = c.last_agent_id "
    "WHERE c.tenant_id = :tenant AND c.status = 1 ORDER BY c.waiting_since, c.id LIMIT ?", "bbbtibitib"};
constexpr Statement loads_sql{
    "conversation.loads",
    "SELECT a.id, a.uuid, a.name, a.username, a.state, a.capacity, a.last_assigned_at, (SELECT COUNT(*) FROM conversation c WHERE "
    "c.tenant_id = a.tenant_id AND c.assignee_id = a.id AND c.status IN (2, 3)) FROM department d "
    "JOIN account_department x ON x.tenant_id = d.tenant_id AND x.department_id = d.id "
    "JOIN account a ON a.tenant_id = x.tenant_id AND a.id = x.account_id "
    "WHERE d.tenant_id = :tenant AND d.uuid = ? AND a.active = 1 AND a.role IN (1, 2) ORDER BY a.id", "ibtttiii"};
constexpr Statement departments_of_sql{
    "conversation.departments_of",
    "SELECT x.account_id, y.uuid FROM department d "
    "JOIN account_department z ON z.tenant_id = d.tenant_id AND z.department_id = d.id "
    "JOIN account_department x ON x.tenant_id = z.tenant_id AND x.account_id = z.account_id "
    "JOIN department y ON y.tenant_id = x.tenant_id AND y.id = x.department_id WHERE d.tenant_id = :tenant AND d.uuid = ?", "ib"};
// The visitor's newest text above what a bot is done with, of conversations that are with one (status 0).
#define HOTDESK_OWED_TURN                                                                                                      \
  "SELECT c.uuid, v.uuid, v.language, m.seq, m.ts, m.mid, m.sealed_body FROM conversation c "                                  \
  "JOIN visitor v ON v.tenant_id = c.tenant_id AND v.id = c.visitor_id "                                                       \
  "JOIN message m ON m.tenant_id = c.tenant_id AND m.conversation_id = c.id AND m.seq = "                                      \
  "(SELECT MAX(x.seq) FROM message x WHERE x.tenant_id = c.tenant_id AND x.conversation_id = c.id AND x.seq > c.answered_seq " \
  "AND x.role = 0 AND x.kind = 1 AND x.recalled = 0) "
constexpr Statement owed_turns_sql{
    "conversation.owed_turns", HOTDESK_OWED_TURN "WHERE c.tenant_id = :tenant AND c.status = 0 ORDER BY m.ts, c.id LIMIT ?", "bbtiibb"};
constexpr Statement owed_turn_sql{
    "conversation.owed_turn", HOTDESK_OWED_TURN "WHERE c.tenant_id = :tenant AND c.status = 0 AND c.uuid = ?", "bbtiibb"};
#undef HOTDESK_OWED_TURN
constexpr Statement count_status_sql{
    "conversation.count_status", "SELECT COUNT(*) FROM conversation WHERE tenant_id = :tenant AND status = ? AND closed_at >= ?", "i"};
// By the time-first index of mids, a day early for clients whose clock is late; `ts` is the server's and decides.
constexpr Statement count_messages_sql{
    "conversation.count_messages",
    "SELECT COUNT(*) FROM message WHERE tenant_id = :tenant AND mid >= ? AND ts >= ? AND kind < 5", "i"};

std::vector<std::string> labels_of(const std::string& text) {
  std::vector<std::string> out;
  const Result<Json> parsed = parse_json(text);
  if (parsed && parsed->is_array())
    for (const auto& label : *parsed)
      if (label.is_string()) out.push_back(label.get<std::string>());
  return out;
}

Conversation conversation_of(const TenantSecrets& tenant, const Rows& rows, std::size_t i) {
  Conversation c;
  c.id = rows.uuid(i, 1);
  c.tenant = tenant.id;
  c.site = rows.uuid(i, 2);
  c.visitor = rows.uuid(i, 3);
  c.visitor_name = open_column(tenant, "visitor.name", c.visitor, rows.bytes(i, 4));
  c.status = static_cast<Status>(rows.integer(i, 5));
  c.assignee = rows.find_uuid(i, 6);
  c.assignee_name = rows.bytes(i, 7);
  c.department = rows.uuid(i, 8);
  c.department_name = rows.bytes(i, 9);
  c.labels = labels_of(rows.bytes(i, 10));
  c.priority = static_cast<int>(rows.integer(i, 11));
  c.seq = rows.integer(i, 12);
  if (!rows.null(i, 13)) c.rating = static_cast<int>(rows.integer(i, 13));
  c.closed_by_visitor = rows.integer(i, 14) != 0;
  c.opened_at = rows.integer(i, 15);
  c.updated_at = rows.integer(i, 16);
  c.closed_at = rows.integer(i, 17);
  c.read = rows.integer(i, 18);
  if (!rows.null(i, 20)) {
    conversations::Last last{.seq = rows.integer(i, 19), .from = {}, .kind = {}, .text = {}, .ts = rows.integer(i, 24)};
    last.kind = to_string(static_cast<Kind>(rows.integer(i, 20)));
    last.from.role = static_cast<tenants::Role>(rows.integer(i, 21));
    last.from.id = rows.uuid(i, 22);
    MessageText text = open_message(tenant, c.id, rows.uuid(i, 23), last.seq, rows.bytes(i, 25));
    last.from.name = std::move(text.name);
    last.text = preview_of(text.body);
    c.last = std::move(last);
  }
  return c;
}

/// A JSON object of texts, as the site gave it.
std::vector<std::pair<std::string, std::string>> attributes_of(const std::string& text) {
  std::vector<std::pair<std::string, std::string>> out;
  const Result<Json> parsed = parse_json(text);
  if (parsed && parsed->is_object())
    for (const auto& [name, value] : parsed->items())
      if (value.is_string()) out.emplace_back(name, value.get<std::string>());
  return out;
}

conversations::OwedTurn owed_of(const TenantSecrets& tenant, const Rows& rows, std::size_t i) {
  conversations::OwedTurn turn;
  turn.conversation = rows.uuid(i, 0);
  turn.visitor = rows.uuid(i, 1);
  turn.language = rows.bytes(i, 2);
  turn.seq = rows.integer(i, 3);
  turn.at = rows.integer(i, 4);
  const auto body = parse_json(open_message(tenant, turn.conversation, rows.uuid(i, 5), turn.seq, rows.bytes(i, 6)).body);
  if (body && body->is_object()) turn.text = find_string(*body, "text").value_or("");
  return turn;
}

/// Where a list goes on: (key, id) of the last row given.
struct Cursor {
  std::int64_t key = INT64_MAX;
  std::int64_t id = INT64_MAX;
};

std::optional<Cursor> parse_cursor(const std::string& text) {
  Cursor cursor;
  if (text.empty()) return cursor;
  const char* end = text.data() + text.size();
  const auto first = std::from_chars(text.data(), end, cursor.key);
  if (first.ec != std::errc{} || first.ptr == end || *first.ptr != '.') return std::nullopt;
  const auto second = std::from_chars(first.ptr + 1, end, cursor.id);
  if (second.ec != std::errc{} || second.ptr != end) return std::nullopt;
  return cursor;
}

struct Listed {
  std::int64_t key;
  std::int64_t id;
  Conversation conversation;
};

}  // namespace

Result<std::optional<Conversation>> ConversationRepository::find_conversation(const Uuid& tenant, const Uuid& id, const Uuid& reader) {
  return read_tenant(db_, tenant, [&](TenantSession& session, const TenantSecrets& secrets) -> Result<std::optional<Conversation>> {
    const Rows& rows = session.run(find_sql, reader, id);
    if (rows.empty()) return std::nullopt;
    return std::optional(conversation_of(secrets, rows, 0));
  });
}

Result<conversations::ConversationPage> ConversationRepository::list_conversations(const Uuid& tenant, const Uuid& reader,
                                                                                   const conversations::ListFilter& filter) {
  const std::optional<Cursor> at = parse_cursor(filter.cursor);
  if (!at) return fail(Errc::invalid, "The cursor is not one that this list gave.", "cursor");
  const std::size_t limit = static_cast<std::size_t>(std::clamp(filter.limit, 1, 200));
  return read_tenant(db_, tenant, [&](TenantSession& session, const TenantSecrets& secrets) -> Result<conversations::ConversationPage> {
    std::vector<Listed> found;
    const auto take = [&](const Rows& rows, std::size_t key_column) {
      for (std::size_t i = 0; i < rows.size(); ++i)
        found.push_back(Listed{rows.integer(i, key_column), rows.integer(i, 0), conversation_of(secrets, rows, i)});
    };
    const auto more = static_cast<std::int64_t>(limit) + 1;
    const int status = filter.status ? static_cast<int>(*filter.status) : -1;
    const Uuid assignee = filter.assignee.value_or(Uuid{});
    if (filter.visitor) {
      take(session.run(list_of_visitor_sql, reader, *filter.visitor, status, status, at->key, at->key, at->id, more), 16);
    } else {
      if (filter.status != Status::closed)
        take(session.run(list_live_sql, reader, status, status, filter.assignee.has_value(), assignee, filter.unassigned, at->key,
                         at->key, at->id, more), 16);
      if (!filter.status || filter.status == Status::closed)
        take(session.run(list_closed_sql, reader, filter.assignee.has_value(), assignee, filter.unassigned, at->key, at->key, at->id,
                         more), 17);
    }
    std::sort(found.begin(), found.end(), [](const Listed& a, const Listed& b) { return std::pair(a.key, a.id) > std::pair(b.key, b.id); });
    conversations::ConversationPage page;
    for (Listed& row : found) {
      if (page.items.size() == limit) break;
      page.items.push_back(std::move(row.conversation));
    }
    if (found.size() > limit) page.next = std::to_string(found[limit - 1].key) + "." + std::to_string(found[limit - 1].id);
    return page;
  });
}

Result<std::vector<conversations::Waiting>> ConversationRepository::list_waiting(const Uuid& tenant, int limit) {
  return read_tenant(db_, tenant, [&](TenantSession& session, const TenantSecrets& secrets) -> Result<std::vector<conversations::Waiting>> {
    const Rows& rows = session.run(waiting_sql, std::max(limit, 0));
    std::vector<conversations::Waiting> out;
    for (std::size_t i = 0; i < rows.size(); ++i)
      out.push_back({.conversation = rows.uuid(i, 0), .visitor = rows.uuid(i, 1), .department = rows.uuid(i, 2),
                     .labels = labels_of(rows.bytes(i, 3)), .priority = static_cast<int>(rows.integer(i, 4)),
                     .last_agent = rows.find_uuid(i, 5), .since = rows.integer(i, 6), .language = rows.bytes(i, 7),
                     .attributes = attributes_of(open_column(secrets, "visitor.attributes", rows.uuid(i, 1), rows.bytes(i, 9))),
                     .bot_had_it = rows.integer(i, 8) != 0});
    return out;
  });
}

Result<std::vector<conversations::AgentLoad>> ConversationRepository::list_loads(const Uuid& tenant, const Uuid& department) {
  return read_tenant(db_, tenant, [&](TenantSession& session, const TenantSecrets&) -> Result<std::vector<conversations::AgentLoad>> {
    std::vector<conversations::AgentLoad> out;
    std::vector<std::int64_t> keys;
    const Rows& rows = session.run(loads_sql, department);
    for (std::size_t i = 0; i < rows.size(); ++i) {
      keys.push_back(rows.integer(i, 0));
      out.push_back({.id = rows.uuid(i, 1), .name = rows.bytes(i, 2), .username = rows.bytes(i, 3), .departments = {},
                     .state = rows.bytes(i, 4), .open = static_cast<int>(rows.integer(i, 7)),
                     .capacity = static_cast<int>(rows.integer(i, 5)), .last_assigned_at = rows.integer(i, 6)});
    }
    const Rows& theirs = session.run(departments_of_sql, department);
    for (std::size_t i = 0; i < theirs.size(); ++i) {
      const auto at = std::find(keys.begin(), keys.end(), theirs.integer(i, 0));
      if (at != keys.end()) out[static_cast<std::size_t>(at - keys.begin())].departments.push_back(theirs.uuid(i, 1));
    }
    return out;
  });
}

Result<std::vector<conversations::OwedTurn>> ConversationRepository::list_owed_turns(const Uuid& tenant, int limit) {
  return read_tenant(db_, tenant, [&](TenantSession& session, const TenantSecrets& secrets) -> Result<std::vector<conversations::OwedTurn>> {
    std::vector<conversations::OwedTurn> out;
    const Rows& rows = session.run(owed_turns_sql, std::max(limit, 0));
    for (std::size_t i = 0; i < rows.size(); ++i) out.push_back(owed_of(secrets, rows, i));
    return out;
  });
}

Result<std::optional<conversations::OwedTurn>> ConversationRepository::find_owed_turn(const Uuid& tenant, const Uuid& conversation) {
  return read_tenant(db_, tenant, [&](TenantSession& session, const TenantSecrets& secrets) -> Result<std::optional<conversations::OwedTurn>> {
    const Rows& rows = session.run(owed_turn_sql, conversation);
    if (rows.empty()) return std::optional<conversations::OwedTurn>{};
    return std::optional(owed_of(secrets, rows, 0));
  });
}

Result<ConversationRepository::Counts> ConversationRepository::count(const Uuid& tenant, std::int64_t since) {
  return read_tenant(db_, tenant, [&](TenantSession& session, const TenantSecrets&) -> Result<Counts> {
    const auto of = [&](Status status, std::int64_t from) {
      return session.run(count_status_sql, static_cast<int>(status), from).integer(0, 0);
    };
    Counts counts;
    counts.open = of(Status::open, 0);
    counts.waiting = of(Status::waiting, 0);
    counts.closed = of(Status::closed, since);
    constexpr std::int64_t day = 24LL * 3600 * 1000;
    std::array<std::uint8_t, 16> first{};
    const auto ms = static_cast<std::uint64_t>(std::max<std::int64_t>(0, since - day));
    for (std::size_t i = 0; i < 6; ++i) first[i] = static_cast<std::uint8_t>(ms >> (8 * (5 - i)));
    counts.messages = session.run(count_messages_sql, Uuid{first}, since).integer(0, 0);
    return counts;
  });
}

}  // namespace hotdesk::store
