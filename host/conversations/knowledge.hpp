#pragma once
#include <cstdint>
#include <functional>
#include <list>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "base/result.hpp"
#include "base/id.hpp"
#include "conversations/knowledge_index.hpp"
#include "tenants/model.hpp"

namespace hotdesk::conversations {

struct ArticlePage {
  std::vector<Article> items;  ///< newest first
  std::string next;
};

/// A tenant's articles. Every call blocks; Errc::storage when the store cannot answer. Titles and texts are sealed at rest.
class KnowledgeRepository {
 public:
  virtual ~KnowledgeRepository() = default;
  /// Inserts or replaces by id. Errc::conflict when the tenant has as many articles as may be (2,000).
  virtual Result<> save_article(const Uuid& tenant, const Article& article, const tenants::AuditEntry& audit) = 0;
  /// Errc::not_found.
  virtual Result<> erase_article(const Uuid& tenant, const Uuid& id, const tenants::AuditEntry& audit) = 0;
  virtual Result<std::optional<Article>> find_article(const Uuid& tenant, const Uuid& id) = 0;
  /// `query`: those whose title or text contains it, without regard to ASCII case; empty: all. `limit` ≤ 200.
  virtual Result<ArticlePage> list_articles(const Uuid& tenant, const std::string& query, const std::string& cursor, int limit) = 0;
  virtual Result<std::vector<Article>> load_articles(const Uuid& tenant) = 0;
};

/// Searches what is enabled. A tenant's index is made at its first search after a change and kept for the tenants that
/// searched last. Thread: any; blocks.
class Knowledge {
 public:
  explicit Knowledge(KnowledgeRepository& repository, std::size_t most_tenants = 64) : repository_(repository), most_(most_tenants) {}

  Result<std::vector<KnowledgeHit>> search(const Uuid& tenant, std::string_view question, std::size_t limit);
  /// After a write: the next search sees it.
  void changed(const Uuid& tenant);
  KnowledgeRepository& articles() noexcept { return repository_; }

 private:
  using IndexPtr = std::shared_ptr<const KnowledgeIndex>;
  struct Slot {
    IndexPtr index;  ///< null: changed since
    std::uint64_t version = 0;
    std::list<Uuid>::iterator used;
  };
  KnowledgeRepository& repository_;
  const std::size_t most_;
  std::mutex mutex_;
  std::unordered_map<Uuid, Slot> slots_;
  std::list<Uuid> order_;
  std::uint64_t versions_ = 0;
};

}  // namespace hotdesk::conversations
