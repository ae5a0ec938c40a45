#include "store/audit.hpp"

namespace hotdesk::store {
namespace {
constexpr Statement insert_sql{
    "audit.insert",
    "INSERT INTO audit_log (tenant_id, id, at, actor, actor_name, action, target, detail, ip) "
    "VALUES (:tenant, ?, ?, ?, ?, ?, ?, ?, ?)", ""};
}  // namespace

void write_audit(TenantSession& session, std::int64_t key, const tenants::AuditEntry& entry) {
  session.run(insert_sql, key, entry.at, entry.actor, entry.actor_name, entry.action, entry.target, entry.detail, entry.ip);
}

}  // namespace hotdesk::store
