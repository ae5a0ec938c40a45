// The one place that instantiates Beast's WebSocket, for both roles: about 2 GB and a minute of compiler.
#include "net/ws_session.hpp"

#include <algorithm>
#include <array>
#include <boost/beast/core/role.hpp>
#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/websocket/stream.hpp>
#include <optional>

#include "net/deadline_wheel.hpp"
#include "net/http_text.hpp"

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = boost::beast::http;
namespace ws = boost::beast::websocket;
using boost::system::error_code;

namespace hotdesk::net {

// Beast finds these by argument-dependent look-up. Its own wait for the peer's end has no time bound, so here tearing down
// only says good-bye; the session then drains the socket under a deadline.
void teardown(beast::role_type, Stream& stream, error_code& failure) {
  stream.shutdown();
  failure = {};
}
template <class Handler>
void async_teardown(beast::role_type, Stream& stream, Handler&& handler) {
  stream.shutdown();
  asio::post(stream.get_executor(), [handler = std::forward<Handler>(handler)]() mutable { handler(error_code{}); });
}
void beast_close_socket(Stream& stream) { stream.close(); }

namespace {

constexpr std::size_t client_write_buffer = 2048;  ///< masking goes through it; a server has none
constexpr int drain_s = 2;

class WsSession final : public WebSocket, public Connection, public Deadline {
 public:
  using Ws = ws::stream<Stream, false>;
  enum class State : std::uint8_t { opening, open, closing, closed };

  WsSession(Stream stream, std::unique_ptr<WebSocketHandler> handler, const WebSocketLimits& limits, const Place& place,
            Ticket ticket, std::string peer, std::string subprotocol)
      : ws_(std::make_unique<Ws>(std::move(stream))),
        handler_(std::move(handler)),
        limits_(limits),
        place_(place),
        ticket_(std::move(ticket)),
        peer_(std::move(peer)),
        subprotocol_(std::move(subprotocol)) {
    // Counted here instead: Beast would close with 1009, the protocol says 4204.
    ws_->read_message_max(0);
    ws_->auto_fragment(false);
    if (place_.connections) place_.connections->add(*this);
  }

  ~WsSession() {
    if (counted_) place_.websockets->fetch_sub(1);
  }

  void accept(const HttpRequest& upgrade) {
    http::request<http::empty_body> request{http::verb::get, "/", 11};
    request.set(http::field::host, std::string(upgrade.header("host")));
    request.set(http::field::connection, "Upgrade");
    request.set(http::field::upgrade, "websocket");
    request.set(http::field::sec_websocket_key, std::string(upgrade.header("sec-websocket-key")));
    request.set(http::field::sec_websocket_version, "13");
    if (!subprotocol_.empty())
      ws_->set_option(ws::stream_base::decorator(
          [chosen = subprotocol_](ws::response_type& response) { response.set(http::field::sec_websocket_protocol, chosen); }));
    wheel().arm(*this, 10);
    ws_->async_accept(request, [self = self()](error_code failure) {
      if (self->ws_) self->ws_->set_option(ws::stream_base::decorator([](ws::response_type&) {}));
      if (failure) return self->never_opened();
      self->opened();
    });
  }

  void connect(const WsTarget& target, std::function<void(WsRefusal)> failed, int timeout_s) {
    ws_->write_buffer_bytes(client_write_buffer);
    ws_->set_option(ws::stream_base::decorator([target](ws::request_type& request) {
      for (const auto& [name, value] : target.headers) request.set(name, value);
      std::string offered;
      for (const auto& item : target.subprotocols) offered += (offered.empty() ? "" : ", ") + item;
      if (!offered.empty()) request.set(http::field::sec_websocket_protocol, offered);
    }));
    wheel().arm(*this, timeout_s);
    const std::string host = target.port == 443 ? target.host : target.host + ":" + std::to_string(target.port);
    auto response = std::make_shared<ws::response_type>();
    auto done = [self = self(), response, failed = std::move(failed)](error_code failure) {
      if (self->ws_) self->ws_->set_option(ws::stream_base::decorator([](ws::request_type&) {}));
      if (!failure) {
        self->subprotocol_ = std::string((*response)[http::field::sec_websocket_protocol]);
        return self->opened();
      }
      WsRefusal refusal{fail(Errc::busy, "The WebSocket could not be opened: " + failure.message()), 0, {}};
      if (failure == ws::error::upgrade_declined) {
        refusal.status = static_cast<int>(response->result_int());
        refusal.error = fail(Errc::invalid, "The server refused the WebSocket with " + std::to_string(refusal.status) + ".");
        for (const auto& field : *response)
          refusal.headers.emplace_back(std::string(field.name_string()), std::string(field.value()));
      }
      self->never_opened();
      failed(std::move(refusal));
    };
    ws_->async_handshake(*response, host, target.target, std::move(done));
  }

  void send(std::shared_ptr<const std::string> frame) override { enqueue(std::move(frame), false); }
  void send_binary(std::shared_ptr<const std::string> frame) override { enqueue(std::move(frame), true); }
  std::size_t queued_bytes() const override { return queued_; }

