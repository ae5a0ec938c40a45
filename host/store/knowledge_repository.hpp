#pragma once
#include "conversations/knowledge.hpp"
#include "store/repository.hpp"

namespace hotdesk::store {

class KnowledgeRepository final : public conversations::KnowledgeRepository {
 public:
  explicit KnowledgeRepository(Database& database) : db_(database) {}
  Result<> save_article(const Uuid& tenant, const conversations::Article& article, const tenants::AuditEntry& audit) override;
  Result<> erase_article(const Uuid& tenant, const Uuid& id, const tenants::AuditEntry& audit) override;
  Result<std::optional<conversations::Article>> find_article(const Uuid& tenant, const Uuid& id) override;
  Result<conversations::ArticlePage> list_articles(const Uuid& tenant, const std::string& query, const std::string& cursor,
                                                   int limit) override;
  Result<std::vector<conversations::Article>> load_articles(const Uuid& tenant) override;

 private:
  Database& db_;
};

}  // namespace hotdesk::store
