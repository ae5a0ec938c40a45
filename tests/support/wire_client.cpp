#include "support/wire_client.hpp"

#include <chrono>
#include <future>
#include <nlohmann/json.hpp>
#include <stdexcept>

namespace hotdesk::support {
namespace {
constexpr std::chrono::seconds deadline{10};
}

struct WireClient::State {
  std::mutex mutex;
  std::condition_variable changed;
  std::deque<std::string> frames;
  std::shared_ptr<net::WebSocket> socket;
  std::optional<std::uint16_t> closed;
};

struct WireClient::Handler final : net::WebSocketHandler {
  Handler(std::shared_ptr<State> to, std::function<void()> opened) : state(std::move(to)), on_opened(std::move(opened)) {}
  void on_open(net::WebSocket& socket) override {
    {
      const std::lock_guard lock(state->mutex);
      state->socket = std::static_pointer_cast<net::WebSocket>(socket.shared_from_this());
    }
    on_opened();
  }
  void on_text(std::string_view text) override {
    const std::lock_guard lock(state->mutex);
    state->frames.emplace_back(text);
    state->changed.notify_all();
  }
  void on_binary(std::string_view) override {}
  void on_closed(std::uint16_t code, bool) override {
    const std::lock_guard lock(state->mutex);
    state->closed = code;
    state->socket.reset();
    state->changed.notify_all();
  }
  std::shared_ptr<State> state;
  std::function<void()> on_opened;
};

std::string connect_target(const tenants::ConnectSet& set) {
  return "/ws?site=" + set.site + "&role=" + set.role + "&user=" + set.user + "&ts=" + std::to_string(set.ts) + "&nonce=" + set.nonce +
         "&kid=" + set.kid + "&sig=" + set.sig;
}

WireClient::WireClient() : loops_(1, "wire"), connector_(loops_, "", true), state_(std::make_shared<State>()) {}
WireClient::~WireClient() {
  loops_.stop();
  state_->socket.reset();  // no on_closed() comes any more, and the socket owns the handler that holds this state
}

WireClient::Outcome WireClient::connect(std::uint16_t port, const std::string& target, std::vector<std::string> subprotocols, net::Headers headers) {
  auto promise = std::make_shared<std::promise<Outcome>>();
  state_ = std::make_shared<State>();
  net::WsTarget to;
  to.host = "localhost";
  to.address = "127.0.0.1";
  to.port = port;
  to.target = target;
  to.subprotocols = std::move(subprotocols);
  to.headers = std::move(headers);
  auto opened = [promise] { promise->set_value({true, 101, "", std::nullopt}); };
  connector_.connect(0, std::move(to), std::make_unique<Handler>(state_, std::move(opened)), [promise](const net::WsRefusal& refusal) {
    Outcome outcome{false, refusal.status, refusal.error.text, std::nullopt};
    for (const auto& [name, value] : refusal.headers)
      if (name == "Retry-After" || name == "retry-after") outcome.retry_after = value;
    promise->set_value(std::move(outcome));
  });
  auto future = promise->get_future();
  if (future.wait_for(deadline * 2) != std::future_status::ready) throw std::runtime_error("no answer to the upgrade");
  return future.get();
}

WireClient::Outcome WireClient::connect(std::uint16_t port, const tenants::ConnectSet& set, net::Headers headers) {
  return connect(port, connect_target(set), {"hotdesk.v1"}, std::move(headers));
}

WireClient::Outcome WireClient::resume(std::uint16_t port, const std::string& rt) {
  return connect(port, "/ws", {"hotdesk.v1", "hotdesk.rt." + rt});
}

void WireClient::send(std::string frame) {
  loops_.post(0, [state = state_, frame = std::make_shared<const std::string>(std::move(frame))] {
    if (state->socket) state->socket->send(frame);
  });
}

void WireClient::send_json(const Json& frame) { send(dump_json(frame)); }

void WireClient::send_binary(std::string bytes) {
  loops_.post(0, [state = state_, bytes = std::make_shared<const std::string>(std::move(bytes))] {
    if (state->socket) state->socket->send_binary(bytes);
  });
}

Json WireClient::hello(const std::string& dev) {
  send_json({{"t", "hello"}, {"ver", 1}, {"dev", dev}, {"caps", Json::array()}});
  return next("welcome");
}

Json WireClient::answer_to(const Json& pub) {
  send_json(pub);
  for (;;) {
    Json frame = next_of({"ack", "err"});
    if (frame.value("mid", "") == pub.at("mid")) return frame;
  }
}

Json WireClient::next(const std::string& type) { return next_of({type}); }

Json WireClient::next_of(const std::set<std::string>& types) {
  std::unique_lock lock(state_->mutex);
  const auto end = std::chrono::steady_clock::now() + deadline;
  for (;;) {
    while (!state_->frames.empty()) {
      Json frame = Json::parse(state_->frames.front());
      state_->frames.pop_front();
      if (types.count(frame.at("t").get<std::string>()) != 0) return frame;
    }
    if (state_->closed) throw std::runtime_error("closed with " + std::to_string(*state_->closed) + " while waiting for " + *types.begin());
    if (state_->changed.wait_until(lock, end) == std::cv_status::timeout) throw std::runtime_error("no " + *types.begin() + " came");
  }
}

std::uint16_t WireClient::wait_for_close() {
  std::unique_lock lock(state_->mutex);
  if (!state_->changed.wait_for(lock, deadline, [&] { return state_->closed.has_value(); })) throw std::runtime_error("the socket stayed open");
  return *state_->closed;
}

bool WireClient::closed() {
  const std::lock_guard lock(state_->mutex);
  return state_->closed.has_value();
}

void WireClient::close() {
  loops_.post(0, [state = state_] {
    if (state->socket) state->socket->close(1000, "");
  });
}

}  // namespace hotdesk::support
