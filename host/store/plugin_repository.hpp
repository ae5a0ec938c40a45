#pragma once
#include "plugins/ports.hpp"
#include "store/repository.hpp"

namespace hotdesk::store {

/// The rows of releases, configurations, pins and key-value spaces lie in plugin_repository.cpp.
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

  // plugin_rollouts.cpp
  Result<std::vector<plugins::GrantRow>> list_grants() override;
  Result<> save_grant(const plugins::GrantRow& row, const tenants::AuditEntry& audit) override;
  Result<> erase_grant(const std::string& component, const plugins::Scope& tenant, const tenants::AuditEntry& audit) override;
  Result<std::vector<plugins::RolloutRow>> list_rollouts() override;
  Result<> save_rollout(const plugins::RolloutRow& row, const tenants::AuditEntry& audit) override;
  Result<> erase_rollout(const std::string& component, const plugins::Scope& tenant, const tenants::AuditEntry& audit) override;
  Result<> save_step(const plugins::ReleaseRow& release, const plugins::RolloutRow& rollout, const tenants::AuditEntry& audit) override;
  Result<std::vector<plugins::MarkRow>> list_marks() override;
  Result<> save_mark(const plugins::MarkRow& row, const tenants::AuditEntry& audit) override;
  Result<> erase_mark(const std::string& component, const std::string& version, const tenants::AuditEntry& audit) override;

  // plugin_secrets.cpp
  Result<> save_state(const plugins::StateRow& row) override;
  Result<std::optional<plugins::StateRow>> find_state(const Uuid& tenant, const std::string& component,
                                                      const std::string& version) override;
  Result<> erase_states(std::int64_t before) override;
  Result<std::vector<plugins::SecretName>> list_secrets(const Uuid& tenant, const std::string& component) override;
  Result<std::optional<std::string>> find_secret(const Uuid& tenant, const std::string& component, const std::string& name) override;
  Result<> save_secret(const Uuid& tenant, const std::string& component, const std::string& name, std::string_view value,
                       const tenants::AuditEntry& audit) override;
  Result<> erase_secret(const Uuid& tenant, const std::string& component, const std::string& name,
                        const tenants::AuditEntry& audit) override;

 private:
  Database& db_;
};

}  // namespace hotdesk::store
