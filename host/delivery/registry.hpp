#pragma once
#include <array>
#include <memory>
#include <mutex>
#include <unordered_map>
#include <vector>

#include "delivery/ports.hpp"

namespace hotdesk::delivery {

class Session;

/// This node's live sockets by the feeds they follow. Thread: any; sharded, so that loops and writer seldom meet.
class Registry {
 public:
  using Sessions = std::vector<std::shared_ptr<Session>>;

  void add(const FeedName& feed, std::shared_ptr<Session> session);
  void remove(const FeedName& feed, const Session* session);
  /// Appends the followers of `feed` to `out`.
  void find(const FeedName& feed, Sessions& out) const;
  Sessions find(const FeedName& feed) const;
  /// Everybody once (by their own feed).
  Sessions all() const;
  std::size_t size() const;

  /// Sockets that have not said hello yet: only the heartbeat looks at them.
  void add_opening(std::shared_ptr<Session> session);
  void remove_opening(const Session* session);
  Sessions opening() const;

 private:
  struct Shard {
    mutable std::mutex mutex;
    std::unordered_map<Uuid, Sessions> followers;  // owners of both kinds share one id space
  };
  static constexpr std::size_t shard_count = 64;
  Shard& shard(const Uuid& owner) { return shards_[std::hash<Uuid>{}(owner) % shard_count]; }
  const Shard& shard(const Uuid& owner) const { return shards_[std::hash<Uuid>{}(owner) % shard_count]; }
  std::array<Shard, shard_count> shards_;
  mutable std::mutex opening_mutex_;
  std::unordered_map<const Session*, std::shared_ptr<Session>> opening_;
};

}  // namespace hotdesk::delivery
