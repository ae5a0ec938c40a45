#pragma once
#include "store/repository.hpp"
#include "tenants/ports.hpp"

namespace hotdesk::store {

class SiteRepository final : public tenants::SiteRepository {
 public:
  explicit SiteRepository(Database& database) : db_(database) {}
  Result<> save_site(const tenants::Site& site, const tenants::AuditEntry& audit) override;
  Result<std::optional<tenants::Site>> find_site(const Uuid& tenant, const Uuid& id) override;
  Result<std::optional<tenants::Site>> find_site_by_code(std::string_view code) override;
  Result<std::vector<tenants::Site>> list_sites(const Uuid& tenant) override;
  Result<> record_ping(const Uuid& tenant, const Uuid& site, const tenants::Ping& ping) override;

 private:
  Database& db_;
};

}  // namespace hotdesk::store
