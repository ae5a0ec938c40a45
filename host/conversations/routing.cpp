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

Routing::Routing(ConversationRepository& conversations, tenants::TenantRepository& tenants, Timeline& timeline, Router& router,
                 cluster::Presence& presence, Executor& pool, const Clock& clock)
    : conversations_(conversations), tenants_(tenants), timeline_(timeline), router_(router), presence_(presence), pool_(pool), clock_(clock) {}

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
  if (std::holds_alternative<Passed>(change.what)) return;
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
  if (waiting->empty()) return false;
  RouteRequest request;
  request.tenant = tenant;
  request.channel = "widget";
  if (const auto departments = tenants_.list_departments(tenant))
    for (const auto& one : *departments) request.departments.push_back({one.id, one.name});
  std::map<Uuid, std::vector<AgentLoad>> loads;
  std::size_t assigned = 0;
  for (const Waiting& item : *waiting) {
    auto at = loads.find(item.department);
    if (at == loads.end()) {
      auto read = conversations_.list_loads(tenant, item.department);
      if (!read) return false;
      at = loads.emplace(item.department, std::move(*read)).first;
    }
    request.waiting = item;
    request.now = clock_.now_ms();
    request.available.clear();
    for (const AgentLoad& agent : at->second)
      if (agent.state == "online" && agent.open < agent.capacity && presence_.is_online(tenant, agent.id)) request.available.push_back(agent);
    const Given given = give(request, at->second);
    if (given == Given::failed) return false;
    if (given == Given::assigned) ++assigned;
  }
  return assigned > 0 && waiting->size() == static_cast<std::size_t>(most_waiting);
}

Routing::Given Routing::give(RouteRequest& request, std::vector<AgentLoad>& loads) {
  using Kind = RouteAnswer::Kind;
  const Waiting& item = request.waiting;
  const RouteAnswer answer = router_.route(request);
  std::optional<Uuid> chosen;
  std::string why = "least busy";
  switch (answer.kind) {
    case Kind::skip: break;
    case Kind::queue:
      if (answer.again_ms != 0) ask_again(request.tenant, answer.again_ms);
      return Given::waits;
    case Kind::bot:
      if (item.bot_had_it) break;  // it had its turn, and passed it to a person
      return apply(request, GivenToBot{}) == Outcome::storage ? Given::failed : Given::moved;
    case Kind::department: {
      const bool known = answer.department && std::any_of(request.departments.begin(), request.departments.end(),
                                                          [&](const auto& d) { return d.id == *answer.department; });
      if (!known || *answer.department == item.department || !may_move(item.conversation)) break;
      Assigned what;
      what.department = answer.department;
      what.expected = Status::waiting;
      return apply(request, std::move(what)) == Outcome::storage ? Given::failed : Given::moved;
    }
    case Kind::agent: {
      // A router may only choose among those it was shown.
      const bool offered = answer.agent && std::any_of(request.available.begin(), request.available.end(),
                                                       [&](const auto& a) { return a.id == *answer.agent; });
      if (offered) chosen = answer.agent, why = answer.reason;
      break;
    }
  }
  if (!chosen) {
    const AgentLoad* best = least_busy(request.available);
    if (!best) return Given::waits;
    chosen = best->id;
  }
  const auto agent = std::find_if(loads.begin(), loads.end(), [&](const AgentLoad& a) { return a.id == *chosen; });
  Assigned what;
  what.assignee = agent->id;
  what.assignee_name = agent->name;
  what.expected = Status::waiting;
  const Outcome outcome = apply(request, std::move(what));
  if (outcome != Outcome::ok) return outcome == Outcome::storage ? Given::failed : Given::waits;
  ++agent->open;
  agent->last_assigned_at = clock_.now_ms();
  {
    const std::lock_guard lock(mutex_);
    moves_.erase(item.conversation);
  }
  log::debug("conversations", "assigned", {{"conversation", item.conversation.text()}, {"agent", agent->id.text()}, {"why", why}});
  return Given::assigned;
}

Outcome Routing::apply(const RouteRequest& request, What what) {
  Change change;
  change.tenant = request.tenant;
  change.conversation = request.waiting.conversation;
  change.actor = {tenants::Role::system, {}, "hotdesk"};
  change.now = clock_.now_ms();
  change.what = std::move(what);
  return commit_and_wait(timeline_, std::move(change)).outcome;
}

bool Routing::may_move(const Uuid& conversation) {
  constexpr int most_moves = 4;
  const std::lock_guard lock(mutex_);
  if (moves_.size() > 10'000) moves_.clear();
  return ++moves_[conversation] <= most_moves;
}

void Routing::ask_again(const Uuid& tenant, std::uint32_t after_ms) {
  const std::int64_t at = clock_.steady_ms() + after_ms;
  const std::lock_guard lock(mutex_);
  const auto [found, made] = again_.try_emplace(tenant, at);
  if (!made) found->second = std::min(found->second, at);
}

void Routing::tick() {
  std::vector<Uuid> due;
  {
    const std::int64_t now = clock_.steady_ms();
    const std::lock_guard lock(mutex_);
    std::erase_if(again_, [&](const auto& one) {
      if (one.second > now) return false;
      due.push_back(one.first);
      return true;
    });
  }
  for (const Uuid& tenant : due) poke(tenant);
}

}  // namespace hotdesk::conversations
