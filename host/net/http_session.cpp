#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <boost/asio/dispatch.hpp>
#include <chrono>

#include "net/deadline_wheel.hpp"
#include "net/http_parser.hpp"
#include "net/http_text.hpp"
#include "net/server_core.hpp"
#include "net/upgrade.hpp"
#include "net/url.hpp"
#include "net/ws_session.hpp"

namespace asio = boost::asio;
using boost::system::error_code;

namespace hotdesk::net {

namespace {

constexpr std::string_view plain_text_answer =
    "HTTP/1.1 403 Forbidden\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Length: 33\r\nConnection: close\r\n\r\n"
    "TLS only: use https:// or wss://\n";
constexpr std::string_view continue_answer = "HTTP/1.1 100 Continue\r\n\r\n";
constexpr std::size_t piece_bytes = 4096;
constexpr int linger_s = 2;
constexpr int pressed_handshake_s = 3;

class HttpSession;

/// A request on its way to an answer. Keeps both alive until the last copy of Respond dies; then an answer is owed.
template <class Answer>
class Exchange : public std::enable_shared_from_this<Exchange<Answer>> {
 public:
  Exchange(std::shared_ptr<HttpSession> session, HttpRequest r) : request(std::move(r)), session_(std::move(session)) {}
  ~Exchange();
  void answer(Answer answer);
  HttpRequest request;

 private:
  std::shared_ptr<HttpSession> session_;
  std::atomic<bool> answered_{false};
};

/// One connection speaking HTTP/1.1, from accept to its end or to the WebSocket that takes the stream over.
class HttpSession final : public Connection, public Deadline, public std::enable_shared_from_this<HttpSession> {
 public:
  HttpSession(std::shared_ptr<Server::Core> core, std::size_t loop, const Arrival& arrival, TlsContext tls)
      : core_(std::move(core)),
        tls_(std::move(tls)),
        stream_(Stream::Socket(core_->loops.io(loop), asio::generic::stream_protocol(arrival.local ? AF_UNIX : AF_INET, 0),
                               arrival.socket),
                tls_.get(), true),
        ticket_(core_, arrival.address, loop),
        arrival_(arrival),
        loop_(loop),
        peer_(arrival.local ? "unix" : to_text(arrival.address)),
        parser_(HttpParser::Role::request, core_->config.limits.header_bytes) {
    core_->per_loop[loop].connections.add(*this);
  }
  ~HttpSession() { end_handshake(); }

  void start() {
    if (!tls_) return next_request();
    phase_ = Phase::handshake;
    const bool pressed = core_->handshakes_now.load() * 2 > core_->config.limits.handshakes;
    arm(pressed ? std::min(pressed_handshake_s, timeouts().handshake) : timeouts().handshake);
    stream_.async_fill([self = shared_from_this()](error_code failure) { self->did_fill(failure); });
  }

  void cut() override {
    const bool waits_for_handler = phase_ == Phase::handler;
    phase_ = Phase::over;
    stream_.close();
    if (!waits_for_handler) return;
    // Nothing of ours is under way; the handler may take its time, its answer goes nowhere.
    DeadlineWheel::disarm(*this);
    Connection::unlink();
    ticket_ = Ticket();
  }

  /// The handler's answer, on the loop.
  void on_answer(const HttpRequest&, HttpResponse response) {
    if (phase_ == Phase::handler) respond(std::move(response));
  }
  void on_answer(const HttpRequest& upgrade, UpgradeDecision decision) {
    if (phase_ != Phase::handler) return;
    if (auto* refusal = std::get_if<HttpResponse>(&decision)) {
      refusal->close = true;
      return respond(std::move(*refusal));
    }
    phase_ = Phase::over;
    DeadlineWheel::disarm(*this);
    Connection::unlink();
    ++core_->counters.upgrades;
    accept_websocket(std::move(stream_), upgrade, std::move(std::get<UpgradeAccept>(decision)), core_->config.limits.websocket,
                     core_->place(loop_), std::move(ticket_));
  }
  asio::io_context& io() { return core_->loops.io(loop_); }

 private:
  enum class Phase : std::uint8_t { handshake, idle, header, body, handler, write, linger, over };

  const ServerTimeouts& timeouts() const { return core_->config.timeouts; }
  void arm(int seconds) { core_->loops.wheel(loop_).arm(*this, seconds); }

