#pragma once
#include "plugins/ports.hpp"
#include "store/repository.hpp"

namespace hotdesk::store {

class PluginRepository final : public plugins::PluginStore {
 public:
  explicit PluginRepository(Database& database) : db_(database) {}
  Result<std::vector<plugins::ReleaseRow>> list_releases() override;
  Result<> save_release(const plugins::ReleaseRow& row, const tenants::AuditEntry& audit) override;
  Result<> erase_release(const std::string& component, const plugins::Scope& tenant, const tenants::AuditEntry& audit) override;
  Result<std::vector<plugins::ConfigRow>> list_configs() override;
  Result<> save_config(const plugins::ConfigRow& row, const tenants::AuditEntry& audit) override;
  Result<std::vector<plugins::PolicyRow>> list_policies() override;
  Result<> save_policy(const plugins::PolicyRow& row, const tenants::AuditEntry& audit) override;
  Result<std::vector<plugins::PinRow>> list_pins(std::size_t limit) override;
  Result<> save_pins(const std::vector<plugins::PinRow>& pins) override;
  Result<> erase_pins(const std::string& component, const plugins::Scope& tenant, const std::string& version) override;
  Result<std::vector<plugins::KvEntry>> kv_list(const Uuid& tenant, const std::string& plugin, std::string_view prefix) override;
  Result<std::optional<std::string>> kv_get(const Uuid& tenant, const std::string& plugin, std::string_view key) override;
  Result<> kv_set(const Uuid& tenant, const std::string& plugin, std::string_view key, std::string_view value) override;
  Result<> kv_erase(const Uuid& tenant, const std::string& plugin, std::string_view key) override;

 private:
  template <class Work>
  Result<> write(const plugins::Scope& tenant, const tenants::AuditEntry* audit, Work work);
  Database& db_;
};

}  // namespace hotdesk::store
