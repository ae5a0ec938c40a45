#pragma once
#include "plugins/ports.hpp"
#include "store/repository.hpp"

namespace hotdesk::store {

/// The tenant under which rows of `*` (everybody without a row of their own) are kept.
inline constexpr TenantKey everybody{0};

/// A write of one tenant's rows or of `*`'s, with its audit entry. `work(TenantSession&, KeyAllocator&)`.
template <class Work>
Result<> write_scope(Database& db, const plugins::Scope& tenant, const tenants::AuditEntry* audit, Work work) {
  if (tenant)
    return write_tenant(db, *tenant, GroupCommit::Touches::nothing, audit,
                        [&](TenantSession& session, const TenantSecrets&, KeyAllocator& keys) { work(session, keys); });
  try {
    db.writer.run(GroupCommit::Touches::nothing, [&](Connection& connection, KeyAllocator& keys) {
      TenantSession session(connection, everybody);
      work(session, keys);
      if (audit != nullptr) write_audit(session, keys.next(), *audit);
    });
    return {};
  } catch (const DatabaseError& error) {
    return fail(Errc::storage, error.what());
  }
}

/// Reads a row's first column into `scope`; false when that tenant is gone.
inline bool read_scope(const TenantDirectory& tenants, const Rows& rows, std::size_t row, plugins::Scope& scope) {
  scope.reset();
  if (rows.integer(row, 0) == everybody.value()) return true;
  const TenantRef tenant = tenants.find(TenantKey{rows.integer(row, 0)});
  if (tenant == nullptr) return false;
  scope = tenant->id;
  return true;
}

/// Replaces a release's row (plugin_repository.cpp). For a rollout's step, which writes two rows at once.
void replace_release(TenantSession& session, const plugins::ReleaseRow& row);

}  // namespace hotdesk::store
