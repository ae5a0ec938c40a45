// org.hotdesk.routing from 1.1.0 on.
#include <algorithm>
#include <cstdint>
#include <mutex>
#include <optional>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "agents.hpp"
#include "hotdesk/sdk/sdk.hpp"
#include "hours.hpp"
#include "rules.hpp"

namespace routing {
namespace {

namespace sdk = hotdesk::sdk;

constexpr std::int64_t longest_wait_ms = 3'600'000;  // clocks and settings change: look again at least so often

class FullRouting final : public sdk::Plugin, public sdk::Router {
 public:
  explicit FullRouting(const sdk::Host& host) : Plugin(host), settings_(host.config()), hours_(host.config()) {}

  sdk::Route route(const sdk::RouteRequest& request) override {
    const std::int64_t now = request.now() ? *request.now() : host().now_ms();
    const bool open = settings_.outside == Outside::assign || hours_.is_open(now);
    if (!open) {
      host().count("outside_hours");
      if (settings_.outside == Outside::bot) return sdk::to_bot("outside business hours");
      return wait("outside business hours", hours_.until_open(now));
    }
    for (const auto& rule : settings_.rules)
      if (rule.matches(request))
        if (auto moved = elsewhere(rule, request)) return *moved;

    const std::int64_t waited = std::max<std::int64_t>(now - request.waiting_since(), 0);
    std::string why = request.agents() == 0 ? "nobody is available" : "everybody has as many conversations as they can take";
    std::int64_t again = 0;
    const auto candidates = find_candidates(request, waited, why, again);
    if (!candidates.empty()) return choose(candidates, request, now);
    return nobody(request, waited, std::move(why), again);
  }

 private:
  using Agents = std::vector<const hotdesk_agent*>;

