#include "delivery/session.hpp"

#include <algorithm>

#include "base/overloaded.hpp"
#include "base/random.hpp"
#include "delivery/delivery.hpp"
#include "protocol/decode.hpp"

namespace hotdesk::delivery {
namespace {
constexpr std::size_t most_early_frames = 64;
constexpr std::int64_t first_sweep_ms = 5'000;   // a session in its first 10 s is a suspect
constexpr std::int64_t sweep_ms = 30'000;
}  // namespace

Session::Session(Delivery& delivery, const Services& services, Identity identity, Executor& loop)
    : delivery_(delivery), services_(services), loop_(loop), identity_(std::move(identity)) {}

Session::~Session() = default;

void Session::on_open(Socket& socket) {
  socket_ = &socket;
  opened_at_ = last_in_ = last_out_ = services_.clock.steady_ms();
  services_.registry.add_opening(shared_from_this());
}

void Session::on_closed() {
  if (state_ == State::closed) return;
  state_ = State::closed;
  socket_ = nullptr;
  services_.registry.remove_opening(this);
  if (follows_own_) services_.registry.remove({identity_.user, false}, this);
  for (const Feed& feed : feeds_)
    if (feed.name.department) services_.registry.remove(feed.name, this);
  if (counted_) services_.presence.disconnected(identity_.tenant, identity_.user);
  early_.clear();
  pubs_.clear();
}

void Session::close(std::uint16_t code, std::string_view why) {
  if (!socket_) return;
  Socket* socket = socket_;
  on_closed();
  socket->close(code, why);
}

void Session::drain(std::int64_t in_ms, std::int64_t spread_ms) {
  if (socket_) send(protocol::encode_drain(in_ms, spread_ms));
}

void Session::on_binary() {
  send_err({.code = protocol::ErrorCode::bad_frame, .msg = "frames are text"});
  close(protocol::close::protocol_error, "binary frame");
}

void Session::on_text(std::string_view text) {
  if (!socket_) return;
  last_in_ = services_.clock.steady_ms();
  if (state_ == State::loading) {
    if (early_.size() >= most_early_frames) return close(protocol::close::protocol_error, "too many frames before welcome");
    early_.emplace_back(text);
    return;
  }
  dispatch(text);
}

void Session::dispatch(std::string_view text) {
  auto decoded = protocol::decode(text, services_.limits);
  if (auto* bad = std::get_if<protocol::BadFrame>(&decoded)) {
    const bool first = state_ == State::opening;
    send_err({.re = bad->id, .mid = bad->mid,
              .code = bad->unknown_type && !first ? protocol::ErrorCode::unknown_type : protocol::ErrorCode::bad_frame,
              .msg = bad->text});
    if (bad->fatal || first) close(protocol::close::protocol_error, "no frame of hotdesk.v1");
    return;
  }
  auto& [id, frame] = std::get<protocol::Decoded>(decoded);
  const bool hello = std::holds_alternative<protocol::Hello>(frame);
  if (hello != (state_ == State::opening)) {
    send_err({.re = id, .code = protocol::ErrorCode::bad_frame, .msg = hello ? "hello was said already" : "the first frame is hello"});
    return close(protocol::close::protocol_error, hello ? "second hello" : "no hello");
  }
  std::visit(overloaded{
                 [&](protocol::Hello& f) { on_hello(id, std::move(f)); },
                 [&](protocol::Pub& f) { on_pub(id, std::move(f)); },
                 [&](protocol::Sync& f) { on_sync(id, f); },
                 [&](protocol::Got& f) { on_got(f); },
                 [&](protocol::Read& f) { on_read(f); },
                 [&](protocol::Typing& f) { on_typing(f); },
                 [&](protocol::Presence& f) { on_presence(id, f); },
                 [&](protocol::Ping& f) { on_ping(id, f); },
                 [&](protocol::Pong&) {},  // last_in_ has moved: that is all a pong says
                 [&](protocol::Bye&) { close(protocol::close::normal, "bye"); },
                 [&](protocol::Unsupported& f) {
                   send_err({.re = id, .code = protocol::ErrorCode::forbidden, .msg = "this server does not offer " + f.t});
                 },
             },
             frame);
}

void Session::send(std::string frame) {
  if (!socket_) return;
  last_out_ = services_.clock.steady_ms();
  socket_->send(std::make_shared<const std::string>(std::move(frame)));
}

void Session::send_err(const protocol::ErrView& err) {
  delivery_.count_err(err.code);
  send(protocol::encode_err(err));
}

void Session::send_ephemeral(const std::shared_ptr<const std::string>& frame) {
  if (state_ != State::live || is_slow()) return;
  last_out_ = services_.clock.steady_ms();
  socket_->send(frame);
}

Session::Feed* Session::find_feed(std::string_view wire) {
  const auto at = std::find_if(feeds_.begin(), feeds_.end(), [&](const Feed& feed) { return feed.wire == wire; });
  return at == feeds_.end() ? nullptr : &*at;
}

Session::Feed* Session::find_feed(const FeedName& name) {
  const auto at = std::find_if(feeds_.begin(), feeds_.end(), [&](const Feed& feed) { return feed.name == name; });
  return at == feeds_.end() ? nullptr : &*at;
}

std::vector<FeedName> Session::feeds() const {
  std::vector<FeedName> out{{identity_.user, false}};
  if (state_ == State::live)
    for (const Uuid& department : departments_) out.push_back({department, true});
  return out;
}

void Session::swept(std::int64_t now) noexcept { next_sweep_ = now + (now - opened_at_ < 10'000 ? first_sweep_ms : sweep_ms); }

void Session::tick(std::int64_t now) {
  if (!socket_) return;
  if (state_ == State::opening && now - opened_at_ > services_.limits.hello_ms) return close(protocol::close::no_pong, "no hello");
  if (now - last_in_ > services_.limits.timeout_ms + services_.limits.heartbeat_ms) return close(protocol::close::no_pong, "no frame for too long");
  if (identity_.expires_at != 0 && services_.clock.now_ms() > identity_.expires_at) return close(protocol::close::expired, "the log-in ended");
  flush_got(now);
  const std::int64_t silence = now - std::max(last_in_, last_out_);
  if (state_ == State::live && silence >= ping_after_) {
    // ± 20 %, so that a node's clients don't all wake at once.
    const std::int64_t base = services_.limits.heartbeat_ms;
    ping_after_ = base * 4 / 5 + static_cast<std::int64_t>(random_below(static_cast<std::uint64_t>(base * 2 / 5 + 1)));
    send(protocol::encode_ping(++pings_));
  }
}

}  // namespace hotdesk::delivery
