#pragma once
#include "store/repository.hpp"
#include "tenants/ports.hpp"

namespace hotdesk::store {

class UserRepository final : public tenants::UserRepository {
 public:
  explicit UserRepository(Database& database) : db_(database) {}
  Result<> create_user(const tenants::User& user, const tenants::AuditEntry& audit) override;
  Result<> update_user(const tenants::User& user, const tenants::AuditEntry& audit) override;
  Result<std::optional<tenants::User>> find_user(const Uuid& tenant, const Uuid& id) override;
  Result<std::optional<tenants::User>> find_user_by_name(std::string_view username) override;
  Result<std::vector<tenants::User>> list_users(const Uuid& tenant) override;
  Result<> record_state(const Uuid& tenant, const Uuid& user, const std::string& state) override;

 private:
  Database& db_;
};

}  // namespace hotdesk::store
