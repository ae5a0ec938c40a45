#include "base/random.hpp"
#include "base/bytes.hpp"
#include "delivery/delivery.hpp"
#include "delivery/session.hpp"

namespace hotdesk::delivery {

void Session::on_hello(const std::string& id, protocol::Hello hello) {
  if (hello.ver != 1) {
    send_err({.re = id, .code = protocol::ErrorCode::version, .msg = "this server speaks version 1"});
    return close(protocol::close::version, "version");
  }
  if (identity_.by_resume && identity_.dev != hello.dev) return close(protocol::close::expired, "the resume token is another device's");
  dev_ = hello.dev;
  state_ = State::loading;
  // First registered, then read: what commits in between is held, never missed.
  services_.registry.add({identity_.user, false}, shared_from_this());
  services_.registry.remove_opening(this);
  follows_own_ = true;
  feeds_.push_back(Feed{{identity_.user, false}, "u", FeedPosition{}, {}, 0});
  services_.pool.post([self = shared_from_this(), id, hello = std::move(hello)] {
    auto position = self->services_.log.load_position(self->identity_.tenant, self->identity_.user, self->identity_.role,
                                                      self->identity_.site, self->services_.clock.now_ms());
    self->loop_.post([self, id, hello, position = std::move(position)] {
      if (!self->socket_) return;
      if (!position) {
        self->send_err({.re = id, .code = protocol::ErrorCode::store, .msg = "the store does not answer", .retry = 1000});
        return self->close(protocol::close::internal, "store");
      }
      self->welcome(id, hello, *position);
    });
  });
}

void Session::welcome(const std::string& id, const protocol::Hello& hello, const Position& position) {
  if (!position.active) return close(protocol::close::banned, "account is off");
  if (!position.site_active) return close(protocol::close::site_disabled, "site is off");
  if (identity_.by_resume && identity_.gen != position.gen) return close(protocol::close::expired, "the log-in was ended");
  if (position.known && position.role != identity_.role) return close(protocol::close::expired, "the role has changed");
  if (!supersede()) {
    send_err({.re = id, .code = protocol::ErrorCode::busy, .msg = "too many devices are connected for this user", .retry = 30'000});
    return close(protocol::close::internal, "too many devices");
  }
  identity_.gen = position.gen;
  if (identity_.name.empty()) identity_.name = position.name;
  presence_state_ = position.state.empty() ? "online" : position.state;
  conversation_ = position.conversation;
  departments_ = position.departments;
  for (const Uuid& department : departments_) {
    const FeedName name{department, true};
    services_.registry.add(name, shared_from_this());
    feeds_.push_back(Feed{name, "q:" + department.text(), FeedPosition{}, {}, 0});
  }

  protocol::WelcomeView view;
  view.re = id;
  const std::string sid = to_hex(random_string(8));
  view.sid = sid;
  view.user = identity_.user;
  view.epoch = position.epoch;
  view.conv = position.conversation;
  view.now = services_.clock.now_ms();
  view.rate = tenants::is_staff(identity_.role) ? services_.limits.agent_rate : services_.limits.visitor_rate;
  const std::string rt = services_.make_resume(identity_, dev_, position.gen);
  view.rt = rt;
  for (Feed& feed : feeds_) {
    std::int64_t head = 0;
    for (const auto& [name, at] : position.heads)
      if (name == feed.name) head = at;
    const auto asked = hello.feeds.find(feed.wire);
    const bool resumed = hello.resume && hello.epoch == position.epoch && asked != hello.feeds.end() && asked->second <= head;
    const std::int64_t cur = resumed ? asked->second : head;
    view.feeds[feed.wire] = {cur, head, resumed};
    const FeedPosition before = feed.at;
    feed.at = FeedPosition{cur};
    feed.at.note_head(before.head());
    feed.at.note_head(head);
  }
  state_ = State::live;
  swept(services_.clock.steady_ms());
  ping_after_ = services_.limits.heartbeat_ms;
  services_.presence.connected(identity_.tenant, identity_.user);
  counted_ = true;
  send(protocol::encode_welcome(view, services_.limits));
  // A department's feed was registered after its head was read, so it is always read once; `u` only where it moved.
  for (std::size_t i = 0; i < feeds_.size() && socket_; ++i) {
    Feed& feed = feeds_[i];
    if (!feed.name.department && feed.held.empty() && feed.at.go_live()) continue;
    pull(feed);
  }
  auto early = std::move(early_);
  early_.clear();
  for (const auto& frame : early)
    if (socket_) dispatch(frame);
}

/// A newer socket of the same device takes over; false when the user has too many devices.
bool Session::supersede() {
  std::int64_t others = 0;
  for (const auto& other : services_.registry.find({identity_.user, false})) {
    if (other.get() == this) continue;
    ++others;
    other->loop().post([other, dev = dev_] {
      if (other->dev() == dev && other->live()) other->close(protocol::close::superseded, "a newer socket of this device");
    });
  }
  return others < services_.limits.devices + 1;
}

}  // namespace hotdesk::delivery
