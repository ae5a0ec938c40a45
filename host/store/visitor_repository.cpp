#include "store/visitor_repository.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>

#include "base/json.hpp"
#include "store/kinds.hpp"
#include "store/sealed.hpp"

namespace hotdesk::store {
namespace {

constexpr Statement find_key_sql{"visitor.find_key", "SELECT id FROM visitor WHERE tenant_id = :tenant AND uuid = ?", "i"};
constexpr Statement find_site_sql{"visitor.find_site", "SELECT id FROM site WHERE tenant_id = :tenant AND uuid = ?", "i"};
constexpr Statement insert_sql{
    "visitor.insert",
    "INSERT INTO visitor (tenant_id, id, uuid, site_id, sealed_name, sealed_email, sealed_phone, sealed_external_id, "
    "sealed_attributes, sealed_referrer, blind_email, blind_phone, blind_external_id, gen, active, language, device, "
    "first_seen, last_seen) VALUES (:tenant, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 0, 1, ?, ?, ?, ?)", ""};
constexpr Statement insert_head_sql{
    "visitor.insert_head",
    "INSERT INTO feed_head (tenant_id, feed_id, owner, kind, cur, oldest) VALUES (:tenant, ?, ?, ?, 0, 0)", ""};
constexpr Statement update_sql{
    "visitor.update",
    "UPDATE visitor SET sealed_name = ?, sealed_email = ?, sealed_phone = ?, sealed_external_id = ?, sealed_attributes = ?, "
    "sealed_referrer = ?, blind_email = ?, blind_phone = ?, blind_external_id = ?, language = ?, device = ?, last_seen = ? "
    "WHERE tenant_id = :tenant AND id = ?", ""};
constexpr Statement find_sql{
    "visitor.find",
    "SELECT v.uuid, s.uuid, v.sealed_name, v.sealed_email, v.sealed_phone, v.sealed_external_id, v.sealed_attributes, "
    "v.sealed_referrer, v.gen, v.active, v.language, v.device, v.first_seen, v.last_seen FROM visitor v "
    "JOIN site s ON s.tenant_id = v.tenant_id AND s.id = v.site_id WHERE v.tenant_id = :tenant AND v.uuid = ?", "bbbbbbbbiittii"};
constexpr Statement find_by_external_id_sql{
    "visitor.find_by_external_id", "SELECT uuid FROM visitor WHERE tenant_id = :tenant AND blind_external_id = ?", "b"};
constexpr Statement insert_page_sql{
    "visitor.insert_page", "INSERT INTO visitor_page (tenant_id, visitor_id, id, at, sealed_view) VALUES (:tenant, ?, ?, ?, ?)", ""};
constexpr Statement oldest_page_sql{
    "visitor.oldest_page",
    "SELECT id FROM visitor_page WHERE tenant_id = :tenant AND visitor_id = ? ORDER BY id DESC LIMIT 1 OFFSET 49", "i"};
constexpr Statement trim_pages_sql{
    "visitor.trim_pages", "DELETE FROM visitor_page WHERE tenant_id = :tenant AND visitor_id = ? AND id < ?", ""};
constexpr Statement list_pages_sql{
    "visitor.list_pages",
    "SELECT p.at, p.sealed_view FROM visitor v JOIN visitor_page p ON p.tenant_id = v.tenant_id AND p.visitor_id = v.id "
    "WHERE v.tenant_id = :tenant AND v.uuid = ? ORDER BY p.id DESC LIMIT ?", "ib"};

std::string page_json(const visitors::PageView& page) {
  std::string out = "{\"url\":";
  append_json_string(out, page.url);
  out += ",\"title\":";
  append_json_string(out, page.title);
  out += ",\"referrer\":";
  append_json_string(out, page.referrer);
  return out + "}";
}

}  // namespace

Result<> VisitorRepository::save_visitor(const visitors::Visitor& v) {
  return write_tenant(
      db_, v.tenant, GroupCommit::Touches::loaded, nullptr,
      [&](TenantSession& session, const TenantSecrets& tenant, KeyAllocator& keys) {
        const SealedVisitor s = seal_visitor(tenant, v.id, v);
        const Rows& found = session.run(find_key_sql, v.id);
        if (!found.empty()) {
          session.run(update_sql, Bytes{s.name}, Bytes{s.email}, Bytes{s.phone}, Bytes{s.external_id}, Bytes{s.attributes},
                      Bytes{s.referrer}, Bytes{s.blind_email}, Bytes{s.blind_phone}, Bytes{s.blind_external_id}, v.language, v.device,
                      v.last_seen, found.integer(0, 0));
          return;
        }
        const Rows& site = session.run(find_site_sql, v.site);
        if (site.empty()) throw Refused{fail(Errc::not_found, "There is no such site.")};
        const std::int64_t key = keys.next();
        session.run(insert_sql, key, v.id, site.integer(0, 0), Bytes{s.name}, Bytes{s.email}, Bytes{s.phone}, Bytes{s.external_id},
                    Bytes{s.attributes}, Bytes{s.referrer}, Bytes{s.blind_email}, Bytes{s.blind_phone}, Bytes{s.blind_external_id},
                    v.language, v.device, v.first_seen, v.last_seen);
        session.run(insert_head_sql, key, v.id, static_cast<int>(FeedKind::visitor));
      },
      "Another visitor of this site has that id.");
}

Result<std::optional<visitors::Visitor>> VisitorRepository::find_visitor(const Uuid& tenant, const Uuid& id) {
  return read_tenant(db_, tenant, [&](TenantSession& session, const TenantSecrets& secrets) -> Result<std::optional<visitors::Visitor>> {
    const Rows& rows = session.run(find_sql, id);
    if (rows.empty()) return std::nullopt;
    visitors::Visitor v;
    v.id = id;
    v.tenant = tenant;
    v.site = rows.uuid(0, 1);
    v.name = open_column(secrets, "visitor.name", id, rows.bytes(0, 2));
    v.email = open_column(secrets, "visitor.email", id, rows.bytes(0, 3));
    v.phone = open_column(secrets, "visitor.phone", id, rows.bytes(0, 4));
    v.external_id = open_column(secrets, "visitor.external_id", id, rows.bytes(0, 5));
    v.attributes = open_column(secrets, "visitor.attributes", id, rows.bytes(0, 6));
    v.referrer = open_column(secrets, "visitor.referrer", id, rows.bytes(0, 7));
    v.gen = rows.integer(0, 8);
    v.active = rows.integer(0, 9) != 0;
    v.language = rows.bytes(0, 10);
    v.device = rows.bytes(0, 11);
    v.first_seen = rows.integer(0, 12);
    v.last_seen = rows.integer(0, 13);
    return std::optional(std::move(v));
  });
}

Result<std::optional<visitors::Visitor>> VisitorRepository::find_by_external_id(const Uuid& tenant, const Uuid& site,
                                                                                std::string_view id) {
  auto found = read_tenant(db_, tenant, [&](TenantSession& session, const TenantSecrets& secrets) -> Result<std::optional<Uuid>> {
    const std::string blind = blind_external_id(secrets, site, id);
    if (blind.empty()) return std::nullopt;
    const Rows& rows = session.run(find_by_external_id_sql, Bytes{blind});
    return rows.empty() ? std::nullopt : std::optional(rows.uuid(0, 0));
  });
  if (!found) return found.error();
  if (!*found) return std::nullopt;
  return find_visitor(tenant, **found);
}

Result<> VisitorRepository::record_page(const Uuid& tenant, const Uuid& visitor, const visitors::PageView& page) {
  return write_tenant(db_, tenant, GroupCommit::Touches::nothing, nullptr,
                      [&](TenantSession& session, const TenantSecrets& secrets, KeyAllocator& keys) {
                        const Rows& found = session.run(find_key_sql, visitor);
                        if (found.empty()) return;
                        const std::int64_t key = found.integer(0, 0);
                        session.run(insert_page_sql, key, keys.next(), page.at,
                                    Bytes{seal_column(secrets, "visitor_page.view", visitor, page_json(page))});
                        const Rows& oldest = session.run(oldest_page_sql, key);
                        if (!oldest.empty()) session.run(trim_pages_sql, key, oldest.integer(0, 0));
                      });
}

Result<std::vector<visitors::PageView>> VisitorRepository::list_pages(const Uuid& tenant, const Uuid& visitor, int limit) {
  return read_tenant(db_, tenant, [&](TenantSession& session, const TenantSecrets& secrets) -> Result<std::vector<visitors::PageView>> {
    const Rows& rows = session.run(list_pages_sql, visitor, std::clamp(limit, 1, 50));
    std::vector<visitors::PageView> out;
    for (std::size_t i = 0; i < rows.size(); ++i) {
      const Result<Json> view = parse_json(open_column(secrets, "visitor_page.view", visitor, rows.bytes(i, 1)));
      if (!view || !view->is_object()) continue;
      out.push_back({.url = find_string(*view, "url").value_or(""), .title = find_string(*view, "title").value_or(""),
                     .referrer = find_string(*view, "referrer").value_or(""), .at = rows.integer(i, 0)});
    }
    return out;
  });
}

}  // namespace hotdesk::store