  // ---- before HTTP ---------------------------------------------------------------------------------------------------

  void did_fill(error_code failure) {
    if (failure || phase_ == Phase::over) return handshake_failed();
    constexpr unsigned char tls_handshake_record = 0x16;
    if (stream_.first_byte() != tls_handshake_record) return refuse_plain_text();
    stream_.async_handshake([self = shared_from_this()](error_code refused) {
      if (refused || self->phase_ == Phase::over) return self->handshake_failed();
      ++self->core_->counters.handshakes;
      // Without tickets nothing of ours follows the client's last handshake message; its acknowledgement must not dawdle,
      // or clients with Nagle's algorithm hold their request back for 40 ms.
      const int at_once = 1;
      ::setsockopt(self->stream_.socket().native_handle(), IPPROTO_TCP, TCP_QUICKACK, &at_once, sizeof at_once);
      self->end_handshake();
      self->next_request();
    });
  }

  void handshake_failed() {
    ++core_->counters.handshakes_failed;
    end_handshake();
    finish();
  }

  void end_handshake() {
    if (arrival_.local || handshake_ended_) return;
    handshake_ended_ = true;
    core_->end_handshake(arrival_.address, arrival_.exempt);
  }

  /// Straight to the socket, past TLS: whoever speaks plain text understands only plain text.
  void refuse_plain_text() {
    ++core_->counters.plain_text;
    end_handshake();
    error_code ignored;
    stream_.socket().send(asio::buffer(plain_text_answer), 0, ignored);
    linger();
  }

  // ---- reading -------------------------------------------------------------------------------------------------------

  void next_request() {
    parser_ = HttpParser(HttpParser::Role::request, core_->config.limits.header_bytes);
    const bool begun = !input_.empty();
    phase_ = begun || first_ ? Phase::header : Phase::idle;
    arm(phase_ == Phase::idle ? timeouts().idle : timeouts().header);
    first_ = false;
    if (begun) return parse();
    std::string().swap(input_);
    read();
  }

  void read() {
    const std::size_t have = input_.size();
    // A connection at rest waits with little; a body under way is read in records.
    const std::size_t want = phase_ == Phase::body ? Stream::record_bytes : (have == 0 ? 1024 : piece_bytes);
    input_.resize(have + want);
    stream_.async_read_some(asio::buffer(input_.data() + have, want),
                            [self = shared_from_this(), have](error_code failure, std::size_t bytes) {
                              self->input_.resize(have + bytes);
                              self->did_read(failure);
                            });
  }

  void did_read(error_code failure) {
    if (late_) {
      late_ = false;
      ++core_->counters.timeouts;
      if (phase_ == Phase::idle || (phase_ == Phase::header && input_.empty())) return linger();
      return refuse(408, "timeout", "The request did not come in time.");
    }
    if (failure || phase_ == Phase::over) return finish();
    if (phase_ == Phase::idle) {
      phase_ = Phase::header;
      arm(timeouts().header);
    }
    if (phase_ == Phase::body) arm_body();
    parse();
  }

  void parse() {
    while (true) {
      const HttpParser::Step step = parser_.feed(input_);
      input_.erase(0, step.consumed);
      switch (step.progress) {
        case HttpParser::Progress::more: return read();
        case HttpParser::Progress::failed: return refuse_unparsed(parser_.failure());
        case HttpParser::Progress::done: return dispatch();
        case HttpParser::Progress::header_done:
          if (!take_header()) return;
      }
    }
  }

