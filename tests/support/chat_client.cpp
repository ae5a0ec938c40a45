#include "support/chat_client.hpp"

#include <algorithm>
#include <chrono>
#include <nlohmann/json.hpp>

#include "base/random.hpp"

namespace hotdesk::support {
namespace {

std::int64_t wall_ms() {
  return std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::system_clock::now().time_since_epoch()).count();
}

bool is_terminal(const std::string& code) {
  return code != "E_BUSY" && code != "E_STORE" && code != "E_RATE" && code != "E_ORDER" && code != "E_WINDOW" && code != "E_EXPIRED";
}

std::string url_of(const tenants::ConnectSet& set) {
  return "/ws?site=" + set.site + "&role=" + set.role + "&user=" + set.user + "&ts=" + std::to_string(set.ts) + "&nonce=" + set.nonce +
         "&kid=" + set.kid + "&sig=" + set.sig;
}

}  // namespace

/// The socket's side: holds the client as long as the socket lives.
struct ChatClient::Handler final : net::WebSocketHandler {
  explicit Handler(std::shared_ptr<ChatClient> to) : client(std::move(to)) {}
  void on_open(net::WebSocket& socket) override { client->opened(socket); }
  void on_text(std::string_view text) override { client->received(text); }
  void on_binary(std::string_view) override {}
  void on_closed(std::uint16_t code, bool) override { client->closed(code); }
  std::shared_ptr<ChatClient> client;
};

ChatClient::ChatClient(net::Loops& loops, net::WsConnector& connector, ChatOptions options)
    : loops_(loops), connector_(connector), options_(std::move(options)), timer_(loops.io(options_.loop)) {}

void ChatClient::start() {
  loops_.post(options_.loop, [self = shared_from_this()] { self->connect(); });
}

void ChatClient::stop() {
  loops_.post(options_.loop, [self = shared_from_this()] {
    self->stopped_ = true;
    self->timer_.cancel();
    if (self->socket_) self->socket_->close(1000, "done");
  });
}

void ChatClient::cut() {
  loops_.post(options_.loop, [self = shared_from_this()] {
    if (self->socket_) self->socket_->abort();
  });
}

void ChatClient::set_port(std::uint16_t port) {
  loops_.post(options_.loop, [self = shared_from_this(), port] { self->options_.port = port; });
}

void ChatClient::send(const Uuid& conv, std::string text, std::int64_t stamp_us) {
  loops_.post(options_.loop, [self = shared_from_this(), conv, text = std::move(text), stamp_us]() mutable {
    const Uuid to = conv.is_nil() ? self->conversation_.value_or(Uuid{}) : conv;
    self->outbox_.push_back(Item{make_uuid(wall_ms()), to, std::move(text), false, stamp_us != 0 ? stamp_us : now_us()});
    self->flush();
  });
}

void ChatClient::send_raw(std::string frame) {
  loops_.post(options_.loop, [self = shared_from_this(), frame = std::make_shared<const std::string>(std::move(frame))] {
    if (self->socket_) self->socket_->send(frame);
  });
}

void ChatClient::mark_read(const Uuid& conv, std::int64_t seq) {
  send_raw(dump_json({{"t", "read"}, {"conv", conv.text()}, {"seq", seq}}));
}

std::int64_t ChatClient::cursor() const {
  const auto at = feeds_.find("u");
  return at == feeds_.end() ? 0 : at->second.cursor();
}

void ChatClient::connect() {
  if (stopped_ || connecting_ || socket_) return;
  connecting_ = true;
  net::WsTarget target;
  target.host = "localhost";
  target.address = options_.address;
  target.port = options_.port;
  target.local_address = options_.local_address;
  target.subprotocols = {"hotdesk.v1"};
  const bool resume = !rt_.empty();
  if (resume)
    target.subprotocols.push_back("hotdesk.rt." + rt_);
  else
    target.target = url_of(options_.mint());
  connector_.connect(options_.loop, std::move(target), std::make_unique<Handler>(shared_from_this()),
                     [self = shared_from_this(), resume](const net::WsRefusal& refusal) {
                       self->connecting_ = false;
                       if (resume && (refusal.status == 400 || refusal.status == 403)) self->rt_.clear();
                       self->log("refused", {{"status", refusal.status}, {"why", refusal.error.text}});
                       self->retry();
                     });
}

