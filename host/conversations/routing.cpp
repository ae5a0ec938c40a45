#include "conversations/routing.hpp"

#include <algorithm>
#include <future>
#include <map>

#include "observe/log.hpp"

namespace hotdesk::conversations {
namespace {

constexpr int most_waiting = 200;  // a pass; what is left makes the next pass

Committed commit_and_wait(Timeline& timeline, Change change) {
  auto promise = std::make_shared<std::promise<Committed>>();
  auto future = promise->get_future();
  timeline.commit(std::move(change), [promise](Committed&& committed) { promise->set_value(std::move(committed)); });
  return future.get();
}

}  // namespace

const AgentLoad* least_busy(const std::vector<AgentLoad>& available) {
  const auto best = std::min_element(available.begin(), available.end(), [](const AgentLoad& a, const AgentLoad& b) {
    return std::tie(a.open, a.last_assigned_at, a.id) < std::tie(b.open, b.last_assigned_at, b.id);
  });
  return best == available.end() ? nullptr : &*best;
}

Routing::Routing(ConversationRepository& conversations, Timeline& timeline, Router& router, cluster::Presence& presence,
                 Executor& pool, const Clock& clock)
    : conversations_(conversations), timeline_(timeline), router_(router), presence_(presence), pool_(pool), clock_(clock) {}

void Routing::poke(const Uuid& tenant) {
  {
    const std::lock_guard lock(mutex_);
    const auto [at, made] = passes_.try_emplace(tenant, Pass::running);
    if (!made) {
      at->second = Pass::again;
      return;
    }
  }
  pool_.post([this, tenant] { run(tenant); });
}

void Routing::committed(const Change& change, const Committed& result) {
  if (result.outcome != Outcome::ok) return;
  const bool waits = result.after && result.after->status == Status::waiting;
  const bool message = std::holds_alternative<Message>(change.what);
  // A message matters only where it opened or reopened something; every other change of a conversation may free an agent.
  const bool opened = std::any_of(result.entries.begin(), result.entries.end(), [](const FeedEntry& e) { return e.department; });
  if ((message && waits && opened) || (!message && result.after)) poke(change.tenant);
}

void Routing::run(const Uuid& tenant) {
  for (;;) {
    const bool more = pass(tenant);
    const std::lock_guard lock(mutex_);
    const auto at = passes_.find(tenant);
    if (at->second == Pass::running && !more) {
      passes_.erase(at);
      return;
    }
    at->second = Pass::running;
  }
}

/// @return whether another pass can assign more at once.
bool Routing::pass(const Uuid& tenant) {
  const auto waiting = conversations_.list_waiting(tenant, most_waiting);
  if (!waiting) {
    log::warn("conversations", "routing could not read what waits", {{"why", waiting.error().text}});
    return false;
  }
  std::map<Uuid, std::vector<AgentLoad>> loads;
  std::size_t assigned = 0;
  for (const Waiting& item : *waiting) {
    auto at = loads.find(item.department);
    if (at == loads.end()) {
      auto read = conversations_.list_loads(tenant, item.department);
      if (!read) return false;
      at = loads.emplace(item.department, std::move(*read)).first;
    }
    RouteRequest request;
    request.tenant = tenant;
    request.waiting = item;
    for (const AgentLoad& agent : at->second)
      if (agent.state == "online" && agent.open < agent.capacity && presence_.is_online(tenant, agent.id)) request.available.push_back(agent);

    std::optional<Uuid> chosen;
    std::string why = "least busy";
    const RouteAnswer answer = router_.route(request);
    if (answer.kind == RouteAnswer::Kind::queue) continue;
    if (answer.kind == RouteAnswer::Kind::agent && answer.agent) {
      // A router may only choose among those it was shown.
      const bool offered = std::any_of(request.available.begin(), request.available.end(), [&](const auto& a) { return a.id == *answer.agent; });
      if (offered) chosen = answer.agent, why = answer.reason;
    }
    if (!chosen) {
      const AgentLoad* best = least_busy(request.available);
      if (!best) continue;
      chosen = best->id;
    }
    const auto agent = std::find_if(at->second.begin(), at->second.end(), [&](const AgentLoad& a) { return a.id == *chosen; });
    Change change;
    change.tenant = tenant;
    change.conversation = item.conversation;
    change.actor = {tenants::Role::system, {}, "hotdesk"};
    change.now = clock_.now_ms();
    Assigned what;
    what.assignee = agent->id;
    what.assignee_name = agent->name;
    what.expected = Status::waiting;
    change.what = std::move(what);
    const Committed committed = commit_and_wait(timeline_, std::move(change));
    if (committed.outcome == Outcome::storage) return false;
    if (committed.outcome != Outcome::ok) continue;
    ++agent->open;
    agent->last_assigned_at = clock_.now_ms();
    ++assigned;
    log::debug("conversations", "assigned", {{"conversation", item.conversation.text()}, {"agent", agent->id.text()}, {"why", why}});
  }
  return assigned > 0 && waiting->size() == static_cast<std::size_t>(most_waiting);
}

}  // namespace hotdesk::conversations