  static sdk::Route wait(std::string reason, std::int64_t ms) {
    if (ms <= 0) return sdk::to_queue(std::move(reason));
    return sdk::to_queue(std::move(reason), static_cast<std::uint32_t>(std::clamp<std::int64_t>(ms, 1'000, longest_wait_ms)));
  }
  static void sooner(std::int64_t& again, std::int64_t ms) {
    if (ms > 0) again = again == 0 ? ms : std::min(again, ms);
  }

  /// Rules that don't choose among agents.
  std::optional<sdk::Route> elsewhere(const Rule& rule, const sdk::RouteRequest& request) const {
    if (rule.then == Rule::Then::bot) return sdk::to_bot("rule: " + rule.field + " " + rule.value);
    if (rule.then == Rule::Then::queue) return wait("rule: " + rule.field + " " + rule.value, 0);
    if (rule.then != Rule::Then::department) return std::nullopt;
    const auto* department = request.find_department(rule.department);
    if (department == nullptr || sdk::same(department->id, request.department())) return std::nullopt;
    host().count("moved");
    return sdk::to_department(department->id, "rule: " + rule.field + " " + rule.value);
  }

  bool has_room(const hotdesk_agent& agent, bool vip) const {
    const std::int64_t open = agent.open;
    const auto& own = settings_.of(agent);
    const std::int64_t most = std::min<std::int64_t>({agent.capacity, own.most, settings_.max_open});
    return open < (vip ? most : most - settings_.vip_reserve);
  }

  Agents find_candidates(const sdk::RouteRequest& request, std::int64_t waited, std::string& why, std::int64_t& again) const {
    const bool vip = settings_.is_vip(request);
    Agents with_room;
    for (std::uint64_t i = 0; i < request.agents(); ++i)
      if (has_room(request.agent(i), vip)) with_room.push_back(&request.agent(i));
    for (const auto& rule : settings_.rules) {
      if (rule.then != Rule::Then::only_agents || !rule.matches(request)) continue;
      std::erase_if(with_room, [&](const auto* agent) { return !rule.agents.contains(sdk::username(*agent)); });
      if (with_room.empty()) why = "none of the agents of the rule is free: " + rule.field + " " + rule.value;
    }
    const Names needed = settings_.needed(request);
    if (needed.empty() || with_room.empty()) return with_room;
    Agents skilled;
    for (const auto* agent : with_room) {
      const auto& own = settings_.of(*agent).skills;
      if (std::includes(own.begin(), own.end(), needed.begin(), needed.end())) skilled.push_back(agent);
    }
    if (!skilled.empty() || waited >= settings_.skill_wait_ms) return skilled.empty() ? with_room : skilled;
    why = "waits for the skill " + *needed.begin();
    sooner(again, settings_.skill_wait_ms - waited);
    return {};
  }

  sdk::Route choose(Agents candidates, const sdk::RouteRequest& request, std::int64_t now) {
    if (settings_.sticky && !sdk::is_none(request.last_agent()))
      for (const auto* agent : candidates)
        if (sdk::same(agent->id, request.last_agent())) return assign(*agent, now, "same agent as last time");
    std::string how = settings_.strategy == Strategy::round_robin ? "in turn" : settings_.strategy == Strategy::weighted ? "by weight" : "least busy";
    const auto prefer = [&](const Names& names, const char* reason) {
      Agents preferred;
      for (const auto* agent : candidates)
        if (names.contains(sdk::username(*agent))) preferred.push_back(agent);
      if (preferred.empty()) return;
      candidates = std::move(preferred);
      how += reason;
    };
    if (settings_.is_vip(request) && !settings_.vip_agents.empty()) prefer(settings_.vip_agents, ", for VIPs");
    for (const auto& rule : settings_.rules)
      if (rule.then == Rule::Then::prefer_agents && rule.matches(request)) prefer(rule.agents, ", preferred");
    const std::lock_guard lock(choosing_);  // two conversations at once: the second one sees the first one's choice
    const auto* best = *std::min_element(candidates.begin(), candidates.end(), [&](const auto* a, const auto* b) { return better(*a, *b); });
    return assign(*best, now, std::move(how));
  }

  /// Ties go to whoever waited longest, then by id, so that every node answers the same.
  bool better(const hotdesk_agent& a, const hotdesk_agent& b) const {
    const auto turn_a = turns_.last(a);
    const auto turn_b = turns_.last(b);
    // Conversations for each unit of weight once this one is added; cross-multiplied, so that equal is equal.
    std::int64_t load_a = a.open;
    std::int64_t load_b = b.open;
    if (settings_.strategy == Strategy::weighted) {
      const std::int64_t weight_a = settings_.of(a).weight;
      const std::int64_t weight_b = settings_.of(b).weight;
      load_a = (load_a + 1) * weight_b;
      load_b = (load_b + 1) * weight_a;
    }
    if (settings_.strategy == Strategy::round_robin) {
      if (turn_a != turn_b) return turn_a < turn_b;
      if (load_a != load_b) return load_a < load_b;
    } else {
      if (load_a != load_b) return load_a < load_b;
      if (turn_a != turn_b) return turn_a < turn_b;
    }
    return sdk::before(a.id, b.id);
  }

  sdk::Route assign(const hotdesk_agent& agent, std::int64_t now, std::string reason) {
    turns_.remember(agent.id, now);
    host().count("assigned");
    return sdk::to_agent(agent.id, std::move(reason));
  }

  sdk::Route nobody(const sdk::RouteRequest& request, std::int64_t waited, std::string why, std::int64_t again) {
    const auto here = department_name(request);
    for (const auto& one : settings_.overflow) {
      if (one.from != "*" && one.from != here) continue;
      const auto* to = request.find_department(one.to);
      if (to == nullptr || sdk::same(to->id, request.department())) continue;
      if (waited >= one.after_ms) {
        host().count("overflowed");
        return sdk::to_department(to->id, "nobody took it in " + std::to_string(one.after_ms / 1000) + " s");
      }
      sooner(again, one.after_ms - waited);
    }
    if (settings_.bot_after_ms != 0) {
      if (waited >= settings_.bot_after_ms) return sdk::to_bot("nobody took it in " + std::to_string(settings_.bot_after_ms / 1000) + " s");
      sooner(again, settings_.bot_after_ms - waited);
    }
    return wait(std::move(why), again);
  }

  const Settings settings_;
  const Hours hours_;
  Turns turns_;
  std::mutex choosing_;
};

}  // namespace
}  // namespace routing

HOTDESK_PLUGIN(routing::FullRouting);
