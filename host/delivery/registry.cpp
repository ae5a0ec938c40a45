#include "delivery/registry.hpp"

#include <algorithm>

#include "delivery/session.hpp"

namespace hotdesk::delivery {

void Registry::add(const FeedName& feed, std::shared_ptr<Session> session) {
  auto& to = shard(feed.owner);
  const std::lock_guard lock(to.mutex);
  to.followers[feed.owner].push_back(std::move(session));
}

void Registry::remove(const FeedName& feed, const Session* session) {
  auto& from = shard(feed.owner);
  const std::lock_guard lock(from.mutex);
  const auto at = from.followers.find(feed.owner);
  if (at == from.followers.end()) return;
  std::erase_if(at->second, [&](const auto& other) { return other.get() == session; });
  if (at->second.empty()) from.followers.erase(at);
}

void Registry::find(const FeedName& feed, Sessions& out) const {
  const auto& in = shard(feed.owner);
  const std::lock_guard lock(in.mutex);
  const auto at = in.followers.find(feed.owner);
  if (at != in.followers.end()) out.insert(out.end(), at->second.begin(), at->second.end());
}

Registry::Sessions Registry::find(const FeedName& feed) const {
  Sessions out;
  find(feed, out);
  return out;
}

Registry::Sessions Registry::all() const {
  Sessions out;
  for (const auto& in : shards_) {
    const std::lock_guard lock(in.mutex);
    for (const auto& [owner, sessions] : in.followers)
      for (const auto& session : sessions)
        if (session->identity().user == owner) out.push_back(session);
  }
  return out;
}

void Registry::add_opening(std::shared_ptr<Session> session) {
  const std::lock_guard lock(opening_mutex_);
  const Session* key = session.get();
  opening_.emplace(key, std::move(session));
}

void Registry::remove_opening(const Session* session) {
  const std::lock_guard lock(opening_mutex_);
  opening_.erase(session);
}

Registry::Sessions Registry::opening() const {
  const std::lock_guard lock(opening_mutex_);
  Sessions out;
  for (const auto& [key, session] : opening_) out.push_back(session);
  return out;
}

std::size_t Registry::size() const { return all().size(); }

}  // namespace hotdesk::delivery
