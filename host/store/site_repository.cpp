#include "store/site_repository.hpp"

#include <nlohmann/json.hpp>

#include "base/json.hpp"
#include "crypto/aead.hpp"
#include "store/bodies.hpp"

namespace hotdesk::store {
namespace {

constexpr Statement find_key_sql{"site.find_key", "SELECT id FROM site WHERE tenant_id = :tenant AND uuid = ?", "i"};
constexpr Statement insert_sql{
    "site.insert",
    "INSERT INTO site (tenant_id, id, uuid, code, name, active, allowed_origins, widget, created_at) "
    "VALUES (:tenant, ?, ?, ?, ?, ?, ?, ?, ?)", ""};
constexpr Statement update_sql{
    "site.update",
    "UPDATE site SET code = ?, name = ?, active = ?, allowed_origins = ?, widget = ? WHERE tenant_id = :tenant AND id = ?", ""};
constexpr Statement erase_keys_sql{"site.erase_keys", "DELETE FROM site_key WHERE tenant_id = :tenant AND site_id = ?", ""};
constexpr Statement insert_key_sql{
    "site.insert_key",
    "INSERT INTO site_key (tenant_id, site_id, kid, sealed_secret, created_at) VALUES (:tenant, ?, ?, ?, ?)", ""};
constexpr Statement list_sql{
    "site.list",
    "SELECT id, uuid, code, name, active, allowed_origins, widget, ping_at, ping_origin, ping_url, created_at FROM site "
    "WHERE tenant_id = :tenant ORDER BY id", "ibttittitti"};
constexpr Statement find_sql{
    "site.find",
    "SELECT id, uuid, code, name, active, allowed_origins, widget, ping_at, ping_origin, ping_url, created_at FROM site "
    "WHERE tenant_id = :tenant AND uuid = ?", "ibttittitti"};
constexpr Statement find_by_code_sql{"site.find_by_code", "SELECT tenant_id, uuid FROM site WHERE code = ?", "ib", Scope::lookup};
constexpr Statement list_keys_sql{
    "site.list_keys",
    "SELECT kid, sealed_secret, created_at FROM site_key WHERE tenant_id = :tenant AND site_id = ? ORDER BY created_at, kid", "tbi"};
constexpr Statement ping_sql{
    "site.ping", "UPDATE site SET ping_at = ?, ping_origin = ?, ping_url = ? WHERE tenant_id = :tenant AND uuid = ?", ""};

std::string secret_aad(const TenantSecrets& tenant, const Uuid& site, std::string_view kid) {
  return "site_key.secret" + tenant.id.binary() + site.binary() + std::string(kid);
}

std::vector<std::string> texts_of(const std::string& json) {
  std::vector<std::string> out;
  const Result<Json> parsed = parse_json(json);
  if (parsed && parsed->is_array())
    for (const auto& text : *parsed)
      if (text.is_string()) out.push_back(text.get<std::string>());
  return out;
}

tenants::Site site_of(const Rows& rows, std::size_t i, const Uuid& tenant) {
  tenants::Site site;
  site.id = rows.uuid(i, 1);
  site.tenant = tenant;
  site.code = rows.bytes(i, 2);
  site.name = rows.bytes(i, 3);
  site.active = rows.integer(i, 4) != 0;
  site.allowed_origins = texts_of(rows.bytes(i, 5));
  site.widget = rows.bytes(i, 6);
  if (!rows.null(i, 7)) site.last_ping = tenants::Ping{rows.integer(i, 7), rows.bytes(i, 8), rows.bytes(i, 9)};
  site.created_at = rows.integer(i, 10);
  return site;
}

void load_keys(TenantSession& session, const TenantSecrets& tenant, std::int64_t key, tenants::Site& site) {
  const Rows& rows = session.run(list_keys_sql, key);
  for (std::size_t i = 0; i < rows.size(); ++i) {
    auto secret = crypto::open(tenant.site, secret_aad(tenant, site.id, rows.bytes(i, 0)), rows.bytes(i, 1));
    if (!secret) throw DatabaseError(DatabaseError::Kind::broken, "site_key.secret: the sealed value does not open");
    site.keys.push_back({.kid = rows.bytes(i, 0), .secret = std::move(*secret), .created_at = rows.integer(i, 2)});
  }
}

Result<std::vector<tenants::Site>> load_all(TenantSession& session, const TenantSecrets& tenant, const Rows& rows) {
  std::vector<tenants::Site> out;
  std::vector<std::int64_t> keys;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    out.push_back(site_of(rows, i, tenant.id));
    keys.push_back(rows.integer(i, 0));
  }
  for (std::size_t i = 0; i < out.size(); ++i) load_keys(session, tenant, keys[i], out[i]);
  return out;
}

}  // namespace

