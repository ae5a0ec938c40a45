#include <algorithm>

#include "store/plugin_repository.hpp"
#include "store/sealed.hpp"

// What must not be read from the disk: exported states and secrets.
namespace hotdesk::store {
namespace {

constexpr std::size_t most_state_bytes = 16 * 1024 * 1024;
constexpr std::size_t most_secret_bytes = 4096;
constexpr std::int64_t most_secrets = 32;

constexpr Statement erase_state_sql{
    "plugin.erase_state", "DELETE FROM plugin_state WHERE tenant_id = :tenant AND component = ? AND version = ?", ""};
constexpr Statement insert_state_sql{
    "plugin.insert_state",
    "INSERT INTO plugin_state (tenant_id, component, version, state_schema, sealed_blob, at) VALUES (:tenant, ?, ?, ?, ?, ?)", ""};
constexpr Statement find_state_sql{
    "plugin.find_state",
    "SELECT state_schema, sealed_blob, at FROM plugin_state WHERE tenant_id = :tenant AND component = ? AND version = ?", "ibi"};
constexpr Statement old_state_tenants_sql{
    "plugin.old_state_tenants", "SELECT tenant_id FROM plugin_state WHERE at < ? GROUP BY tenant_id", "i", Scope::lookup};
constexpr Statement erase_old_states_sql{
    "plugin.erase_old_states", "DELETE FROM plugin_state WHERE tenant_id = :tenant AND at < ?", ""};
constexpr Statement list_secrets_sql{
    "plugin.list_secrets",
    "SELECT name, updated_at FROM plugin_secret WHERE tenant_id = :tenant AND component = ? ORDER BY name", "ti"};
constexpr Statement find_secret_sql{
    "plugin.find_secret",
    "SELECT sealed_value FROM plugin_secret WHERE tenant_id = :tenant AND component = ? AND name = ?", "b"};
constexpr Statement count_secrets_sql{
    "plugin.count_secrets", "SELECT COUNT(*) FROM plugin_secret WHERE tenant_id = :tenant AND component = ?", "i"};
constexpr Statement erase_secret_sql{
    "plugin.erase_secret", "DELETE FROM plugin_secret WHERE tenant_id = :tenant AND component = ? AND name = ?", ""};
constexpr Statement insert_secret_sql{
    "plugin.insert_secret",
    "INSERT INTO plugin_secret (tenant_id, component, name, sealed_value, updated_at) VALUES (:tenant, ?, ?, ?, ?)", ""};

std::string state_column(const std::string& component, const std::string& version) {
  return "plugin_state.blob/" + component + "/" + version;
}
std::string secret_column(const std::string& component, const std::string& name) {
  return "plugin_secret.value/" + component + "/" + name;
}

bool is_secret_name(std::string_view name) {
  return !name.empty() && name.size() <= 64 && std::all_of(name.begin(), name.end(), [](char c) {
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '.' || c == '-';
  });
}

}  // namespace

Result<> PluginRepository::save_state(const plugins::StateRow& row) {
  if (row.blob.size() > most_state_bytes) return fail(Errc::too_big, "A state has at most 16 MiB.");
  return write_tenant(db_, row.tenant, GroupCommit::Touches::nothing, nullptr,
                      [&](TenantSession& session, const TenantSecrets& tenant, KeyAllocator&) {
                        session.run(erase_state_sql, row.component, row.version);
                        session.run(insert_state_sql, row.component, row.version, static_cast<std::int64_t>(row.schema),
                                    Bytes{seal_column(tenant, state_column(row.component, row.version), tenant.id, row.blob)}, row.at);
                      });
}

Result<std::optional<plugins::StateRow>> PluginRepository::find_state(const Uuid& tenant, const std::string& component,
                                                                      const std::string& version) {
  return read_tenant(db_, tenant, [&](TenantSession& session, const TenantSecrets& secrets) -> Result<std::optional<plugins::StateRow>> {
    const Rows& rows = session.run(find_state_sql, component, version);
    if (rows.empty()) return std::optional<plugins::StateRow>{};
    plugins::StateRow row;
    row.tenant = tenant;
    row.component = component;
    row.version = version;
    row.schema = static_cast<std::uint32_t>(rows.integer(0, 0));
    row.blob = open_column(secrets, state_column(component, version), tenant, rows.bytes(0, 1));
    row.at = rows.integer(0, 2);
    return std::optional(std::move(row));
  });
}

Result<> PluginRepository::erase_states(std::int64_t before) {
  try {
    db_.writer.run(GroupCommit::Touches::nothing, [&](Connection& connection, KeyAllocator&) {
      std::vector<TenantKey> tenants;
      const Rows& rows = SystemSession(connection).run(old_state_tenants_sql, before);
      for (std::size_t i = 0; i < rows.size(); ++i) tenants.emplace_back(rows.integer(i, 0));
      for (const TenantKey key : tenants) TenantSession(connection, key).run(erase_old_states_sql, before);
    });
    return {};
  } catch (const DatabaseError& error) {
    return fail(Errc::storage, error.what());
  }
}

Result<std::vector<plugins::SecretName>> PluginRepository::list_secrets(const Uuid& tenant, const std::string& component) {
  return read_tenant(db_, tenant, [&](TenantSession& session, const TenantSecrets&) -> Result<std::vector<plugins::SecretName>> {
    std::vector<plugins::SecretName> out;
    const Rows& rows = session.run(list_secrets_sql, component);
    for (std::size_t i = 0; i < rows.size(); ++i) out.push_back({.name = rows.bytes(i, 0), .updated_at = rows.integer(i, 1)});
    return out;
  });
}

Result<std::optional<std::string>> PluginRepository::find_secret(const Uuid& tenant, const std::string& component,
                                                                 const std::string& name) {
  return read_tenant(db_, tenant, [&](TenantSession& session, const TenantSecrets& secrets) -> Result<std::optional<std::string>> {
    const Rows& rows = session.run(find_secret_sql, component, name);
    if (rows.empty()) return std::optional<std::string>{};
    return std::optional(open_column(secrets, secret_column(component, name), tenant, rows.bytes(0, 0)));
  });
}

Result<> PluginRepository::save_secret(const Uuid& tenant, const std::string& component, const std::string& name,
                                       std::string_view value, const tenants::AuditEntry& audit) {
  if (!is_secret_name(name)) return fail(Errc::invalid, "A secret's name has 1 to 64 letters, digits, dots, dashes or underscores.", "name");
  if (value.empty()) return fail(Errc::invalid, "A secret has a value.", "value");
  if (value.size() > most_secret_bytes) return fail(Errc::too_big, "A secret has at most 4096 bytes.", "value");
  return write_tenant(db_, tenant, GroupCommit::Touches::nothing, &audit,
                      [&](TenantSession& session, const TenantSecrets& secrets, KeyAllocator&) {
                        session.run(erase_secret_sql, component, name);
                        if (session.run(count_secrets_sql, component).integer(0, 0) >= most_secrets)
                          throw Refused{fail(Errc::conflict, "A plugin has at most 32 secrets.")};
                        session.run(insert_secret_sql, component, name,
                                    Bytes{seal_column(secrets, secret_column(component, name), tenant, value)}, audit.at);
                      });
}

Result<> PluginRepository::erase_secret(const Uuid& tenant, const std::string& component, const std::string& name,
                                        const tenants::AuditEntry& audit) {
  return write_tenant(db_, tenant, GroupCommit::Touches::nothing, &audit,
                      [&](TenantSession& session, const TenantSecrets&, KeyAllocator&) {
                        session.run(erase_secret_sql, component, name);
                      });
}

}  // namespace hotdesk::store