  /// False: answered already (or an upgrade under way).
  bool take_header() {
    ++core_->counters.requests;
    request_ = HttpRequest();
    request_.method = parser_.method();
    request_.headers = parser_.headers();
    request_.peer_address = peer_;
    request_.local = arrival_.local && arrival_.owner;
    request_.loop = loop_;
    request_.io = &io();
    keep_alive_ = parser_.keep_alive();
    head_ = request_.method == "HEAD";
    if (arrival_.local && !arrival_.owner)
      return refuse(403, "forbidden", "Only the server's own user and root may use this socket."), false;
    if (arrival_.verdict == Verdict::too_many)
      return refuse_for_now(429, "limited", "Too many connections from this address."), false;
    if (arrival_.verdict == Verdict::busy) return refuse_for_now(503, "busy", "The server is full; try again soon."), false;
    auto target = parse_target(parser_.target());
    const auto hosts = std::count_if(request_.headers.begin(), request_.headers.end(),
                                     [](const auto& item) { return same_name(item.first, "host"); });
    if (!target || hosts > 1 || (parser_.http_1_1() && hosts == 0))
      return refuse(400, "bad_request", "The request's target or Host header is malformed."), false;
    request_.path = std::move(target->path);
    request_.query_items = std::move(target->query);
    if (wants_websocket(request_)) return upgrade(), false;
    const std::size_t limit = core_->router.max_body(request_.method, request_.path);
    const auto length = parser_.content_length();
    if (length && *length > limit) return refuse(413, "too_big", "The body may have " + std::to_string(limit) + " bytes."), false;
    parser_.limit_body(limit);
    const bool has_body = parser_.chunked() || (length && *length > 0);
    if (!has_body) return true;
    phase_ = Phase::body;
    body_end_ = std::chrono::steady_clock::now() + std::chrono::seconds(timeouts().body * 10);
    arm_body();
    if (!same_name(request_.header("expect"), "100-continue") || !input_.empty()) return true;
    write_then(std::string(continue_answer), [](HttpSession& self) {
      self.phase_ = Phase::body;
      self.arm_body();
      self.read();
    });
    return false;
  }

  /// Between two pieces, and in all: a byte now and then doesn't hold a connection for ever.
  void arm_body() {
    const auto left = std::chrono::duration_cast<std::chrono::seconds>(body_end_ - std::chrono::steady_clock::now()).count();
    arm(static_cast<int>(std::clamp<long>(left, 0, timeouts().body)));
  }

  // ---- answering -----------------------------------------------------------------------------------------------------

  void dispatch() {
    request_.body = parser_.take_body();
    phase_ = Phase::handler;
    arm(timeouts().handler);
    auto exchange = std::make_shared<Exchange<HttpResponse>>(shared_from_this(), std::move(request_));
    core_->router.route(exchange->request, [exchange](HttpResponse response) { exchange->answer(std::move(response)); });
  }

  void upgrade() {
    if (!core_->upgrade) return refuse(404, "not_found", "There is no WebSocket at this path.");
    if (auto refusal = check_upgrade(request_, parser_.http_1_1())) {
      refusal->close = true;
      return respond(std::move(*refusal));
    }
    if (!input_.empty()) return refuse(400, "bad_upgrade", "Nothing may follow an upgrade before its answer.");
    if (core_->draining || !core_->may_upgrade()) return refuse_for_now(503, "busy", "The server takes no new connections now.");
    phase_ = Phase::handler;
    arm(timeouts().handler);
    std::string().swap(input_);
    auto exchange = std::make_shared<Exchange<UpgradeDecision>>(shared_from_this(), std::move(request_));
    core_->upgrade(exchange->request, [exchange](UpgradeDecision decision) { exchange->answer(std::move(decision)); });
  }

  void refuse(int status, std::string_view code, const std::string& detail) {
    HttpResponse response = problem(status, code, detail);
    response.close = true;
    respond(std::move(response));
  }
  void refuse_for_now(int status, std::string_view code, const std::string& detail) {
    ++core_->counters.refused;
    HttpResponse response = problem(status, code, detail);
    response.set("Retry-After", "2");
    response.close = true;
    respond(std::move(response));
  }
  void refuse_unparsed(int status) {
    switch (status) {
      case 413: return refuse(413, "too_big", "The body is longer than this path takes.");
      case 431: return refuse(431, "header_too_big", "The request's header is too long.");
      case 501: return refuse(501, "unsupported", "This transfer encoding is not supported.");
      case 505: return refuse(505, "unsupported", "HTTP/1.1 is needed.");
      default: return refuse(400, "bad_request", "This is no HTTP/1.1 request.");
    }
  }

  void respond(HttpResponse response) {
    const bool body = has_body(response.status, head_);
    keep_open_ = keep_alive_ && !response.close && !core_->draining;
    std::string head = write_head(response, {tls_ != nullptr, keep_open_, head_});
    head_ = false;
    shared_ = nullptr;
    if (body && response.shared_body) shared_ = std::move(response.shared_body);
    else if (body && response.body.size() > piece_bytes) shared_ = std::make_shared<const std::string>(std::move(response.body));
    else if (body) head += response.body;
    write_then(std::move(head), [](HttpSession& self) {
      self.shared_ = nullptr;
      if (self.keep_open_) return self.next_request();
      self.linger();
    });
  }

