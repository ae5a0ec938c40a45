#include <map>
#include <mutex>
#include <unordered_map>

#include "cluster/presence.hpp"

namespace hotdesk::cluster {
namespace {

class MemoryPresence final : public Presence {
 public:
  MemoryPresence(const Clock& clock, std::int64_t grace_ms) : clock_(clock), grace_ms_(grace_ms) {}

  void connected(const Uuid& tenant, const Uuid& user) override {
    bool edge = false;
    {
      const std::lock_guard lock(mutex_);
      auto [at, made] = users_.try_emplace(user, User{tenant, 0, 0});
      edge = made;
      ++at->second.sockets;
      if (at->second.gone_at != 0) leaving_.erase({at->second.gone_at, user});
      at->second.gone_at = 0;
    }
    if (edge && told_) told_({tenant, user, true});
  }

  void disconnected(const Uuid&, const Uuid& user) override {
    const std::lock_guard lock(mutex_);
    const auto at = users_.find(user);
    if (at == users_.end() || --at->second.sockets > 0) return;
    at->second.gone_at = clock_.steady_ms() + grace_ms_ + 1;  // never 0: 0 means present
    leaving_.emplace(std::pair{at->second.gone_at, user}, true);
  }

  bool is_online(const Uuid& tenant, const Uuid& user) const override {
    const std::lock_guard lock(mutex_);
    const auto at = users_.find(user);
    return at != users_.end() && at->second.tenant == tenant;
  }

  void on_edge(Told told) override { told_ = std::move(told); }

  void tick() override {
    std::vector<Edge> edges;
    {
      const std::lock_guard lock(mutex_);
      const std::int64_t now = clock_.steady_ms();
      while (!leaving_.empty() && leaving_.begin()->first.first <= now) {
        const auto at = users_.find(leaving_.begin()->first.second);
        edges.push_back({at->second.tenant, at->first, false});
        users_.erase(at);
        leaving_.erase(leaving_.begin());
      }
    }
    if (told_)
      for (const Edge& edge : edges) told_(edge);
  }

 private:
  struct User {
    Uuid tenant;
    int sockets = 0;
    std::int64_t gone_at = 0;
  };
  const Clock& clock_;
  const std::int64_t grace_ms_;
  Told told_;
  mutable std::mutex mutex_;
  std::unordered_map<Uuid, User> users_;
  std::map<std::pair<std::int64_t, Uuid>, bool> leaving_;
};

}  // namespace

std::unique_ptr<Presence> make_memory_presence(const Clock& clock, std::int64_t grace_ms) {
  return std::make_unique<MemoryPresence>(clock, grace_ms);
}

}  // namespace hotdesk::cluster
