#include "store/log_repository.hpp"

#include <algorithm>
#include <charconv>

#include "base/text.hpp"

namespace hotdesk::store {
namespace {

constexpr Statement insert_login_sql{
    "log.insert_login",
    "INSERT INTO login_log (tenant_id, id, username, ip, success, at, source, ua) VALUES (:tenant, ?, ?, ?, ?, ?, ?, ?)", ""};
constexpr Statement touch_user_sql{
    "log.touch_user", "UPDATE account SET last_login_at = ? WHERE tenant_id = :tenant AND username = ?", ""};
constexpr Statement list_logins_sql{
    "log.list_logins",
    "SELECT id, username, ip, success, at, source, ua FROM login_log WHERE tenant_id = :tenant AND id < ? ORDER BY id DESC LIMIT ?",
    "ittiitt"};
constexpr Statement list_audit_sql{
    "log.list_audit",
    "SELECT id, at, actor, actor_name, action, target, detail, ip FROM audit_log WHERE tenant_id = :tenant AND id < ? "
    "AND (? = '' OR target = ?) ORDER BY id DESC LIMIT ?", "iibttttt"};

/// Rows of nobody's tenant: a user name that does not exist.
constexpr TenantKey nobody{0};

Result<std::int64_t> before_of(const std::string& cursor) {
  std::int64_t value = INT64_MAX;
  if (cursor.empty()) return value;
  const auto [end, error] = std::from_chars(cursor.data(), cursor.data() + cursor.size(), value);
  if (error != std::errc{} || end != cursor.data() + cursor.size() || value < 0)
    return fail(Errc::invalid, "The cursor is not one that this list gave.", "cursor");
  return value;
}

std::int64_t bounded(int limit) { return std::clamp(limit, 1, 200); }

}  // namespace

Result<> LogRepository::record_login(const Uuid& tenant, const tenants::LoginAttempt& attempt) {
  const auto insert = [&](TenantSession& session, KeyAllocator& keys) {
    session.run(insert_login_sql, keys.next(), attempt.username, attempt.ip, attempt.success, attempt.timestamp, attempt.source,
                attempt.ua);
    if (attempt.success) session.run(touch_user_sql, attempt.timestamp, to_lower_ascii(attempt.username));
  };
  if (!tenant.is_nil())
    return write_tenant(db_, tenant, GroupCommit::Touches::nothing, nullptr,
                        [&](TenantSession& session, const TenantSecrets&, KeyAllocator& keys) { insert(session, keys); });
  try {
    db_.writer.run(GroupCommit::Touches::nothing, [&](Connection& connection, KeyAllocator& keys) {
      TenantSession session(connection, nobody);
      insert(session, keys);
    });
    return {};
  } catch (const DatabaseError& error) {
    return fail(Errc::storage, error.what());
  }
}

Result<> LogRepository::record_audit(const Uuid& tenant, const tenants::AuditEntry& entry) {
  if (!tenant.is_nil())
    return write_tenant(db_, tenant, GroupCommit::Touches::nothing, &entry, [](TenantSession&, const TenantSecrets&, KeyAllocator&) {});
  try {
    db_.writer.run(GroupCommit::Touches::nothing, [&](Connection& connection, KeyAllocator& keys) {
      TenantSession session(connection, nobody);
      write_audit(session, keys.next(), entry);
    });
    return {};
  } catch (const DatabaseError& error) {
    return fail(Errc::storage, error.what());
  }
}

Result<tenants::Page<tenants::LoginAttempt>> LogRepository::list_logins(const Uuid& tenant, const std::string& cursor, int limit) {
  const auto before = before_of(cursor);
  if (!before) return before.error();
  using Page = tenants::Page<tenants::LoginAttempt>;
  return read_tenant(db_, tenant, [&](TenantSession& session, const TenantSecrets&) -> Result<Page> {
    const Rows& rows = session.run(list_logins_sql, *before, bounded(limit) + 1);
    Page page;
    const std::size_t count = std::min(rows.size(), static_cast<std::size_t>(bounded(limit)));
    for (std::size_t i = 0; i < count; ++i)
      page.items.push_back({.username = rows.bytes(i, 1), .ip = rows.bytes(i, 2), .success = rows.integer(i, 3) != 0,
                            .timestamp = rows.integer(i, 4), .source = rows.bytes(i, 5), .ua = rows.bytes(i, 6)});
    if (rows.size() > count) page.next = std::to_string(rows.integer(count - 1, 0));
    return page;
  });
}

Result<tenants::Page<tenants::AuditEntry>> LogRepository::list_audit(const Uuid& tenant, const std::string& cursor, int limit,
                                                                     const std::string& target) {
  const auto before = before_of(cursor);
  if (!before) return before.error();
  using Page = tenants::Page<tenants::AuditEntry>;
  const auto read = [&](TenantSession& session) -> Result<Page> {
    const Rows& rows = session.run(list_audit_sql, *before, target, target, bounded(limit) + 1);
    Page page;
    const std::size_t count = std::min(rows.size(), static_cast<std::size_t>(bounded(limit)));
    for (std::size_t i = 0; i < count; ++i)
      page.items.push_back({.at = rows.integer(i, 1), .actor = rows.uuid(i, 2), .actor_name = rows.bytes(i, 3),
                            .action = rows.bytes(i, 4), .target = rows.bytes(i, 5), .detail = rows.bytes(i, 6), .ip = rows.bytes(i, 7)});
    if (rows.size() > count) page.next = std::to_string(rows.integer(count - 1, 0));
    return page;
  };
  if (!tenant.is_nil()) return read_tenant(db_, tenant, [&](TenantSession& session, const TenantSecrets&) { return read(session); });
  return db_.readers.use([&](Connection& connection) {
    TenantSession session(connection, nobody);
    return read(session);
  });
}

}  // namespace hotdesk::store
