#pragma once
#include "store/session.hpp"
#include "tenants/model.hpp"

namespace hotdesk::store {

/// Appends to the audit log in the caller's transaction.
void write_audit(TenantSession& session, std::int64_t key, const tenants::AuditEntry& entry);

}  // namespace hotdesk::store
