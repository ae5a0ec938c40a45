#include "store/commit_state.hpp"

namespace hotdesk::store {

ConversationState* CommitCache::find_conversation(TenantKey tenant, const Uuid& id) noexcept {
  const auto found = conversations_.find(Name{tenant.value(), id});
  return found == conversations_.end() ? nullptr : found->second.get();
}

Head* CommitCache::find_head(TenantKey tenant, const Uuid& owner) noexcept {
  const auto found = heads_.find(Name{tenant.value(), owner});
  return found == heads_.end() ? nullptr : found->second.get();
}

ConversationState& CommitCache::add(std::unique_ptr<ConversationState> conversation) {
  const Name name{conversation->tenant->key.value(), conversation->id};
  auto& place = conversations_[name];
  place = std::move(conversation);
  return *place;
}

Head& CommitCache::add(std::unique_ptr<Head> head) {
  const Name name{head->tenant.value(), head->owner};
  auto& place = heads_[name];
  if (place == nullptr) place = std::move(head);
  return *place;
}

void CommitCache::clear() noexcept {
  conversations_.clear();
  heads_.clear();
}

}  // namespace hotdesk::store