  void close(std::uint16_t code, std::string_view reason) override {
    if (state_ != State::open) return;
    state_ = State::closing;
    close_code_ = code;
    close_reason_ = reason.substr(0, 123);
    wheel().arm(*this, limits_.close_timeout_s);
    if (!writing_) send_close();
  }

  void abort() override {
    if (ws_) ws_->next_layer().close();
  }
  void cut() override { abort(); }
  void post(std::function<void()> task) override {
    asio::post(io(), [self = shared_from_this(), task = std::move(task)] { task(); });
  }
  bool is_open() const override { return state_ == State::open; }
  std::size_t loop() const override { return place_.loop; }
  asio::io_context& io() const override { return place_.loops->io(place_.loop); }
  const std::string& peer_address() const override { return peer_; }
  const std::string& subprotocol() const override { return subprotocol_; }

 private:
  struct Queued {
    std::shared_ptr<const std::string> frame;
    bool binary = false;
  };

  std::shared_ptr<WsSession> self() { return std::static_pointer_cast<WsSession>(shared_from_this()); }
  DeadlineWheel& wheel() { return place_.loops->wheel(place_.loop); }

  void opened() {
    DeadlineWheel::disarm(*this);
    state_ = State::open;
    if (place_.websockets) {
      place_.websockets->fetch_add(1);
      counted_ = true;
    }
    reading_ = true;
    handler_->on_open(*this);
    read_on();
  }

  void never_opened() {
    DeadlineWheel::disarm(*this);
    state_ = State::closed;
    abort();
    handler_.reset();
    ticket_ = Ticket();
  }

  // ---- reading -------------------------------------------------------------------------------------------------------

  void read() {
    // A message that fits the small buffer is handed on from there; a longer one gathers in a string that lives only as long.
    asio::mutable_buffer target(small_.data(), small_.size());
    const std::size_t have = message_.size();
    if (have > 0) {
      message_.resize(have + std::min<std::size_t>(std::max<std::size_t>(have, 2048), Stream::record_bytes));
      target = asio::mutable_buffer(message_.data() + have, message_.size() - have);
    }
    ws_->async_read_some(target, [self = self(), have](error_code failure, std::size_t bytes) { self->did_read(failure, bytes, have); });
  }

  void did_read(error_code failure, std::size_t bytes, std::size_t have) {
    if (failure) {
      reading_ = false;
      // A read that our own close took over from: how that ended is what counts.
      if (close_sent_ && failure == asio::error::operation_aborted) {
        if (close_done_) ended(*close_done_);
        return;
      }
      return ended(failure);
    }
    const bool whole = ws_->is_message_done();
    std::string_view message(small_.data(), bytes);
    if (have > 0 || !whole) {
      if (have > 0) message_.resize(have + bytes);
      else message_.assign(small_.data(), bytes);
      message = message_;
    }
    if (message.size() > limits_.message_bytes) close(4204, "message too big");
    if (state_ == State::open && whole) {
      if (ws_->got_text()) handler_->on_text(message);
      else handler_->on_binary(message);
    }
    if (whole || state_ != State::open) std::string().swap(message_);
    read_on();
  }

  void read_on() {
    if (state_ == State::open || (state_ == State::closing && !close_sent_)) return read();
    // The close under way reads what still comes.
    reading_ = false;
    if (close_done_) ended(*close_done_);
  }

  // ---- writing -------------------------------------------------------------------------------------------------------

  void enqueue(std::shared_ptr<const std::string> frame, bool binary) {
    if (state_ != State::open) return;
    if (queued_ + frame->size() > limits_.queue_bytes) return overflow();
    queued_ += frame->size();
    queue_.push_back({std::move(frame), binary});
    if (writing_) return;
    writing_ = true;
    // In the next turn, so that frames sent together by one handler leave together.
    asio::post(io(), [self = self()] { self->write(); });
  }

  void write() {
    if (state_ == State::closed || head_ == queue_.size()) {
      writing_ = false;
      queued_ = 0;
      head_ = 0;
      std::vector<Queued>().swap(queue_);
      if (state_ == State::closing) return send_close();
      if (state_ == State::closed) return free_when_idle();
      DeadlineWheel::disarm(*this);
      write_armed_ = false;
      return handler_->on_drained();
    }
    if (state_ == State::open && !write_armed_) arm_write();
    const Queued& next = queue_[head_];
    ws_->next_layer().cork(head_ + 1 < queue_.size());
    ws_->binary(next.binary);
    ws_->async_write(asio::buffer(*next.frame), [self = self()](error_code failure, std::size_t) { self->did_write(failure); });
  }

  void did_write(error_code failure) {
    if (failure) {
      writing_ = false;
      abort();  // the read under way then ends the session
      return free_when_idle();
    }
    queued_ -= std::min(queued_, queue_[head_].frame->size());
    queue_[head_].frame.reset();
    ++head_;
    if (head_ == 256) {  // a queue that never runs empty must not grow by its past
      queue_.erase(queue_.begin(), queue_.begin() + 256);
      head_ = 0;
    }
    write();
  }

