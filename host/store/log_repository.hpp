#pragma once
#include "store/repository.hpp"
#include "tenants/ports.hpp"

namespace hotdesk::store {

class LogRepository final : public tenants::LogRepository {
 public:
  explicit LogRepository(Database& database) : db_(database) {}
  Result<> record_login(const Uuid& tenant, const tenants::LoginAttempt& attempt) override;
  Result<> record_audit(const Uuid& tenant, const tenants::AuditEntry& entry) override;
  Result<tenants::Page<tenants::LoginAttempt>> list_logins(const Uuid& tenant, const std::string& cursor, int limit) override;
  Result<tenants::Page<tenants::AuditEntry>> list_audit(const Uuid& tenant, const std::string& cursor, int limit,
                                                       const std::string& target) override;
  using tenants::LogRepository::list_audit;

 private:
  Database& db_;
};

}  // namespace hotdesk::store
