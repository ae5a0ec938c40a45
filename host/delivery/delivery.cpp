#include "delivery/delivery.hpp"

#include "protocol/encode.hpp"

namespace hotdesk::delivery {

Delivery::Delivery(Commit& commit, const Services& services, Listener listener)
    : commit_(commit),
      services_(services),
      listener_(std::move(listener)),
      pushed_(services.metrics.counter("hotdesk_entries_pushed_total", "Feed entries handed to sockets")),
      committed_(services.metrics.counter("hotdesk_changes_committed_total", "Changes made durable")),
      ack_seconds_(services.metrics.histogram("hotdesk_ack_seconds", "From a pub read off its socket to its ack", metrics::latency_bounds())) {
  for (std::size_t code = 0; code <= static_cast<std::size_t>(protocol::ErrorCode::version); ++code)
    errs_.push_back(&services.metrics.counter("hotdesk_err_total", "Errors answered to frames",
                                              {{"code", std::string(protocol::to_string(static_cast<protocol::ErrorCode>(code)))}}));
  commit_.on_flushed([this] { flush(); });
}

void Delivery::commit(conversations::Change change, Done done) {
  commit_.submit(std::move(change), [this, done = std::move(done)](const auto& what, auto&& committed) {
    completed(what, committed, nullptr, nullptr);
    done(std::move(committed));
  });
}

void Delivery::publish(conversations::Change change, PubContext context, std::shared_ptr<Session> origin) {
  commit_.submit(std::move(change), [this, context = std::move(context), origin = std::move(origin)](const auto& what, auto&& committed) {
    completed(what, committed, &context, origin);
  });
}

void Delivery::completed(const conversations::Change& change, const conversations::Committed& committed, const PubContext* pub,
                         const std::shared_ptr<Session>& origin) {
  if (committed.after) services_.members.put(*committed.after);
  if (committed.outcome == conversations::Outcome::ok) committed_.add();
  bool answered = false;
  Registry::Sessions followers;
  for (const auto& appended : committed.entries) {
    const FeedName feed{appended.owner, appended.department};
    followers.clear();
    services_.registry.find(feed, followers);
    const auto entry = followers.empty() && !origin ? nullptr : std::make_shared<const conversations::Entry>(appended.entry);
    const bool own = pub && !appended.department && appended.owner == change.actor.id && appended.entry.mid == pub->mid;
    if (own) {
      // The sender's own entry is the ack: same lane, same moment as the entries around it.
      auto answer = std::make_shared<const conversations::Committed>(committed);
      outgoing_[&origin->loop()].push_back({origin, feed, entry, std::move(answer), *pub});
      answered = true;
    }
    for (auto& session : followers)
      if (!own || session != origin) outgoing_[&session->loop()].push_back({std::move(session), feed, entry, nullptr, {}});
  }
  if (pub && !answered) {
    auto answer = std::make_shared<const conversations::Committed>(committed);
    outgoing_[&origin->loop()].push_back({origin, {}, nullptr, std::move(answer), *pub});
  }
  if (listener_) listener_(change, committed);
}

void Delivery::flush() {
  for (auto& [loop, tasks] : outgoing_) {
    if (tasks.empty()) continue;
    pushed_.add(static_cast<double>(tasks.size()));
    loop->post([tasks = std::move(tasks)] {
      for (const auto& task : tasks) {
        if (task.committed)
          task.session->answer(task.pub, *task.committed, task.entry);
        else
          task.session->deliver(task.feed, task.entry);
      }
    });
    tasks = {};
  }
}

void Delivery::close_user(const Uuid& user, std::uint16_t code, std::string_view why) {
  for (const auto& session : services_.registry.find({user, false}))
    session->loop().post([session, code, why = std::string(why)] { session->close(code, why); });
}

void Delivery::close_site(const Uuid& site, std::uint16_t code, std::string_view why) {
  for (const auto& session : services_.registry.all())
    if (session->identity().site == site && session->identity().role == tenants::Role::visitor)
      session->loop().post([session, code, why = std::string(why)] { session->close(code, why); });
}

void Delivery::tell(const FeedName& feed, std::shared_ptr<const std::string> frame, const Uuid& except) {
  for (const auto& session : services_.registry.find(feed))
    if (session->identity().user != except) session->loop().post([session, frame] { session->send_ephemeral(frame); });
}

void Delivery::drain(std::int64_t spread_ms) {
  for (const auto& session : services_.registry.all()) session->loop().post([session, spread_ms] { session->drain(0, spread_ms); });
}

void Delivery::close_all(std::uint16_t code, std::string_view why) {
  for (const auto& session : services_.registry.all())
    session->loop().post([session, code, why = std::string(why)] { session->close(code, why); });
}

void Delivery::tick() {
  const std::int64_t now = services_.clock.steady_ms();
  std::vector<std::shared_ptr<Session>> due;
  std::unordered_map<Executor*, std::vector<std::shared_ptr<Session>>> by_loop;
  for (auto& session : services_.registry.all()) {
    if (session->sweep_due(now)) due.push_back(session);
    by_loop[&session->loop()].push_back(std::move(session));
  }
  for (auto& session : services_.registry.opening()) by_loop[&session->loop()].push_back(std::move(session));
  for (auto& [loop, sessions] : by_loop)
    loop->post([sessions = std::move(sessions), now] {
      for (const auto& session : sessions) session->tick(now);
    });
  constexpr std::size_t chunk = 500;
  for (std::size_t from = 0; from < due.size(); from += chunk) {
    std::vector<std::shared_ptr<Session>> part(due.begin() + static_cast<std::ptrdiff_t>(from),
                                               due.begin() + static_cast<std::ptrdiff_t>(std::min(due.size(), from + chunk)));
    services_.pool.post([this, part = std::move(part)]() mutable { sweep(std::move(part)); });
  }
}

void Delivery::sweep(std::vector<std::shared_ptr<Session>> sessions) {
  const std::int64_t now = services_.clock.steady_ms();
  std::unordered_map<Uuid, std::vector<std::pair<std::shared_ptr<Session>, FeedName>>> by_tenant;
  for (const auto& session : sessions)
    for (const FeedName& feed : session->feeds()) by_tenant[session->identity().tenant].emplace_back(session, feed);
  for (const auto& [tenant, wanted] : by_tenant) {
    std::vector<FeedName> feeds;
    for (const auto& [session, feed] : wanted) feeds.push_back(feed);
    const auto heads = services_.log.heads(tenant, feeds);
    if (!heads) continue;  // the next sweep asks again
    for (std::size_t i = 0; i < wanted.size(); ++i) {
      const auto& [session, feed] = wanted[i];
      session->loop().post([session = session, feed = feed, head = (*heads)[i]] { session->note_head(feed, head); });
    }
  }
  for (const auto& session : sessions) session->loop().post([session, now] { session->swept(now); });
}

}  // namespace hotdesk::delivery
