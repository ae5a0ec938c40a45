#include "support/chat_feed.hpp"

#include <nlohmann/json.hpp>

namespace hotdesk::support {

ChatFeed::Need ChatFeed::offer(const Json& entry, const Apply& apply) {
  const auto cur = entry.at("cur").get<std::int64_t>();
  if (cur <= cursor_) return Need::nothing;
  if (entry.at("prev").get<std::int64_t>() != cursor_) {
    if (held_.size() < 256) held_.emplace(cur, std::make_shared<const Json>(entry));
    return Need::sync;
  }
  cursor_ = cur;
  apply(entry);
  drain(apply);
  return held_.empty() ? Need::nothing : Need::sync;
}

ChatFeed::Need ChatFeed::page(const Json& page, const Apply& apply) {
  for (const auto& item : page.at("items")) {
    const auto cur = item.at("cur").get<std::int64_t>();
    if (cur <= cursor_) continue;
    cursor_ = cur;
    apply(item);
  }
  drain(apply);
  return page.at("more").get<bool>() || !held_.empty() ? Need::sync : Need::nothing;
}

void ChatFeed::drain(const Apply& apply) {
  while (!held_.empty()) {
    const auto at = held_.begin();
    if (at->first > cursor_ && at->second->at("prev").get<std::int64_t>() != cursor_) return;
    if (at->first > cursor_) {
      cursor_ = at->first;
      apply(*at->second);
    }
    held_.erase(at);
  }
}

}  // namespace hotdesk::support
