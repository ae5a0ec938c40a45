#pragma once
#include <optional>
#include <set>
#include <string>

#include "store/statement.hpp"

namespace hotdesk::store {

/// Reads statements before they are compiled: whatever names a tenant-owned table must say which tenant's rows. The tables
/// come from the schema itself (every table with a tenant_id column), so that a new table is guarded from its first day.
class Guard {
 public:
  explicit Guard(std::set<std::string, std::less<>> tenant_tables) : tables_(std::move(tenant_tables)) {}

  /// Why the statement may not run; nullopt when it may.
  ///   tenant: every tenant-owned table's tenant_id is compared (by its alias, where it has one), at least once with
  ///           `:tenant`; an INSERT writes tenant_id first, from `:tenant`.
  ///   batch:  the same, with the repeated row's first value as the tenant.
  ///   lookup: a SELECT whose first column is tenant_id.
  ///   system: no tenant-owned table at all.
  std::optional<std::string> refusal(const Statement& statement) const;

 private:
  std::set<std::string, std::less<>> tables_;
};

}  // namespace hotdesk::store
