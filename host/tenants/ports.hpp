#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "tenants/model.hpp"

namespace hotdesk::tenants {

/// A page of a list: `next` is an opaque cursor, empty when there is no more.
template <class T>
struct Page {
  std::vector<T> items;
  std::string next;
};

// Every call blocks (store threads or a blocking pool, never an event loop); Errc::storage when the store cannot answer,
// retry after a second. Writes return once durable, together with their audit entry.

class TenantRepository {
 public:
  virtual ~TenantRepository() = default;
  /// Makes the tenant with one department (everybody is in it) named `department`.
  virtual Result<> create_tenant(const Tenant& tenant, const Department& department, const AuditEntry& audit) = 0;
  virtual Result<> rename_tenant(const Uuid& tenant, const std::string& name, const AuditEntry& audit) = 0;
  virtual Result<std::optional<Tenant>> find_tenant(const Uuid& tenant) = 0;
  virtual Result<std::vector<Tenant>> list_tenants() = 0;
  virtual Result<std::vector<Department>> list_departments(const Uuid& tenant) = 0;
};

class SiteRepository {
 public:
  virtual ~SiteRepository() = default;
  /// Inserts or replaces by id, keys included. Errc::conflict when the code is taken.
  virtual Result<> save_site(const Site& site, const AuditEntry& audit) = 0;
  virtual Result<std::optional<Site>> find_site(const Uuid& tenant, const Uuid& id) = 0;
  /// By public code, over all tenants: the one way from the wire to a tenant.
  virtual Result<std::optional<Site>> find_site_by_code(std::string_view code) = 0;
  virtual Result<std::vector<Site>> list_sites(const Uuid& tenant) = 0;
  /// Not audited: a snippet's sign of life, at most once in some seconds.
  virtual Result<> record_ping(const Uuid& tenant, const Uuid& site, const Ping& ping) = 0;
};

class UserRepository {
 public:
  virtual ~UserRepository() = default;
  /// Makes the row, its feed head and its department memberships. Errc::conflict when the user name is taken.
  virtual Result<> create_user(const User& user, const AuditEntry& audit) = 0;
  /// Replaces everything but username, created_at and last_login_at. Errc::not_found.
  virtual Result<> update_user(const User& user, const AuditEntry& audit) = 0;
  virtual Result<std::optional<User>> find_user(const Uuid& tenant, const Uuid& id) = 0;
  /// `username` is compared in lower case, over all tenants.
  virtual Result<std::optional<User>> find_user_by_name(std::string_view username) = 0;
  virtual Result<std::vector<User>> list_users(const Uuid& tenant) = 0;
  virtual Result<> record_state(const Uuid& tenant, const Uuid& user, const std::string& state) = 0;
};

class LogRepository {
 public:
  virtual ~LogRepository() = default;
  /// `tenant` is nil when the user name is unknown. A success also sets the user's last_login_at.
  virtual Result<> record_login(const Uuid& tenant, const LoginAttempt& attempt) = 0;
  virtual Result<> record_audit(const Uuid& tenant, const AuditEntry& entry) = 0;
  /// Newest first. `limit` ≤ 200.
  virtual Result<Page<LoginAttempt>> list_logins(const Uuid& tenant, const std::string& cursor, int limit) = 0;
  /// A nil tenant: the entries of the whole installation (plugins for everybody). `target`: of that alone; empty: all.
  virtual Result<Page<AuditEntry>> list_audit(const Uuid& tenant, const std::string& cursor, int limit, const std::string& target) = 0;
  Result<Page<AuditEntry>> list_audit(const Uuid& tenant, const std::string& cursor, int limit) {
    return list_audit(tenant, cursor, limit, {});
  }
};

}  // namespace hotdesk::tenants
