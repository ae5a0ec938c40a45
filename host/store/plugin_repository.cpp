#include "store/plugin_repository.hpp"

#include <algorithm>

#include "store/plugin_write.hpp"
#include "store/sealed.hpp"

namespace hotdesk::store {
namespace {

// The loader reads everybody's rows at once: look-ups that return the tenant first.
constexpr Statement list_releases_sql{
    "plugin.list_releases",
    "SELECT tenant_id, component, stable, previous, candidate, percent, salt, enabled, position, shadow FROM plugin_release "
    "ORDER BY position, component, tenant_id", "itttt" "itiii", Scope::lookup};
constexpr Statement list_configs_sql{
    "plugin.list_configs", "SELECT tenant_id, component, sealed_json FROM plugin_config", "itb", Scope::lookup};
constexpr Statement list_policies_sql{
    "plugin.list_policies", "SELECT tenant_id, extension, fail_closed FROM plugin_policy", "iti", Scope::lookup};
constexpr Statement list_pins_sql{
    "plugin.list_pins", "SELECT tenant_id, conversation, component, version FROM plugin_pin ORDER BY id DESC LIMIT ?", "ibtt",
    Scope::lookup};
constexpr Statement pin_tenants_sql{
    "plugin.pin_tenants", "SELECT tenant_id FROM plugin_pin WHERE component = ? GROUP BY tenant_id", "i", Scope::lookup};

constexpr Statement erase_release_sql{
    "plugin.erase_release", "DELETE FROM plugin_release WHERE tenant_id = :tenant AND component = ?", ""};
constexpr Statement insert_release_sql{
    "plugin.insert_release",
    "INSERT INTO plugin_release (tenant_id, component, stable, previous, candidate, percent, salt, enabled, position, shadow) "
    "VALUES (:tenant, ?, ?, ?, ?, ?, ?, ?, ?, ?)", ""};
constexpr Statement erase_config_sql{
    "plugin.erase_config", "DELETE FROM plugin_config WHERE tenant_id = :tenant AND component = ?", ""};
constexpr Statement insert_config_sql{
    "plugin.insert_config", "INSERT INTO plugin_config (tenant_id, component, sealed_json) VALUES (:tenant, ?, ?)", ""};
constexpr Statement erase_policy_sql{
    "plugin.erase_policy", "DELETE FROM plugin_policy WHERE tenant_id = :tenant AND extension = ?", ""};
constexpr Statement insert_policy_sql{
    "plugin.insert_policy", "INSERT INTO plugin_policy (tenant_id, extension, fail_closed) VALUES (:tenant, ?, ?)", ""};
constexpr Statement erase_pin_sql{
    "plugin.erase_pin", "DELETE FROM plugin_pin WHERE tenant_id = :tenant AND component = ? AND conversation = ?", ""};
constexpr Statement insert_pin_sql{
    "plugin.insert_pin", "INSERT INTO plugin_pin (tenant_id, component, conversation, version, id) VALUES (:tenant, ?, ?, ?, ?)", ""};
constexpr Statement erase_pins_sql{
    "plugin.erase_pins", "DELETE FROM plugin_pin WHERE tenant_id = :tenant AND component = ? AND (? = '' OR version = ?)", ""};
constexpr Statement list_kv_sql{
    "plugin.list_kv", "SELECT blind_key, sealed_entry FROM plugin_kv WHERE tenant_id = :tenant AND plugin = ?", "bb"};
constexpr Statement get_kv_sql{
    "plugin.get_kv", "SELECT sealed_entry FROM plugin_kv WHERE tenant_id = :tenant AND plugin = ? AND blind_key = ?", "b"};
constexpr Statement erase_kv_sql{
    "plugin.erase_kv", "DELETE FROM plugin_kv WHERE tenant_id = :tenant AND plugin = ? AND blind_key = ?", ""};
constexpr Statement insert_kv_sql{
    "plugin.insert_kv", "INSERT INTO plugin_kv (tenant_id, plugin, blind_key, sealed_entry) VALUES (:tenant, ?, ?, ?)", ""};

std::string config_column(const std::string& component) { return "plugin_config.json/" + component; }
std::string kv_column(const std::string& plugin) { return "plugin_kv.entry/" + plugin; }

/// A key that is bytes, hashed with its plugin.
std::string blind_key(const TenantSecrets& tenant, const std::string& plugin, std::string_view key) {
  return blind_index(tenant, "plugin_kv/" + plugin, "k" + std::string(key));
}

/// [u16 key size][key][value]
std::string pack(std::string_view key, std::string_view value) {
  std::string out;
  out.push_back(static_cast<char>(key.size() >> 8));
  out.push_back(static_cast<char>(key.size() & 0xFF));
  out += key;
  out += value;
  return out;
}

plugins::KvEntry unpack(std::string_view packed) {
  if (packed.size() < 2) return {};
  const std::size_t size =
      static_cast<std::size_t>(static_cast<unsigned char>(packed[0])) << 8 | static_cast<unsigned char>(packed[1]);
  if (packed.size() < 2 + size) return {};
  return {std::string(packed.substr(2, size)), std::string(packed.substr(2 + size))};
}

}  // namespace

void replace_release(TenantSession& session, const plugins::ReleaseRow& row) {
  session.run(erase_release_sql, row.component);
  session.run(insert_release_sql, row.component, row.stable, row.previous, row.candidate, row.percent, row.salt, row.enabled,
              row.position, row.shadow);
}

Result<std::vector<plugins::ReleaseRow>> PluginRepository::list_releases() {
  return db_.readers.use([&](Connection& connection) -> Result<std::vector<plugins::ReleaseRow>> {
    std::vector<plugins::ReleaseRow> out;
    const Rows& rows = SystemSession(connection).run(list_releases_sql);
    for (std::size_t i = 0; i < rows.size(); ++i) {
      plugins::ReleaseRow row;
      if (!read_scope(db_.tenants, rows, i, row.tenant)) continue;
      row.component = rows.bytes(i, 1);
      row.stable = rows.bytes(i, 2);
      row.previous = rows.bytes(i, 3);
      row.candidate = rows.bytes(i, 4);
      row.percent = static_cast<int>(rows.integer(i, 5));
      row.salt = rows.bytes(i, 6);
      row.enabled = rows.integer(i, 7) != 0;
      row.position = rows.integer(i, 8);
      row.shadow = rows.integer(i, 9) != 0;
      out.push_back(std::move(row));
    }
    return out;
  });
}

Result<> PluginRepository::save_release(const plugins::ReleaseRow& row, const tenants::AuditEntry& audit) {
  return write_scope(db_, row.tenant, &audit, [&](TenantSession& session, KeyAllocator&) { replace_release(session, row); });
}

Result<> PluginRepository::erase_release(const std::string& component, const plugins::Scope& tenant, const tenants::AuditEntry& audit) {
  return write_scope(db_, tenant, &audit, [&](TenantSession& session, KeyAllocator&) { session.run(erase_release_sql, component); });
}

Result<std::vector<plugins::ConfigRow>> PluginRepository::list_configs() {
  return db_.readers.use([&](Connection& connection) -> Result<std::vector<plugins::ConfigRow>> {
    std::vector<plugins::ConfigRow> out;
    const Rows& rows = SystemSession(connection).run(list_configs_sql);
    for (std::size_t i = 0; i < rows.size(); ++i) {
      const TenantRef tenant = db_.tenants.find(TenantKey{rows.integer(i, 0)});
      if (tenant == nullptr) continue;
      out.push_back({.tenant = tenant->id, .component = rows.bytes(i, 1),
                     .json = open_column(*tenant, config_column(rows.bytes(i, 1)), tenant->id, rows.bytes(i, 2))});
    }
    return out;
  });
}

Result<> PluginRepository::save_config(const plugins::ConfigRow& row, const tenants::AuditEntry& audit) {
  return write_tenant(db_, row.tenant, GroupCommit::Touches::nothing, &audit,
                      [&](TenantSession& session, const TenantSecrets& tenant, KeyAllocator&) {
                        session.run(erase_config_sql, row.component);
                        if (!row.json.empty())
                          session.run(insert_config_sql, row.component,
                                      Bytes{seal_column(tenant, config_column(row.component), tenant.id, row.json)});
                      });
}

Result<std::vector<plugins::PolicyRow>> PluginRepository::list_policies() {
  return db_.readers.use([&](Connection& connection) -> Result<std::vector<plugins::PolicyRow>> {
    std::vector<plugins::PolicyRow> out;
    const Rows& rows = SystemSession(connection).run(list_policies_sql);
    for (std::size_t i = 0; i < rows.size(); ++i) {
      plugins::PolicyRow row;
      if (!read_scope(db_.tenants, rows, i, row.tenant)) continue;
      row.extension = rows.bytes(i, 1);
      row.fail_closed = rows.integer(i, 2) != 0;
      out.push_back(std::move(row));
    }
    return out;
  });
}

Result<> PluginRepository::save_policy(const plugins::PolicyRow& row, const tenants::AuditEntry& audit) {
  return write_scope(db_, row.tenant, &audit, [&](TenantSession& session, KeyAllocator&) {
    session.run(erase_policy_sql, row.extension);
    session.run(insert_policy_sql, row.extension, row.fail_closed);
  });
}

Result<std::vector<plugins::PinRow>> PluginRepository::list_pins(std::size_t limit) {
  return db_.readers.use([&](Connection& connection) -> Result<std::vector<plugins::PinRow>> {
    std::vector<plugins::PinRow> out;
    const Rows& rows = SystemSession(connection).run(list_pins_sql, static_cast<std::int64_t>(limit));
    for (std::size_t i = 0; i < rows.size(); ++i) {
      const TenantRef tenant = db_.tenants.find(TenantKey{rows.integer(i, 0)});
      if (tenant == nullptr) continue;
      out.push_back({.tenant = tenant->id, .conversation = rows.uuid(i, 1), .component = rows.bytes(i, 2), .version = rows.bytes(i, 3)});
    }
    return out;
  });
}

Result<> PluginRepository::save_pins(const std::vector<plugins::PinRow>& pins) {
  try {
    // The allocator holds a thousand keys for a job; pins beyond go into a further transaction.
    for (std::size_t begin = 0; begin < pins.size(); begin += 512) {
      db_.writer.run(GroupCommit::Touches::nothing, [&](Connection& connection, KeyAllocator& keys) {
        for (std::size_t i = begin; i < std::min(pins.size(), begin + 512); ++i) {
          const TenantRef tenant = db_.tenants.find(pins[i].tenant);
          if (tenant == nullptr) continue;
          TenantSession session(connection, tenant->key);
          session.run(erase_pin_sql, pins[i].component, pins[i].conversation);
          session.run(insert_pin_sql, pins[i].component, pins[i].conversation, pins[i].version, keys.next());
        }
      });
    }
    return {};
  } catch (const DatabaseError& error) {
    return fail(Errc::storage, error.what());
  }
}

Result<> PluginRepository::erase_pins(const std::string& component, const plugins::Scope& tenant, const std::string& version) {
  try {
    db_.writer.run(GroupCommit::Touches::nothing, [&](Connection& connection, KeyAllocator&) {
      std::vector<TenantKey> tenants;
      if (tenant) {
        if (const TenantRef one = db_.tenants.find(*tenant)) tenants.push_back(one->key);
      } else {
        const Rows& rows = SystemSession(connection).run(pin_tenants_sql, component);
        for (std::size_t i = 0; i < rows.size(); ++i) tenants.emplace_back(rows.integer(i, 0));
      }
      for (const TenantKey key : tenants) TenantSession(connection, key).run(erase_pins_sql, component, version, version);
    });
    return {};
  } catch (const DatabaseError& error) {
    return fail(Errc::storage, error.what());
  }
}

Result<std::vector<plugins::KvEntry>> PluginRepository::kv_list(const Uuid& tenant, const std::string& plugin, std::string_view prefix) {
  return read_tenant(db_, tenant, [&](TenantSession& session, const TenantSecrets& secrets) -> Result<std::vector<plugins::KvEntry>> {
    std::vector<plugins::KvEntry> out;
    const Rows& rows = session.run(list_kv_sql, plugin);
    for (std::size_t i = 0; i < rows.size(); ++i) {
      plugins::KvEntry entry = unpack(open_column(secrets, kv_column(plugin) + rows.bytes(i, 0), tenant, rows.bytes(i, 1)));
      if (std::string_view(entry.key).starts_with(prefix)) out.push_back(std::move(entry));
    }
    std::sort(out.begin(), out.end(), [](const auto& a, const auto& b) { return a.key < b.key; });
    return out;
  });
}

Result<std::optional<std::string>> PluginRepository::kv_get(const Uuid& tenant, const std::string& plugin, std::string_view key) {
  return read_tenant(db_, tenant, [&](TenantSession& session, const TenantSecrets& secrets) -> Result<std::optional<std::string>> {
    const std::string blind = blind_key(secrets, plugin, key);
    const Rows& rows = session.run(get_kv_sql, plugin, Bytes{blind});
    if (rows.empty()) return std::nullopt;
    return std::optional(unpack(open_column(secrets, kv_column(plugin) + blind, tenant, rows.bytes(0, 0))).value);
  });
}

Result<> PluginRepository::kv_set(const Uuid& tenant, const std::string& plugin, std::string_view key, std::string_view value) {
  if (key.size() > 0xFFFF) return fail(Errc::too_big, "A key has at most 65535 bytes.");
  return write_tenant(db_, tenant, GroupCommit::Touches::nothing, nullptr,
                      [&](TenantSession& session, const TenantSecrets& secrets, KeyAllocator&) {
                        const std::string blind = blind_key(secrets, plugin, key);
                        session.run(erase_kv_sql, plugin, Bytes{blind});
                        session.run(insert_kv_sql, plugin, Bytes{blind},
                                    Bytes{seal_column(secrets, kv_column(plugin) + blind, tenant, pack(key, value))});
                      });
}

Result<> PluginRepository::kv_erase(const Uuid& tenant, const std::string& plugin, std::string_view key) {
  return write_tenant(db_, tenant, GroupCommit::Touches::nothing, nullptr,
                      [&](TenantSession& session, const TenantSecrets& secrets, KeyAllocator&) {
                        session.run(erase_kv_sql, plugin, Bytes{blind_key(secrets, plugin, key)});
                      });
}

}  // namespace hotdesk::store
