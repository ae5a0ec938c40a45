#include <algorithm>
#include <cstring>
#include <map>
#include <mutex>
#include <string>
#include <tuple>

#include "hotdesk/sdk/sdk.hpp"

namespace routing {
namespace {

namespace sdk = hotdesk::sdk;

struct Before {
  bool operator()(const hotdesk_id& a, const hotdesk_id& b) const { return std::memcmp(a.bytes, b.bytes, 16) < 0; }
};

class Routing final : public sdk::Plugin, public sdk::Router {
 public:
  explicit Routing(const sdk::Host& host)
      : Plugin(host),
        in_turn_(host.config().text("/strategy").value_or("least_busy") == "round_robin"),
        sticky_(host.config().flag("/sticky").value_or(true)),
        max_open_(static_cast<std::uint32_t>(host.config().integer("/max_open").value_or(1'000'000))) {}

  sdk::Route route(const sdk::RouteRequest& request) override {
    if (request.agents() == 0) return sdk::to_queue("nobody is available");
    if (sticky_ && !sdk::is_none(request.last_agent()))
      if (const auto* agent = request.find_agent(request.last_agent()); agent != nullptr && has_room(*agent))
        return choose(*agent, "same agent as last time");
    const std::lock_guard lock(mutex_);
    const hotdesk_agent* best = nullptr;
    for (std::uint64_t i = 0; i < request.agents(); ++i) {
      const auto& agent = request.agent(i);
      if (has_room(agent) && (best == nullptr || better(agent, *best))) best = &agent;
    }
    if (best == nullptr) return sdk::to_queue("everybody has as many conversations as they can take");
    remember(best->id);
    return choose(*best, in_turn_ ? "in turn" : "least busy");
  }

 private:
  bool has_room(const hotdesk_agent& agent) const { return agent.open < std::min(agent.capacity, max_open_); }

  sdk::Route choose(const hotdesk_agent& agent, std::string reason) {
    host().count("assigned");
    return sdk::to_agent(agent.id, std::move(reason));
  }

  /// Ties go to whoever waited longest, then by id, so that every node answers the same.
  bool better(const hotdesk_agent& a, const hotdesk_agent& b) const {
    const auto turn = [&](const hotdesk_agent& agent) { return last_turn(agent); };
    const auto load = [](const hotdesk_agent& agent) { return std::uint64_t{agent.open}; };
    if (in_turn_) {
      if (turn(a) != turn(b)) return turn(a) < turn(b);
      if (load(a) != load(b)) return load(a) < load(b);
    } else {
      if (load(a) != load(b)) return load(a) < load(b);
      if (turn(a) != turn(b)) return turn(a) < turn(b);
    }
    return Before{}(a.id, b.id);
  }

  /// When the agent was chosen last: by the host's record, or just now and not yet in the record.
  /// Within one millisecond the count of choices keeps the order.
  std::tuple<std::int64_t, std::uint64_t> last_turn(const hotdesk_agent& agent) const {
    const auto found = recent_.find(agent.id);
    if (found == recent_.end()) return {agent.last_assigned_at, 0};
    return std::max(std::tuple(agent.last_assigned_at, std::uint64_t{0}), found->second);
  }

  void remember(const hotdesk_id& agent) {
    if (recent_.size() > 4096) recent_.clear();  // agents who left long ago; the record has the rest
    recent_[agent] = {host().now_ms(), ++choices_};
  }

  const bool in_turn_;
  const bool sticky_;
  const std::uint32_t max_open_;
  std::mutex mutex_;
  std::map<hotdesk_id, std::tuple<std::int64_t, std::uint64_t>, Before> recent_;
  std::uint64_t choices_ = 0;
};

}  // namespace
}  // namespace routing

HOTDESK_PLUGIN(routing::Routing);
