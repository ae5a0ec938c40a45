#include "plugins/memory_store.hpp"

namespace hotdesk::plugins {
namespace {

template <class Map>
auto all_of(const Map& map) -> Result<std::vector<typename Map::mapped_type>> {
  std::vector<typename Map::mapped_type> rows;
  for (const auto& [key, row] : map) rows.push_back(row);
  return rows;
}

}  // namespace

template <class Work>
auto MemoryStore::locked(const Work& work) const -> decltype(work()) {
  const std::lock_guard lock(mutex_);
  if (failing_) return fail(Errc::storage, "the store does not answer");
  return work();
}

Result<std::vector<ReleaseRow>> MemoryStore::list_releases() {
  return locked([&]() -> Result<std::vector<ReleaseRow>> {
    std::vector<ReleaseRow> rows;
    for (const auto& [key, row] : releases_) rows.push_back(row);
    return rows;
  });
}

Result<> MemoryStore::save_release(const ReleaseRow& row, const tenants::AuditEntry& audit) {
  return locked([&]() -> Result<> {
    releases_[{row.component, row.tenant}] = row;
    audit_.push_back(audit);
    return {};
  });
}

Result<> MemoryStore::erase_release(const std::string& component, const Scope& tenant, const tenants::AuditEntry& audit) {
  return locked([&]() -> Result<> {
    releases_.erase({component, tenant});
    audit_.push_back(audit);
    return {};
  });
}

Result<std::vector<ConfigRow>> MemoryStore::list_configs() {
  return locked([&]() -> Result<std::vector<ConfigRow>> {
    std::vector<ConfigRow> rows;
    for (const auto& [key, row] : configs_) rows.push_back(row);
    return rows;
  });
}

Result<> MemoryStore::save_config(const ConfigRow& row, const tenants::AuditEntry& audit) {
  return locked([&]() -> Result<> {
    configs_[{row.tenant, row.component}] = row;
    audit_.push_back(audit);
    return {};
  });
}

Result<std::vector<PolicyRow>> MemoryStore::list_policies() {
  return locked([&]() -> Result<std::vector<PolicyRow>> {
    std::vector<PolicyRow> rows;
    for (const auto& [key, row] : policies_) rows.push_back(row);
    return rows;
  });
}

Result<> MemoryStore::save_policy(const PolicyRow& row, const tenants::AuditEntry& audit) {
  return locked([&]() -> Result<> {
    policies_[{row.tenant, row.extension}] = row;
    audit_.push_back(audit);
    return {};
  });
}

Result<std::vector<PinRow>> MemoryStore::list_pins(std::size_t limit) {
  return locked([&]() -> Result<std::vector<PinRow>> {
    std::vector<PinRow> rows;
    for (const auto& [key, row] : pins_)
      if (rows.size() < limit) rows.push_back(row);
    return rows;
  });
}

Result<> MemoryStore::save_pins(const std::vector<PinRow>& pins) {
  return locked([&]() -> Result<> {
    for (const auto& pin : pins) pins_[{pin.tenant, pin.conversation, pin.component}] = pin;
    return {};
  });
}

Result<> MemoryStore::erase_pins(const std::string& component, const Scope& tenant, const std::string& version) {
  return locked([&]() -> Result<> {
    std::erase_if(pins_, [&](const auto& one) {
      const PinRow& pin = one.second;
      return pin.component == component && (!tenant || pin.tenant == *tenant) && (version.empty() || pin.version == version);
    });
    return {};
  });
}

Result<std::vector<KvEntry>> MemoryStore::kv_list(const Uuid& tenant, const std::string& plugin, std::string_view prefix) {
  return locked([&]() -> Result<std::vector<KvEntry>> {
    std::vector<KvEntry> entries;
    for (const auto& [key, value] : kv_)
      if (std::get<0>(key) == tenant && std::get<1>(key) == plugin && std::get<2>(key).starts_with(prefix))
        entries.push_back({std::get<2>(key), value});
    return entries;
  });
}

Result<std::optional<std::string>> MemoryStore::kv_get(const Uuid& tenant, const std::string& plugin, std::string_view key) {
  return locked([&]() -> Result<std::optional<std::string>> {
    const auto found = kv_.find({tenant, plugin, std::string(key)});
    if (found == kv_.end()) return std::optional<std::string>{};
    return std::optional(found->second);
  });
}

Result<> MemoryStore::kv_set(const Uuid& tenant, const std::string& plugin, std::string_view key, std::string_view value) {
  return locked([&]() -> Result<> {
    kv_[{tenant, plugin, std::string(key)}] = value;
    return {};
  });
}

Result<> MemoryStore::kv_erase(const Uuid& tenant, const std::string& plugin, std::string_view key) {
  return locked([&]() -> Result<> {
    kv_.erase({tenant, plugin, std::string(key)});
    return {};
  });
}

Result<std::vector<GrantRow>> MemoryStore::list_grants() { return locked([&] { return all_of(grants_); }); }

Result<> MemoryStore::save_grant(const GrantRow& row, const tenants::AuditEntry& audit) {
  return locked([&]() -> Result<> {
    grants_[{row.component, row.tenant}] = row;
    audit_.push_back(audit);
    return {};
  });
}

Result<> MemoryStore::erase_grant(const std::string& component, const Scope& tenant, const tenants::AuditEntry& audit) {
  return locked([&]() -> Result<> {
    grants_.erase({component, tenant});
    audit_.push_back(audit);
    return {};
  });
}

Result<std::vector<RolloutRow>> MemoryStore::list_rollouts() { return locked([&] { return all_of(rollouts_); }); }

Result<> MemoryStore::save_rollout(const RolloutRow& row, const tenants::AuditEntry& audit) {
  return locked([&]() -> Result<> {
    rollouts_[{row.component, row.tenant}] = row;
    audit_.push_back(audit);
    return {};
  });
}

Result<> MemoryStore::erase_rollout(const std::string& component, const Scope& tenant, const tenants::AuditEntry& audit) {
  return locked([&]() -> Result<> {
    rollouts_.erase({component, tenant});
    audit_.push_back(audit);
    return {};
  });
}

Result<> MemoryStore::save_step(const ReleaseRow& release, const RolloutRow& rollout, const tenants::AuditEntry& audit) {
  if (release.component != rollout.component || release.tenant != rollout.tenant)
    return fail(Errc::invalid, "A step's release and plan are of one component and tenant.");
  return locked([&]() -> Result<> {
    releases_[{release.component, release.tenant}] = release;
    rollouts_[{rollout.component, rollout.tenant}] = rollout;
    audit_.push_back(audit);
    return {};
  });
}

Result<std::vector<MarkRow>> MemoryStore::list_marks() { return locked([&] { return all_of(marks_); }); }

Result<> MemoryStore::save_mark(const MarkRow& row, const tenants::AuditEntry& audit) {
  return locked([&]() -> Result<> {
    marks_[{row.component, row.version}] = row;
    audit_.push_back(audit);
    return {};
  });
}

Result<> MemoryStore::erase_mark(const std::string& component, const std::string& version, const tenants::AuditEntry& audit) {
  return locked([&]() -> Result<> {
    marks_.erase({component, version});
    audit_.push_back(audit);
    return {};
  });
}

Result<> MemoryStore::save_state(const StateRow& row) {
  if (row.blob.size() > 16 * 1024 * 1024) return fail(Errc::too_big, "A state has at most 16 MiB.");
  return locked([&]() -> Result<> {
    states_[{row.tenant, row.component, row.version}] = row;
    return {};
  });
}

Result<std::optional<StateRow>> MemoryStore::find_state(const Uuid& tenant, const std::string& component, const std::string& version) {
  return locked([&]() -> Result<std::optional<StateRow>> {
    const auto found = states_.find({tenant, component, version});
    if (found == states_.end()) return std::optional<StateRow>{};
    return std::optional(found->second);
  });
}

Result<> MemoryStore::erase_states(std::int64_t before) {
  return locked([&]() -> Result<> {
    std::erase_if(states_, [&](const auto& one) { return one.second.at < before; });
    return {};
  });
}

Result<std::vector<SecretName>> MemoryStore::list_secrets(const Uuid& tenant, const std::string& component) {
  return locked([&]() -> Result<std::vector<SecretName>> {
    std::vector<SecretName> names;
    const auto found = secrets_.find({tenant, component});
    if (found == secrets_.end()) return names;
    for (const auto& [name, secret] : found->second) names.push_back({name, secret.updated_at});
    return names;
  });
}

Result<std::optional<std::string>> MemoryStore::find_secret(const Uuid& tenant, const std::string& component, const std::string& name) {
  return locked([&]() -> Result<std::optional<std::string>> {
    const auto found = secrets_.find({tenant, component});
    if (found == secrets_.end()) return std::optional<std::string>{};
    const auto secret = found->second.find(name);
    if (secret == found->second.end()) return std::optional<std::string>{};
    return std::optional(secret->second.value);
  });
}

Result<> MemoryStore::save_secret(const Uuid& tenant, const std::string& component, const std::string& name, std::string_view value,
                                  const tenants::AuditEntry& audit) {
  constexpr std::string_view letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_.-";
  if (name.empty() || name.size() > 64 || name.find_first_not_of(letters) != std::string::npos)
    return fail(Errc::invalid, "A secret's name has 1 to 64 letters, digits, dots, dashes or underscores.", "name");
  if (value.empty()) return fail(Errc::invalid, "A secret has a value.", "value");
  if (value.size() > 4096) return fail(Errc::too_big, "A secret has at most 4096 bytes.", "value");
  return locked([&]() -> Result<> {
    auto& all = secrets_[{tenant, component}];
    if (all.size() >= 32 && !all.contains(name)) return fail(Errc::conflict, "A plugin has at most 32 secrets.");
    all[name] = {std::string(value), audit.at};
    audit_.push_back(audit);
    return {};
  });
}

Result<> MemoryStore::erase_secret(const Uuid& tenant, const std::string& component, const std::string& name, const tenants::AuditEntry& audit) {
  return locked([&]() -> Result<> {
    if (const auto found = secrets_.find({tenant, component}); found != secrets_.end()) found->second.erase(name);
    audit_.push_back(audit);
    return {};
  });
}

std::vector<tenants::AuditEntry> MemoryStore::audit() const {
  const std::lock_guard lock(mutex_);
  return audit_;
}

void MemoryStore::fail_all(bool failing) {
  const std::lock_guard lock(mutex_);
  failing_ = failing;
}

}  // namespace hotdesk::plugins
