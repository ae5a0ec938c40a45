#include "store/knowledge_repository.hpp"

#include <algorithm>
#include <charconv>

#include "base/text.hpp"
#include "store/sealed.hpp"

namespace hotdesk::store {
namespace {

using conversations::Article;

constexpr std::int64_t most_articles = 2'000;

#define HOTDESK_ARTICLE_ROW \
  "SELECT id, uuid, sealed_title, sealed_text, url, language, enabled, updated_by, updated_by_name, updated_at FROM knowledge_article "
constexpr std::string_view row_shape = "ibbbttibti";
constexpr Statement find_sql{"knowledge.find", HOTDESK_ARTICLE_ROW "WHERE tenant_id = :tenant AND uuid = ?", row_shape};
constexpr Statement list_sql{"knowledge.list", HOTDESK_ARTICLE_ROW "WHERE tenant_id = :tenant AND id < ? ORDER BY id DESC LIMIT ?", row_shape};
#undef HOTDESK_ARTICLE_ROW
constexpr Statement exists_sql{"knowledge.exists", "SELECT id FROM knowledge_article WHERE tenant_id = :tenant AND uuid = ?", "i"};
constexpr Statement count_sql{"knowledge.count", "SELECT COUNT(*) FROM knowledge_article WHERE tenant_id = :tenant", "i"};
constexpr Statement insert_sql{
    "knowledge.insert",
    "INSERT INTO knowledge_article (tenant_id, id, uuid, sealed_title, sealed_text, url, language, enabled, updated_by, "
    "updated_by_name, updated_at) VALUES (:tenant, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", ""};
constexpr Statement update_sql{
    "knowledge.update",
    "UPDATE knowledge_article SET sealed_title = ?, sealed_text = ?, url = ?, language = ?, enabled = ?, updated_by = ?, "
    "updated_by_name = ?, updated_at = ? WHERE tenant_id = :tenant AND uuid = ?", ""};
constexpr Statement erase_sql{"knowledge.erase", "DELETE FROM knowledge_article WHERE tenant_id = :tenant AND uuid = ?", ""};

constexpr std::string_view title_column = "knowledge_article.title";
constexpr std::string_view text_column = "knowledge_article.text";

Article article_of(const TenantSecrets& tenant, const Rows& rows, std::size_t i) {
  Article out;
  out.id = rows.uuid(i, 1);
  out.title = open_column(tenant, title_column, out.id, rows.bytes(i, 2));
  out.text = open_column(tenant, text_column, out.id, rows.bytes(i, 3));
  out.url = rows.bytes(i, 4);
  out.language = rows.bytes(i, 5);
  out.enabled = rows.integer(i, 6) != 0;
  out.updated_by = rows.uuid(i, 7);
  out.updated_by_name = rows.bytes(i, 8);
  out.updated_at = rows.integer(i, 9);
  return out;
}

bool contains(const Article& article, std::string_view lower) {
  return lower.empty() || to_lower_ascii(article.title).find(lower) != std::string::npos ||
         to_lower_ascii(article.text).find(lower) != std::string::npos;
}

}  // namespace

Result<> KnowledgeRepository::save_article(const Uuid& tenant, const Article& a, const tenants::AuditEntry& audit) {
  if (a.title.empty() || a.text.empty()) return fail(Errc::invalid, "An article has a title and a text.");
  const TenantRef secrets = db_.tenants.find(tenant);
  if (secrets == nullptr) return no_tenant();
  const std::string title = seal_column(*secrets, title_column, a.id, a.title);
  const std::string text = seal_column(*secrets, text_column, a.id, a.text);
  return write_tenant(db_, tenant, GroupCommit::Touches::nothing, &audit, [&](TenantSession& session, const TenantSecrets&, KeyAllocator& keys) {
    if (!session.run(exists_sql, a.id).empty()) {
      session.run(update_sql, Bytes{title}, Bytes{text}, a.url, a.language, a.enabled, a.updated_by, a.updated_by_name, a.updated_at, a.id);
      return;
    }
    if (session.run(count_sql).integer(0, 0) >= most_articles)
      throw Refused{fail(Errc::conflict, "There are as many articles as may be: 2,000.")};
    session.run(insert_sql, keys.next(), a.id, Bytes{title}, Bytes{text}, a.url, a.language, a.enabled, a.updated_by,
                a.updated_by_name, a.updated_at);
  });
}

Result<> KnowledgeRepository::erase_article(const Uuid& tenant, const Uuid& id, const tenants::AuditEntry& audit) {
  return write_tenant(db_, tenant, GroupCommit::Touches::nothing, &audit, [&](TenantSession& session, const TenantSecrets&, KeyAllocator&) {
    if (session.run(exists_sql, id).empty()) throw Refused{fail(Errc::not_found, "There is no such article.")};
    session.run(erase_sql, id);
  });
}

Result<std::optional<Article>> KnowledgeRepository::find_article(const Uuid& tenant, const Uuid& id) {
  return read_tenant(db_, tenant, [&](TenantSession& session, const TenantSecrets& secrets) -> Result<std::optional<Article>> {
    const Rows& rows = session.run(find_sql, id);
    if (rows.empty()) return std::optional<Article>{};
    return std::optional(article_of(secrets, rows, 0));
  });
}

Result<conversations::ArticlePage> KnowledgeRepository::list_articles(const Uuid& tenant, const std::string& query,
                                                                      const std::string& cursor, int limit) {
  std::int64_t before = INT64_MAX;
  if (!cursor.empty()) {
    const auto [end, error] = std::from_chars(cursor.data(), cursor.data() + cursor.size(), before);
    if (error != std::errc{} || end != cursor.data() + cursor.size() || before < 0)
      return fail(Errc::invalid, "The cursor is not one that this list gave.", "cursor");
  }
  const auto most = static_cast<std::size_t>(std::clamp(limit, 1, 200));
  const std::string lower = to_lower_ascii(query);
  return read_tenant(db_, tenant, [&](TenantSession& session, const TenantSecrets& secrets) -> Result<conversations::ArticlePage> {
    conversations::ArticlePage page;
    std::int64_t last = before;
    while (true) {
      constexpr std::size_t step = 100;
      const Rows& rows = session.run(list_sql, last, static_cast<std::int64_t>(step));
      for (std::size_t i = 0; i < rows.size(); ++i) {
        Article article = article_of(secrets, rows, i);
        if (!contains(article, lower)) {
          last = rows.integer(i, 0);
          continue;
        }
        if (page.items.size() == most) {
          page.next = std::to_string(last);
          return page;
        }
        last = rows.integer(i, 0);
        page.items.push_back(std::move(article));
      }
      if (rows.size() < step) return page;
    }
  });
}

Result<std::vector<Article>> KnowledgeRepository::load_articles(const Uuid& tenant) {
  return read_tenant(db_, tenant, [&](TenantSession& session, const TenantSecrets& secrets) -> Result<std::vector<Article>> {
    std::vector<Article> out;
    const Rows& rows = session.run(list_sql, INT64_MAX, most_articles);
    out.reserve(rows.size());
    for (std::size_t i = 0; i < rows.size(); ++i) out.push_back(article_of(secrets, rows, i));
    return out;
  });
}

}  // namespace hotdesk::store
