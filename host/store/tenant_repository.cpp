#include "store/tenant_repository.hpp"

#include "base/random.hpp"
#include "base/bytes.hpp"
#include "store/kinds.hpp"

namespace hotdesk::store {
namespace {

constexpr Statement insert_sql{
    "tenant.insert", "INSERT INTO tenant (id, uuid, name, epoch, wrapped_key, created_at) VALUES (?, ?, ?, ?, ?, ?)", "", Scope::system};
constexpr Statement rename_sql{"tenant.rename", "UPDATE tenant SET name = ? WHERE id = ?", "", Scope::system};
constexpr Statement list_sql{
    "tenant.list", "SELECT uuid, name, epoch, created_at FROM tenant ORDER BY id", "btti", Scope::system};
constexpr Statement find_sql{
    "tenant.find", "SELECT uuid, name, epoch, created_at FROM tenant WHERE uuid = ?", "btti", Scope::system};
constexpr Statement insert_department_sql{
    "tenant.insert_department",
    "INSERT INTO department (tenant_id, id, uuid, name, created_at) VALUES (:tenant, ?, ?, ?, ?)", ""};
constexpr Statement insert_head_sql{
    "tenant.insert_head",
    "INSERT INTO feed_head (tenant_id, feed_id, owner, kind, cur, oldest) VALUES (:tenant, ?, ?, ?, 0, 0)", ""};
constexpr Statement list_departments_sql{
    "tenant.list_departments", "SELECT uuid, name FROM department WHERE tenant_id = :tenant ORDER BY id", "bt"};

tenants::Tenant tenant_of(const Rows& rows, std::size_t i) {
  return {.id = rows.uuid(i, 0), .name = rows.bytes(i, 1), .epoch = rows.bytes(i, 2), .created_at = rows.integer(i, 3)};
}

}  // namespace

Result<> TenantRepository::create_tenant(const tenants::Tenant& tenant, const tenants::Department& department,
                                         const tenants::AuditEntry& audit) {
  if (db_.tenants.find(tenant.id) != nullptr) return fail(Errc::conflict, "The tenant exists already.");
  TenantRef made;
  try {
    db_.writer.run(GroupCommit::Touches::loaded, [&](Connection& connection, KeyAllocator& keys) {
      const TenantKey key{keys.next()};
      const std::string wrapped = db_.tenants.make_wrapped_key(tenant.id);
      auto secrets = db_.tenants.unwrap(key, tenant.id, wrapped);
      if (!secrets) throw Refused{secrets.error()};
      const std::string epoch = tenant.epoch.empty() ? to_base64url(random_string(6)) : tenant.epoch;
      SystemSession(connection).run(insert_sql, key.value(), tenant.id, tenant.name, epoch, Bytes{wrapped}, tenant.created_at);
      TenantSession session(connection, key);
      const std::int64_t department_key = keys.next();
      session.run(insert_department_sql, department_key, department.id, department.name, tenant.created_at);
      session.run(insert_head_sql, department_key, department.id, static_cast<int>(FeedKind::department));
      write_audit(session, keys.next(), audit);
      made = *secrets;
    });
  } catch (const Refused& refused) {
    return refused.error;
  } catch (const DatabaseError& error) {
    if (error.kind() == DatabaseError::Kind::constraint) return fail(Errc::conflict, "The tenant exists already.");
    return fail(Errc::storage, error.what());
  }
  db_.tenants.add(std::move(made));
  return {};
}

Result<> TenantRepository::rename_tenant(const Uuid& tenant, const std::string& name, const tenants::AuditEntry& audit) {
  const TenantRef secrets = db_.tenants.find(tenant);
  if (secrets == nullptr) return no_tenant();
  try {
    db_.writer.run(GroupCommit::Touches::nothing, [&](Connection& connection, KeyAllocator& keys) {
      SystemSession(connection).run(rename_sql, name, secrets->key.value());
      TenantSession session(connection, secrets->key);
      write_audit(session, keys.next(), audit);
    });
    return {};
  } catch (const DatabaseError& error) {
    return fail(Errc::storage, error.what());
  }
}

Result<std::optional<tenants::Tenant>> TenantRepository::find_tenant(const Uuid& tenant) {
  return db_.readers.use([&](Connection& connection) -> Result<std::optional<tenants::Tenant>> {
    const Rows& rows = SystemSession(connection).run(find_sql, tenant);
    return rows.empty() ? std::nullopt : std::optional(tenant_of(rows, 0));
  });
}

Result<std::vector<tenants::Tenant>> TenantRepository::list_tenants() {
  return db_.readers.use([&](Connection& connection) -> Result<std::vector<tenants::Tenant>> {
    const Rows& rows = SystemSession(connection).run(list_sql);
    std::vector<tenants::Tenant> out;
    for (std::size_t i = 0; i < rows.size(); ++i) out.push_back(tenant_of(rows, i));
    return out;
  });
}

Result<std::vector<tenants::Department>> TenantRepository::list_departments(const Uuid& tenant) {
  return read_tenant(db_, tenant, [&](TenantSession& session, const TenantSecrets&) -> Result<std::vector<tenants::Department>> {
    const Rows& rows = session.run(list_departments_sql);
    std::vector<tenants::Department> out;
    for (std::size_t i = 0; i < rows.size(); ++i) out.push_back({.id = rows.uuid(i, 0), .tenant = tenant, .name = rows.bytes(i, 1)});
    return out;
  });
}

}  // namespace hotdesk::store
