#include "store/user_repository.hpp"

#include "base/text.hpp"
#include "store/kinds.hpp"

namespace hotdesk::store {
namespace {

constexpr Statement insert_sql{
    "user.insert",
    "INSERT INTO account (tenant_id, id, uuid, username, name, role, active, gen, capacity, state, password_hash, created_at, "
    "last_login_at, last_assigned_at) VALUES (:tenant, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 0, 0)", ""};
constexpr Statement insert_head_sql{
    "user.insert_head",
    "INSERT INTO feed_head (tenant_id, feed_id, owner, kind, cur, oldest) VALUES (:tenant, ?, ?, ?, 0, 0)", ""};
constexpr Statement find_key_sql{"user.find_key", "SELECT id FROM account WHERE tenant_id = :tenant AND uuid = ?", "i"};
constexpr Statement update_sql{
    "user.update",
    "UPDATE account SET name = ?, role = ?, active = ?, gen = ?, capacity = ?, state = ?, password_hash = ? "
    "WHERE tenant_id = :tenant AND id = ?", ""};
constexpr Statement leave_sql{
    "user.leave_departments", "DELETE FROM account_department WHERE tenant_id = :tenant AND account_id = ?", ""};
constexpr Statement find_department_sql{
    "user.find_department", "SELECT id FROM department WHERE tenant_id = :tenant AND uuid = ?", "i"};
constexpr Statement join_sql{
    "user.join_department",
    "INSERT INTO account_department (tenant_id, account_id, department_id) VALUES (:tenant, ?, ?)", ""};
constexpr Statement find_sql{
    "user.find",
    "SELECT id, uuid, username, name, role, active, gen, capacity, state, password_hash, created_at, last_login_at FROM account "
    "WHERE tenant_id = :tenant AND uuid = ?", "ibttiiiittii"};
constexpr Statement list_sql{
    "user.list",
    "SELECT id, uuid, username, name, role, active, gen, capacity, state, password_hash, created_at, last_login_at FROM account "
    "WHERE tenant_id = :tenant ORDER BY id", "ibttiiiittii"};
constexpr Statement find_by_name_sql{
    "user.find_by_name", "SELECT tenant_id, uuid FROM account WHERE username = ?", "ib", Scope::lookup};
constexpr Statement list_departments_sql{
    "user.list_departments",
    "SELECT x.account_id, d.uuid FROM account_department x JOIN department d ON d.tenant_id = x.tenant_id AND d.id = x.department_id "
    "WHERE x.tenant_id = :tenant ORDER BY x.account_id, d.id", "ib"};
constexpr Statement find_departments_sql{
    "user.find_departments",
    "SELECT x.account_id, d.uuid FROM account_department x JOIN department d ON d.tenant_id = x.tenant_id AND d.id = x.department_id "
    "WHERE x.tenant_id = :tenant AND x.account_id = ? ORDER BY d.id", "ib"};
constexpr Statement state_sql{"user.state", "UPDATE account SET state = ? WHERE tenant_id = :tenant AND uuid = ?", ""};

tenants::User user_of(const Rows& rows, std::size_t i, const Uuid& tenant) {
  tenants::User user;
  user.id = rows.uuid(i, 1);
  user.tenant = tenant;
  user.username = rows.bytes(i, 2);
  user.name = rows.bytes(i, 3);
  user.role = static_cast<tenants::Role>(rows.integer(i, 4));
  user.active = rows.integer(i, 5) != 0;
  user.gen = rows.integer(i, 6);
  user.capacity = static_cast<int>(rows.integer(i, 7));
  user.state = rows.bytes(i, 8);
  user.password_hash = rows.bytes(i, 9);
  user.created_at = rows.integer(i, 10);
  user.last_login_at = rows.integer(i, 11);
  return user;
}

void join_departments(TenantSession& session, std::int64_t key, const std::vector<Uuid>& departments) {
  for (const Uuid& department : departments) {
    const Rows& found = session.run(find_department_sql, department);
    if (found.empty()) throw Refused{fail(Errc::not_found, "There is no such department.", "departments")};
    session.run(join_sql, key, found.integer(0, 0));
  }
}

}  // namespace

Result<> UserRepository::create_user(const tenants::User& user, const tenants::AuditEntry& audit) {
  return write_tenant(
      db_, user.tenant, GroupCommit::Touches::loaded, &audit,
      [&](TenantSession& session, const TenantSecrets&, KeyAllocator& keys) {
        const std::int64_t key = keys.next();
        session.run(insert_sql, key, user.id, to_lower_ascii(user.username), user.name, static_cast<int>(user.role), user.active,
                    user.gen, user.capacity, user.state, user.password_hash, user.created_at);
        session.run(insert_head_sql, key, user.id, static_cast<int>(FeedKind::account));
        join_departments(session, key, user.departments);
      },
      "The user name is taken.");
}

Result<> UserRepository::update_user(const tenants::User& user, const tenants::AuditEntry& audit) {
  return write_tenant(db_, user.tenant, GroupCommit::Touches::loaded, &audit,
                      [&](TenantSession& session, const TenantSecrets&, KeyAllocator&) {
                        const Rows& found = session.run(find_key_sql, user.id);
                        if (found.empty()) throw Refused{fail(Errc::not_found, "There is no such user.")};
                        const std::int64_t key = found.integer(0, 0);
                        session.run(update_sql, user.name, static_cast<int>(user.role), user.active, user.gen, user.capacity,
                                    user.state, user.password_hash, key);
                        session.run(leave_sql, key);
                        join_departments(session, key, user.departments);
                      });
}

Result<std::optional<tenants::User>> UserRepository::find_user(const Uuid& tenant, const Uuid& id) {
  return read_tenant(db_, tenant, [&](TenantSession& session, const TenantSecrets&) -> Result<std::optional<tenants::User>> {
    const Rows& rows = session.run(find_sql, id);
    if (rows.empty()) return std::nullopt;
    tenants::User user = user_of(rows, 0, tenant);
    const Rows& departments = session.run(find_departments_sql, rows.integer(0, 0));
    for (std::size_t i = 0; i < departments.size(); ++i) user.departments.push_back(departments.uuid(i, 1));
    return std::optional(std::move(user));
  });
}

Result<std::optional<tenants::User>> UserRepository::find_user_by_name(std::string_view username) {
  auto found = db_.readers.use([&](Connection& connection) -> Result<std::optional<std::pair<TenantKey, Uuid>>> {
    const Rows& rows = SystemSession(connection).run(find_by_name_sql, to_lower_ascii(username));
    if (rows.empty()) return std::nullopt;
    return std::optional(std::pair(TenantKey{rows.integer(0, 0)}, rows.uuid(0, 1)));
  });
  if (!found) return found.error();
  if (!*found) return std::nullopt;
  const TenantRef tenant = db_.tenants.find((*found)->first);
  if (tenant == nullptr) return std::nullopt;
  return find_user(tenant->id, (*found)->second);
}

Result<std::vector<tenants::User>> UserRepository::list_users(const Uuid& tenant) {
  return read_tenant(db_, tenant, [&](TenantSession& session, const TenantSecrets&) -> Result<std::vector<tenants::User>> {
    std::vector<tenants::User> out;
    std::unordered_map<std::int64_t, std::size_t> places;
    const Rows& rows = session.run(list_sql);
    for (std::size_t i = 0; i < rows.size(); ++i) {
      places[rows.integer(i, 0)] = out.size();
      out.push_back(user_of(rows, i, tenant));
    }
    const Rows& departments = session.run(list_departments_sql);
    for (std::size_t i = 0; i < departments.size(); ++i)
      if (const auto place = places.find(departments.integer(i, 0)); place != places.end())
        out[place->second].departments.push_back(departments.uuid(i, 1));
    return out;
  });
}

Result<> UserRepository::record_state(const Uuid& tenant, const Uuid& user, const std::string& state) {
  return write_tenant(db_, tenant, GroupCommit::Touches::nothing, nullptr,
                      [&](TenantSession& session, const TenantSecrets&, KeyAllocator&) { session.run(state_sql, state, user); });
}

}  // namespace hotdesk::store
