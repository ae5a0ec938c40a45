#include "delivery/members.hpp"

namespace hotdesk::delivery {

void Members::put(const conversations::Conversation& c) {
  const std::lock_guard lock(mutex_);
  auto [at, made] = slots_.try_emplace(c.id);
  if (made) {
    order_.push_front(c.id);
    at->second.used = order_.begin();
    if (slots_.size() > most_) {
      slots_.erase(order_.back());
      order_.pop_back();
    }
  } else {
    order_.splice(order_.begin(), order_, at->second.used);
  }
  at->second.entry = Entry{c.tenant, c.visitor, c.assignee, c.department};
}

std::optional<Members::Entry> Members::find(const Uuid& tenant, const Uuid& conversation) {
  const std::lock_guard lock(mutex_);
  const auto at = slots_.find(conversation);
  if (at == slots_.end() || at->second.entry.tenant != tenant) return std::nullopt;
  order_.splice(order_.begin(), order_, at->second.used);
  return at->second.entry;
}

}  // namespace hotdesk::delivery