  /// Writes `text` and the shared body behind it, then goes on with `then`.
  void write_then(std::string text, void (*then)(HttpSession&)) {
    phase_ = Phase::write;
    output_ = std::move(text);
    written_ = 0;
    then_ = then;
    arm(timeouts().write);
    write();
  }

  void write() {
    const std::size_t body = shared_ ? shared_->size() : 0;
    if (written_ == output_.size() + body) {
      std::string().swap(output_);
      return then_(*this);
    }
    const std::size_t in_head = std::min(written_, output_.size());
    const std::size_t in_body = written_ - in_head;
    const std::array<asio::const_buffer, 2> pieces{
        asio::buffer(output_) + in_head, asio::const_buffer(shared_ ? shared_->data() + in_body : nullptr, body - in_body)};
    stream_.async_write_some(pieces, [self = shared_from_this()](error_code failure, std::size_t bytes) {
      if (failure || self->phase_ == Phase::over) return self->finish();
      self->written_ += bytes;
      self->arm(self->timeouts().write);
      self->write();
    });
  }

  // ---- the end -------------------------------------------------------------------------------------------------------

  /// Says good-bye and waits for the peer's end: closing with unread input would reset the connection under our answer.
  void linger() {
    phase_ = Phase::linger;
    std::string().swap(input_);
    arm(linger_s);
    stream_.shutdown();
    stream_.async_drain([self = shared_from_this()](error_code) { self->finish(); });
  }

  void finish() {
    phase_ = Phase::over;
    DeadlineWheel::disarm(*this);
    stream_.close();
    Connection::unlink();
    // The ticket goes with the session, as soon as the last operation lets it go.
  }

  void on_deadline() override {
    const auto self = shared_from_this();
    switch (phase_) {
      case Phase::idle:
      case Phase::header:
      case Phase::body:
        late_ = true;
        return stream_.cancel();  // the read comes back and answers
      case Phase::handler:
        ++core_->counters.timeouts;
        return refuse(504, "timeout", "The server did not answer in time.");
      case Phase::handshake:
      case Phase::write:
        ++core_->counters.timeouts;
        [[fallthrough]];
      case Phase::linger:
      case Phase::over: return stream_.close();
    }
  }

  const std::shared_ptr<Server::Core> core_;
  const TlsContext tls_;
  Stream stream_;
  Ticket ticket_;
  const Arrival arrival_;
  const std::size_t loop_;
  const std::string peer_;
  HttpParser parser_;
  HttpRequest request_;
  std::string input_;
  std::string output_;
  std::shared_ptr<const std::string> shared_;
  std::size_t written_ = 0;
  void (*then_)(HttpSession&) = nullptr;
  std::chrono::steady_clock::time_point body_end_;
  Phase phase_ = Phase::idle;
  bool first_ = true;
  bool late_ = false;
  bool head_ = false;
  bool keep_alive_ = false;
  bool keep_open_ = false;
  bool handshake_ended_ = false;
};

template <class Answer>
void Exchange<Answer>::answer(Answer answer) {
  if (answered_.exchange(true)) return;
  // Rides in a shared_ptr because a decision can only be moved. From the loop itself it takes effect at once.
  auto carried = std::make_shared<Answer>(std::move(answer));
  asio::dispatch(session_->io(), [self = this->shared_from_this(), carried] {
    self->session_->on_answer(self->request, std::move(*carried));
  });
}

template <class Answer>
Exchange<Answer>::~Exchange() {
  if (answered_) return;
  asio::post(session_->io(), [session = session_] {
    session->on_answer(HttpRequest(), problem(500, "internal", "The server failed to answer this request."));
  });
}

}  // namespace

void start_http(std::shared_ptr<Server::Core> core, std::size_t loop, const Arrival& arrival) {
  TlsContext tls = arrival.local ? nullptr : core->tls();
  std::make_shared<HttpSession>(std::move(core), loop, arrival, std::move(tls))->start();
}

}  // namespace hotdesk::net
