#include "conversations/knowledge.hpp"

namespace hotdesk::conversations {

Result<std::vector<KnowledgeHit>> Knowledge::search(const Uuid& tenant, std::string_view question, std::size_t limit) {
  IndexPtr index;
  std::uint64_t version = 0;
  {
    const std::lock_guard lock(mutex_);
    auto at = slots_.find(tenant);
    if (at == slots_.end()) {
      order_.push_front(tenant);
      at = slots_.emplace(tenant, Slot{nullptr, ++versions_, order_.begin()}).first;
      if (slots_.size() > most_) {
        slots_.erase(order_.back());
        order_.pop_back();
      }
    } else {
      order_.splice(order_.begin(), order_, at->second.used);
    }
    index = at->second.index;
    version = at->second.version;
  }
  if (!index) {
    const auto articles = repository_.load_articles(tenant);
    if (!articles) return articles.error();
    index = std::make_shared<const KnowledgeIndex>(*articles);
    const std::lock_guard lock(mutex_);
    // A write that came meanwhile may be missing in what was read: then it is not kept.
    if (const auto at = slots_.find(tenant); at != slots_.end() && at->second.version == version) at->second.index = index;
  }
  return index->search(question, limit);
}

void Knowledge::changed(const Uuid& tenant) {
  const std::lock_guard lock(mutex_);
  const auto at = slots_.find(tenant);
  if (at == slots_.end()) return;
  at->second.index.reset();
  at->second.version = ++versions_;
}

}  // namespace hotdesk::conversations