  void overflow() {
    // The peer does not take what we have; it will read it back by cursor after it reconnects.
    // The frame under way has to stay: half of it may be out.
    if (head_ < queue_.size()) queue_.resize(head_ + 1);
    ws_->next_layer().cork(false);
    close(4002, "slow");
  }

  void arm_write() {
    write_armed_ = true;
    sent_when_armed_ = ws_->next_layer().bytes_sent();
    wheel().arm(*this, limits_.write_timeout_s);
  }

  // ---- the end -------------------------------------------------------------------------------------------------------

  void send_close() {
    if (close_sent_) return;
    close_sent_ = true;
    const ws::close_reason reason(static_cast<ws::close_code>(close_code_), close_reason_);
    ws_->async_close(reason, [self = self()](error_code failure) {
      self->close_done_ = failure;
      if (!self->reading_) self->ended(failure);
      self->free_when_idle();
    });
  }

  void on_deadline() override {
    write_armed_ = false;
    if (state_ == State::open && ws_->next_layer().bytes_sent() != sent_when_armed_) return arm_write();
    abort();
  }

  /// Once, when nothing is read any more: works out how it ended, tells the handler in a turn of its own, drains.
  void ended(error_code failure) {
    if (state_ == State::closed) return;
    const bool ours = state_ == State::closing;
    state_ = State::closed;
    DeadlineWheel::disarm(*this);
    const bool clean = !failure || failure == ws::error::closed;
    const bool protocol_error = failure.category() == ws::make_error_code(ws::error::closed).category();
    std::uint16_t code = 1006;
    if (ours) {
      code = close_code_;
    } else if (clean) {
      code = static_cast<std::uint16_t>(ws_->reason().code);
      if (code == 0) code = 1005;
    } else if (protocol_error) {
      code = failure == ws::error::bad_frame_payload ? 1007 : 1002;
    }
    const bool said_goodbye = clean || protocol_error;
    if (!said_goodbye) abort();
    asio::post(io(), [self = self(), code, clean, said_goodbye] {
      if (self->counted_) self->place_.websockets->fetch_sub(1);
      self->counted_ = false;
      const auto handler = std::move(self->handler_);
      if (handler) handler->on_closed(code, clean);
      self->queued_ = 0;
      if (said_goodbye) self->drain();
      else self->free();
    });
  }

  /// Waits for the peer's end, so that unread input doesn't turn our close frame into a reset.
  void drain() {
    wheel().arm(*this, drain_s);
    ws_->next_layer().async_drain([self = self()](error_code) { self->free(); });
  }

  /// What a closed socket keeps is a few bytes, however long somebody holds it.
  void free() {
    DeadlineWheel::disarm(*this);
    abort();
    free_wanted_ = true;
    free_when_idle();
  }

  /// The stream may go only when no operation refers to it any more.
  void free_when_idle() {
    if (!free_wanted_ || !ws_ || writing_ || (close_sent_ && !close_done_)) return;
    // Not from inside one of Beast's own calls.
    asio::post(io(), [self = self()] {
      self->ws_.reset();
      std::vector<Queued>().swap(self->queue_);
      self->head_ = 0;
      self->Connection::unlink();
      self->ticket_ = Ticket();
    });
  }

  std::unique_ptr<Ws> ws_;
  std::unique_ptr<WebSocketHandler> handler_;
  const WebSocketLimits limits_;
  const Place place_;
  Ticket ticket_;
  const std::string peer_;
  std::string subprotocol_;
  std::string message_;
  std::string close_reason_;
  std::vector<Queued> queue_;
  std::size_t head_ = 0;
  std::size_t queued_ = 0;
  std::uint64_t sent_when_armed_ = 0;
  std::optional<error_code> close_done_;
  std::uint16_t close_code_ = 0;
  State state_ = State::opening;
  bool reading_ = false;
  bool writing_ = false;
  bool write_armed_ = false;
  bool close_sent_ = false;
  bool counted_ = false;
  bool free_wanted_ = false;
  std::array<char, 512> small_;
};

}  // namespace

void accept_websocket(Stream stream, const HttpRequest& upgrade, UpgradeAccept accept, const WebSocketLimits& limits,
                      const Place& place, Ticket ticket) {
  auto session = std::make_shared<WsSession>(std::move(stream), std::move(accept.handler), limits, place, std::move(ticket),
                                             upgrade.peer_address, std::move(accept.subprotocol));
  session->accept(upgrade);
}

void start_client_websocket(Stream stream, const WsTarget& target, std::unique_ptr<WebSocketHandler> handler,
                            std::function<void(WsRefusal)> failed, const Place& place, int timeout_s) {
  auto session = std::make_shared<WsSession>(std::move(stream), std::move(handler), target.limits, place, Ticket(),
                                             target.address.empty() ? target.host : target.address, std::string());
  session->connect(target, std::move(failed), timeout_s);
}

}  // namespace hotdesk::net
