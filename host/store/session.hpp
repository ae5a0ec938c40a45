#pragma once
#include <set>
#include <string>

#include "store/connection.hpp"

namespace hotdesk::store {

/// One tenant's view of a connection: binds the tenant by itself, so that a repository cannot forget it. A statement of
/// another scope is refused; so is one on a tenant-owned table that does not name tenant_id (guard.hpp).
class TenantSession {
 public:
  TenantSession(Connection& connection, TenantKey tenant) : connection_(connection), tenant_(tenant) {}

  template <class... Args>
  const Rows& run(const Statement& statement, const Args&... args) {
    Prepared& prepared = prepare(statement);
    (prepared.add(args), ...);
    return prepared.execute();
  }
  /// Rows changed.
  template <class... Args>
  std::size_t change(const Statement& statement, const Args&... args) {
    Prepared& prepared = prepare(statement);
    (prepared.add(args), ...);
    prepared.execute();
    return prepared.changed();
  }
  /// For statements whose values come from a loop.
  Prepared& prepare(const Statement& statement, std::size_t repeat = 1) {
    if (statement.scope != Scope::tenant)
      throw DatabaseError(DatabaseError::Kind::misuse, std::string(statement.name) + ": not a tenant's statement");
    Prepared& prepared = connection_.prepare(statement, repeat);
    prepared.bind_tenant(tenant_);
    return prepared;
  }
  TenantKey tenant() const noexcept { return tenant_; }

 private:
  Connection& connection_;
  TenantKey tenant_;
};

/// What belongs to no tenant, and the few lookups that find one.
class SystemSession {
 public:
  explicit SystemSession(Connection& connection) : connection_(connection) {}
  template <class... Args>
  const Rows& run(const Statement& statement, const Args&... args) {
    if (statement.scope != Scope::system && statement.scope != Scope::lookup)
      throw DatabaseError(DatabaseError::Kind::misuse, std::string(statement.name) + ": needs a tenant session");
    Prepared& prepared = connection_.prepare(statement);
    (prepared.add(args), ...);
    return prepared.execute();
  }

 private:
  Connection& connection_;
};

/// The commit's view: bound to the set of the batch's tenants. Every row's tenant is checked against it.
class BatchSession {
 public:
  BatchSession(Connection& connection, std::set<std::int64_t> tenants) : connection_(connection), tenants_(std::move(tenants)) {}
  Prepared& prepare(const Statement& statement, std::size_t repeat) {
    if (statement.scope != Scope::batch)
      throw DatabaseError(DatabaseError::Kind::misuse, std::string(statement.name) + ": not a batch statement");
    return connection_.prepare(statement, repeat);
  }
  /// Adds a row's first value.
  void begin_row(Prepared& prepared, TenantKey tenant) const {
    if (tenants_.count(tenant.value()) == 0)
      throw DatabaseError(DatabaseError::Kind::misuse, "a row of a tenant that is not in the batch");
    prepared.add(tenant.value());
  }
  TenantSession tenant(TenantKey key) const {
    if (tenants_.count(key.value()) == 0)
      throw DatabaseError(DatabaseError::Kind::misuse, "a session of a tenant that is not in the batch");
    return {connection_, key};
  }

 private:
  Connection& connection_;
  std::set<std::int64_t> tenants_;
};

}  // namespace hotdesk::store