void ChatClient::retry() {
  if (stopped_) return;
  timer_.expires_after(std::chrono::milliseconds(1 + random_below(static_cast<std::uint64_t>(options_.retry_ms))));
  timer_.async_wait([self = shared_from_this()](const boost::system::error_code& error) {
    if (!error) self->connect();
  });
}

void ChatClient::opened(net::WebSocket& socket) {
  connecting_ = false;
  socket_ = std::static_pointer_cast<net::WebSocket>(socket.shared_from_this());
  Json hello{{"t", "hello"}, {"ver", 1}, {"dev", options_.dev}, {"caps", Json::array()}};
  if (!epoch_.empty()) {
    Json feeds = Json::object();
    for (const auto& [name, feed] : feeds_) feeds[name] = feed.cursor();
    hello["resume"] = {{"epoch", epoch_}, {"feeds", feeds}};
  }
  socket_->send(std::make_shared<const std::string>(dump_json(hello)));
}

void ChatClient::closed(std::uint16_t code) {
  socket_.reset();
  connecting_ = false;
  live_ = false;
  syncs_.clear();
  for (auto& [name, feed] : feeds_) feed.syncing = false;
  for (auto& item : outbox_) item.sent = false;
  log("closed", {{"code", code}});
  if (on_closed) on_closed(code);
  if (code == 4100) rt_.clear();
  retry();
}

void ChatClient::received(std::string_view text) {
  const Json frame = Json::parse(text);
  const auto t = frame.at("t").get<std::string>();
  if (on_frame) on_frame(frame);
  if (t == "evt") return entry(frame.value("feed", "u"), frame);
  if (t == "ack") return acked(frame);
  if (t == "err") return refused(frame);
  if (t == "welcome") return welcome(frame);
  if (t == "ping") return socket_->send(std::make_shared<const std::string>(dump_json({{"t", "pong"}, {"n", frame.at("n")}})));
  if (t == "lag") return sync(frame.value("feed", "u"));
  if (t == "page") {
    const auto at = syncs_.find(frame.value("re", ""));
    if (at == syncs_.end()) return;
    const std::string feed = at->second;
    syncs_.erase(at);
    auto& position = feeds_[feed];
    position.syncing = false;
    if (position.page(frame, [&](const Json& item) { apply(feed, item); }) == ChatFeed::Need::sync) sync(feed);
  }
}

void ChatClient::welcome(const Json& frame) {
  options_.user = frame.at("user").get<std::string>();
  rt_ = frame.at("rt").get<std::string>();
  epoch_ = frame.at("epoch").get<std::string>();
  if (frame.contains("conv")) conversation_ = parse_uuid(frame.at("conv").get<std::string>());
  for (const auto& [name, state] : frame.at("feeds").items()) {
    const bool resumed = state.at("resumed").get<bool>();
    if (name == "u") head_ = state.at("head").get<std::int64_t>();
    if (!resumed) feeds_[name].reset(state.at("cur").get<std::int64_t>());
    log("welcome", {{"feed", name}, {"cur", state.at("cur")}, {"head", state.at("head")}, {"resumed", resumed}});
  }
  live_ = true;
  for (auto& item : outbox_)
    if (item.conv.is_nil() && conversation_) item.conv = *conversation_;
  flush();
  if (on_live) on_live();
}

void ChatClient::flush() {
  if (!live_) return;
  std::size_t sent = 0;
  std::map<Uuid, Uuid> earlier;  // the nearest earlier unanswered mid of each conversation
  for (auto& item : outbox_) {
    if (++sent > options_.window) return;
    if (!item.sent) {
      item.sent = true;
      Json frame{{"t", "pub"}, {"mid", item.mid.text()}, {"conv", item.conv.text()}, {"kind", "text"}, {"body", {{"text", item.text}}}};
      if (const auto at = earlier.find(item.conv); at != earlier.end()) frame["after"] = at->second.text();
      log("send", {{"mid", item.mid.text()}, {"conv", item.conv.text()}, {"h", fingerprint(item.text)}});
      socket_->send(std::make_shared<const std::string>(dump_json(frame)));
    }
    earlier[item.conv] = item.mid;
  }
}