Result<> SiteRepository::save_site(const tenants::Site& site, const tenants::AuditEntry& audit) {
  return write_tenant(
      db_, site.tenant, GroupCommit::Touches::loaded, &audit,
      [&](TenantSession& session, const TenantSecrets& tenant, KeyAllocator& keys) {
        const Rows& found = session.run(find_key_sql, site.id);
        const std::string origins = labels_json(site.allowed_origins);
        const std::int64_t key = found.empty() ? keys.next() : found.integer(0, 0);
        if (found.empty())
          session.run(insert_sql, key, site.id, site.code, site.name, site.active, origins, site.widget, site.created_at);
        else
          session.run(update_sql, site.code, site.name, site.active, origins, site.widget, key);
        session.run(erase_keys_sql, key);
        for (const tenants::SiteKeyPair& pair : site.keys) {
          const std::string sealed = crypto::seal(tenant.site, secret_aad(tenant, site.id, pair.kid), pair.secret);
          session.run(insert_key_sql, key, pair.kid, Bytes{sealed}, pair.created_at);
        }
      },
      "The site code is taken.");
}

Result<std::optional<tenants::Site>> SiteRepository::find_site(const Uuid& tenant, const Uuid& id) {
  return read_tenant(db_, tenant, [&](TenantSession& session, const TenantSecrets& secrets) -> Result<std::optional<tenants::Site>> {
    auto sites = load_all(session, secrets, session.run(find_sql, id));
    if (sites->empty()) return std::nullopt;
    return std::optional(std::move(sites->front()));
  });
}

Result<std::optional<tenants::Site>> SiteRepository::find_site_by_code(std::string_view code) {
  auto found = db_.readers.use([&](Connection& connection) -> Result<std::optional<std::pair<TenantKey, Uuid>>> {
    const Rows& rows = SystemSession(connection).run(find_by_code_sql, code);
    if (rows.empty()) return std::nullopt;
    return std::optional(std::pair(TenantKey{rows.integer(0, 0)}, rows.uuid(0, 1)));
  });
  if (!found) return found.error();
  if (!*found) return std::nullopt;
  const TenantRef tenant = db_.tenants.find((*found)->first);
  if (tenant == nullptr) return std::nullopt;
  return find_site(tenant->id, (*found)->second);
}

Result<std::vector<tenants::Site>> SiteRepository::list_sites(const Uuid& tenant) {
  return read_tenant(db_, tenant, [&](TenantSession& session, const TenantSecrets& secrets) -> Result<std::vector<tenants::Site>> {
    return load_all(session, secrets, session.run(list_sql));
  });
}

Result<> SiteRepository::record_ping(const Uuid& tenant, const Uuid& site, const tenants::Ping& ping) {
  return write_tenant(db_, tenant, GroupCommit::Touches::nothing, nullptr,
                      [&](TenantSession& session, const TenantSecrets&, KeyAllocator&) {
                        session.run(ping_sql, ping.at, ping.origin, ping.url, site);
                      });
}

}  // namespace hotdesk::store
