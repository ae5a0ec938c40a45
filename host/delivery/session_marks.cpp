#include <algorithm>

#include "base/id.hpp"
#include "delivery/delivery.hpp"
#include "delivery/session.hpp"
#include "observe/log.hpp"

namespace hotdesk::delivery {
namespace {

constexpr std::int64_t receipt_ms = 1'000;
constexpr std::int64_t typing_ms = 3'000;
constexpr std::size_t most_typing = 64;

/// The client's device name as a key: its UUID, or one made from its bytes.
Uuid device_id(const std::string& dev) {
  if (const auto id = parse_uuid(dev)) return *id;
  std::array<std::uint8_t, 16> bytes{};
  for (std::size_t i = 0; i < dev.size(); ++i) bytes[i % bytes.size()] = static_cast<std::uint8_t>(bytes[i % bytes.size()] * 31 + static_cast<unsigned char>(dev[i]));
  return Uuid{bytes};
}

}  // namespace

void Session::on_got(const protocol::Got& got) {
  const Feed* own = find_feed("u");
  got_ = std::max(got_, std::min(got.cur, own ? own->at.head() : 0));  // beyond the head: clamped
  flush_got(services_.clock.steady_ms());
}

void Session::flush_got(std::int64_t now) {
  if (got_ <= got_sent_ || now - got_sent_at_ < receipt_ms || state_ != State::live) return;
  got_sent_ = got_;
  got_sent_at_ = now;
  conversations::Change change;
  change.tenant = identity_.tenant;
  change.actor = actor();
  change.now = services_.clock.now_ms();
  change.what = conversations::Delivered{device_id(dev_), got_};
  delivery_.commit(std::move(change), [](conversations::Committed&&) {});
}

void Session::on_read(const protocol::Read& read) {
  conversations::Change change;
  change.tenant = identity_.tenant;
  change.conversation = read.conv;
  change.actor = actor();
  change.now = services_.clock.now_ms();
  change.what = conversations::Read{read.seq};
  delivery_.commit(std::move(change), [](conversations::Committed&&) {});
}

void Session::on_typing(const protocol::Typing& typing) {
  const std::int64_t now = services_.clock.steady_ms();
  if (typing.on) {
    if (typed_at_.size() > most_typing) typed_at_.clear();
    auto& at = typed_at_[typing.conv];
    if (at != 0 && now - at < typing_ms) return;
    at = now;
  } else {
    typed_at_.erase(typing.conv);
  }
  const auto members = services_.members.find(identity_.tenant, typing.conv);
  if (!members) return;
  const bool member = members->visitor == identity_.user || members->assignee == identity_.user;
  if (!member) return;
  // The unsent text goes nowhere unless a site turns its preview on: it is words nobody has sent.
  auto frame = std::make_shared<const std::string>(
      protocol::encode_typing(typing.conv, typing.on, {}, {tenants::to_string(identity_.role), identity_.user, identity_.name}));
  if (members->visitor != identity_.user) delivery_.tell({members->visitor, false}, frame, identity_.user);
  if (members->assignee && *members->assignee != identity_.user) delivery_.tell({*members->assignee, false}, frame, identity_.user);
}

void Session::on_presence(const std::string& id, const protocol::Presence& presence) {
  if (!tenants::is_staff(identity_.role))
    return send_err({.re = id, .code = protocol::ErrorCode::forbidden, .msg = "presence is chosen by agents"});
  const auto frame = std::make_shared<const std::string>(
      protocol::encode_presence(identity_.user, presence.conv, presence.state));
  const auto tell_all = [this, frame] {
    for (const Uuid& department : departments_) delivery_.tell({department, true}, frame);
  };
  if (presence.conv) return tell_all();
  presence_state_ = presence.state;
  services_.pool.post([self = shared_from_this(), id, state = presence.state, tell_all] {
    const auto stored = self->services_.record_state(self->identity_.tenant, self->identity_.user, state);
    self->loop_.post([self, id, stored, tell_all] {
      if (stored) return tell_all();
      self->send_err({.re = id, .code = protocol::ErrorCode::store, .msg = "the state could not be stored", .retry = 1000});
    });
  });
}

void Session::on_ping(const std::string& id, const protocol::Ping& ping) {
  std::map<std::string, std::int64_t> heads;
  for (const Feed& feed : feeds_) heads[feed.wire] = feed.at.head();
  send(protocol::encode_pong(id, ping.n, heads, services_.clock.now_ms()));
}

}  // namespace hotdesk::delivery