void ChatClient::acked(const Json& frame) {
  const auto mid = *parse_uuid(frame.at("mid").get<std::string>());
  const auto at = std::find_if(outbox_.begin(), outbox_.end(), [&](const Item& item) { return item.mid == mid; });
  Json fields{{"mid", mid.text()}, {"conv", frame.at("conv")}, {"seq", frame.at("seq")}, {"dup", frame.at("dup")}};
  if (frame.contains("body")) fields["h"] = fingerprint(frame["body"].value("text", ""));
  log("ack", fields);
  Json as_entry;
  if (frame.contains("cur")) {
    as_entry = {{"cur", frame["cur"]}, {"prev", frame["prev"]}, {"conv", frame["conv"]}, {"seq", frame["seq"]}, {"mid", frame["mid"]},
                {"kind", "text"}, {"from", {{"id", options_.user}}}, {"ts", frame["ts"]}};
    as_entry["body"] = frame.contains("body") ? frame["body"] : Json{{"text", at != outbox_.end() ? at->text : ""}};
  }
  if (at != outbox_.end()) {
    const Acked done{mid, frame.at("seq").get<std::int64_t>(), frame.at("dup").get<bool>(), at->first_us, now_us()};
    outbox_.erase(at);
    if (on_acked) on_acked(done);
  }
  if (!as_entry.is_null()) entry("u", as_entry);
  flush();
}

void ChatClient::refused(const Json& frame) {
  const auto code = frame.at("code").get<std::string>();
  const auto mid = parse_uuid(frame.value("mid", ""));
  log("err", {{"code", code}, {"mid", frame.value("mid", "")}, {"msg", frame.value("msg", "")}});
  if (mid) {
    const auto at = std::find_if(outbox_.begin(), outbox_.end(), [&](const Item& item) { return item.mid == *mid; });
    if (at != outbox_.end() && is_terminal(code)) {
      outbox_.erase(at);
    } else if (at != outbox_.end()) {
      // Not terminal: pause, then everything from the earliest again.
      timer_.expires_after(std::chrono::milliseconds(std::clamp<std::int64_t>(frame.value("retry", 100), 10, 30'000)));
      timer_.async_wait([self = shared_from_this()](const boost::system::error_code& error) {
        if (error || !self->live_) return;
        for (auto& item : self->outbox_) item.sent = false;
        self->flush();
      });
    }
  }
  if (on_refused) on_refused(code, mid.value_or(Uuid{}));
}

void ChatClient::entry(const std::string& feed, const Json& entry) {
  if (!entry.contains("cur")) return;
  if (feeds_[feed].offer(entry, [&](const Json& item) { apply(feed, item); }) == ChatFeed::Need::sync) sync(feed);
}

void ChatClient::apply(const std::string& feed, const Json& entry) {
  Json fields{{"feed", feed}, {"cur", entry.at("cur")}, {"prev", entry.at("prev")}, {"conv", entry.value("conv", "")}, {"kind", entry.at("kind")}};
  if (entry.contains("seq")) fields["seq"] = entry["seq"];
  if (entry.contains("mid")) fields["mid"] = entry["mid"];
  if (entry.value("kind", "") == "text") fields["h"] = fingerprint(entry["body"].value("text", ""));
  log("apply", fields);
  // The client's own mid in an entry counts as its ack.
  if (entry.contains("mid")) {
    const auto mid = parse_uuid(entry["mid"].get<std::string>());
    const auto at = std::find_if(outbox_.begin(), outbox_.end(), [&](const Item& item) { return mid && item.mid == *mid; });
    if (at != outbox_.end()) {
      const Acked done{*mid, entry.value("seq", std::int64_t{0}), true, at->first_us, now_us()};
      outbox_.erase(at);
      if (on_acked) on_acked(done);
      flush();
    }
  }
  if (on_entry) on_entry(entry);
}

void ChatClient::sync(const std::string& feed) {
  auto& position = feeds_[feed];
  if (position.syncing || !socket_) return;
  position.syncing = true;
  const std::string id = "s" + std::to_string(++ids_);
  syncs_[id] = feed;
  socket_->send(std::make_shared<const std::string>(dump_json({{"t", "sync"}, {"id", id}, {"feed", feed}, {"cur", position.cursor()}, {"max", 100}})));
}

void ChatClient::log(std::string_view event, const Json& fields) {
  if (options_.history) options_.history->write(options_.user, options_.dev, event, fields);
}

}  // namespace hotdesk::support
