#pragma once
#include <string>

#include "base/result.hpp"
#include "store/audit.hpp"
#include "store/group_commit.hpp"
#include "store/reader_pool.hpp"
#include "store/session.hpp"
#include "store/tenant_directory.hpp"

namespace hotdesk::store {

/// What every repository works with: reads on the pool, writes as jobs of the one writer. Kept by Store.
struct Database {
  ReaderPool& readers;
  GroupCommit& writer;
  TenantDirectory& tenants;
};

inline Error no_tenant() { return fail(Errc::not_found, "There is no such tenant."); }

/// Reads one tenant's rows: `work(TenantSession&, const TenantSecrets&)` returns a Result.
template <class Work>
auto read_tenant(Database& db, const Uuid& tenant, Work work)
    -> decltype(work(std::declval<TenantSession&>(), std::declval<const TenantSecrets&>())) {
  const TenantRef secrets = db.tenants.find(tenant);
  if (secrets == nullptr) return no_tenant();
  return db.readers.use([&](Connection& connection) {
    TenantSession session(connection, secrets->key);
    return work(session, *secrets);
  });
}

/// Runs a write of one tenant in a transaction of its own, with its audit entry where one is given.
/// `work(TenantSession&, const TenantSecrets&, KeyAllocator&)`.
template <class Work>
Result<> write_tenant(Database& db, const Uuid& tenant, GroupCommit::Touches touches, const tenants::AuditEntry* audit, Work work,
                      const char* conflict = "That name is taken.") {
  const TenantRef secrets = db.tenants.find(tenant);
  if (secrets == nullptr) return no_tenant();
  try {
    db.writer.run(touches, [&](Connection& connection, KeyAllocator& keys) {
      TenantSession session(connection, secrets->key);
      work(session, *secrets, keys);
      if (audit != nullptr) write_audit(session, keys.next(), *audit);
    });
    return {};
  } catch (const Refused& refused) {
    return refused.error;
  } catch (const DatabaseError& error) {
    if (error.kind() == DatabaseError::Kind::constraint) return fail(Errc::conflict, conflict);
    return fail(Errc::storage, error.what());
  }
}

}  // namespace hotdesk::store
