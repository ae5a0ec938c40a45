#pragma once
#include <map>
#include <mutex>
#include <string>
#include <tuple>
#include <vector>

#include "plugins/ports.hpp"

namespace hotdesk::plugins {

/// PluginStore without a disk: for tests and for a host that need not remember. Thread: any.
class MemoryStore final : public PluginStore {
 public:
  Result<std::vector<ReleaseRow>> list_releases() override;
  Result<> save_release(const ReleaseRow& row, const tenants::AuditEntry& audit) override;
  Result<> erase_release(const std::string& component, const Scope& tenant, const tenants::AuditEntry& audit) override;
  Result<std::vector<ConfigRow>> list_configs() override;
  Result<> save_config(const ConfigRow& row, const tenants::AuditEntry& audit) override;
  Result<std::vector<PolicyRow>> list_policies() override;
  Result<> save_policy(const PolicyRow& row, const tenants::AuditEntry& audit) override;
  Result<std::vector<PinRow>> list_pins(std::size_t limit) override;
  Result<> save_pins(const std::vector<PinRow>& pins) override;
  Result<> erase_pins(const std::string& component, const Scope& tenant, const std::string& version) override;
  Result<std::vector<KvEntry>> kv_list(const Uuid& tenant, const std::string& plugin, std::string_view prefix) override;
  Result<std::optional<std::string>> kv_get(const Uuid& tenant, const std::string& plugin, std::string_view key) override;
  Result<> kv_set(const Uuid& tenant, const std::string& plugin, std::string_view key, std::string_view value) override;
  Result<> kv_erase(const Uuid& tenant, const std::string& plugin, std::string_view key) override;

  Result<std::vector<GrantRow>> list_grants() override;
  Result<> save_grant(const GrantRow& row, const tenants::AuditEntry& audit) override;
  Result<> erase_grant(const std::string& component, const Scope& tenant, const tenants::AuditEntry& audit) override;
  Result<std::vector<RolloutRow>> list_rollouts() override;
  Result<> save_rollout(const RolloutRow& row, const tenants::AuditEntry& audit) override;
  Result<> erase_rollout(const std::string& component, const Scope& tenant, const tenants::AuditEntry& audit) override;
  Result<> save_step(const ReleaseRow& release, const RolloutRow& rollout, const tenants::AuditEntry& audit) override;
  Result<std::vector<MarkRow>> list_marks() override;
  Result<> save_mark(const MarkRow& row, const tenants::AuditEntry& audit) override;
  Result<> erase_mark(const std::string& component, const std::string& version, const tenants::AuditEntry& audit) override;
  Result<> save_state(const StateRow& row) override;
  Result<std::optional<StateRow>> find_state(const Uuid& tenant, const std::string& component, const std::string& version) override;
  Result<> erase_states(std::int64_t before) override;
  Result<std::vector<SecretName>> list_secrets(const Uuid& tenant, const std::string& component) override;
  Result<std::optional<std::string>> find_secret(const Uuid& tenant, const std::string& component, const std::string& name) override;
  Result<> save_secret(const Uuid& tenant, const std::string& component, const std::string& name, std::string_view value,
                       const tenants::AuditEntry& audit) override;
  Result<> erase_secret(const Uuid& tenant, const std::string& component, const std::string& name, const tenants::AuditEntry& audit) override;

  /// The audit entries of all writes, oldest first.
  std::vector<tenants::AuditEntry> audit() const;
  /// From now on every call fails with Errc::storage, until false.
  void fail_all(bool failing);

 private:
  template <class Work>
  auto locked(const Work& work) const -> decltype(work());

  mutable std::mutex mutex_;
  bool failing_ = false;
  std::map<std::pair<std::string, Scope>, ReleaseRow> releases_;
  std::map<std::pair<Uuid, std::string>, ConfigRow> configs_;
  std::map<std::pair<Scope, std::string>, PolicyRow> policies_;
  std::map<std::tuple<Uuid, Uuid, std::string>, PinRow> pins_;
  std::map<std::tuple<Uuid, std::string, std::string>, std::string> kv_;
  std::map<std::pair<std::string, Scope>, GrantRow> grants_;
  std::map<std::pair<std::string, Scope>, RolloutRow> rollouts_;
  std::map<std::pair<std::string, std::string>, MarkRow> marks_;
  std::map<std::tuple<Uuid, std::string, std::string>, StateRow> states_;
  struct Secret {
    std::string value;
    std::int64_t updated_at = 0;
  };
  std::map<std::pair<Uuid, std::string>, std::map<std::string, Secret>> secrets_;
  std::vector<tenants::AuditEntry> audit_;
};

}  // namespace hotdesk::plugins
