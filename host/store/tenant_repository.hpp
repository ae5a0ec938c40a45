#pragma once
#include "store/repository.hpp"
#include "tenants/ports.hpp"

namespace hotdesk::store {

class TenantRepository final : public tenants::TenantRepository {
 public:
  explicit TenantRepository(Database& database) : db_(database) {}
  Result<> create_tenant(const tenants::Tenant& tenant, const tenants::Department& department,
                         const tenants::AuditEntry& audit) override;
  Result<> rename_tenant(const Uuid& tenant, const std::string& name, const tenants::AuditEntry& audit) override;
  Result<std::optional<tenants::Tenant>> find_tenant(const Uuid& tenant) override;
  Result<std::vector<tenants::Tenant>> list_tenants() override;
  Result<std::vector<tenants::Department>> list_departments(const Uuid& tenant) override;

 private:
  Database& db_;
};

}  // namespace hotdesk::store
