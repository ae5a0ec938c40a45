#include "net/ws_client.hpp"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>

#include "net/address.hpp"
#include "net/deadline_wheel.hpp"
#include "net/ws_session.hpp"

namespace asio = boost::asio;
using boost::system::error_code;

namespace hotdesk::net {

struct WsConnector::Tls {
  TlsContext context;
};

namespace {

/// From the name to the finished TLS handshake. Thread: its loop.
class Dial final : public Deadline, public std::enable_shared_from_this<Dial> {
 public:
  Dial(Place place, TlsContext tls, WsTarget target, std::unique_ptr<WebSocketHandler> handler,
       std::function<void(WsRefusal)> failed)
      : place_(place),
        tls_(std::move(tls)),
        target_(std::move(target)),
        handler_(std::move(handler)),
        failed_(std::move(failed)),
        resolver_(io()) {}

  void start() {
    place_.loops->wheel(place_.loop).arm(*this, target_.timeout_s);
    const std::string& name = target_.address.empty() ? target_.host : target_.address;
    error_code failure;
    const auto address = asio::ip::make_address(name, failure);
    if (!failure) return connect(asio::ip::tcp::endpoint(address, target_.port));
    resolver_.async_resolve(name, std::to_string(target_.port),
                            [self = shared_from_this()](error_code refused, const asio::ip::tcp::resolver::results_type& found) {
                              if (refused || found.empty()) return self->fail_with("The name cannot be resolved: ", refused);
                              self->connect(found.begin()->endpoint());
                            });
  }

 private:
  asio::io_context& io() { return place_.loops->io(place_.loop); }

  void connect(const asio::ip::tcp::endpoint& endpoint) {
    if (over_) return;
    const int family = endpoint.protocol().family();
    Stream::Socket socket(io());
    error_code failure;
    socket.open(asio::generic::stream_protocol(family, IPPROTO_TCP), failure);
    if (failure) return fail_with("No socket: ", failure);
    const int yes = 1;
    ::setsockopt(socket.native_handle(), IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
    if (!target_.local_address.empty()) {
      const auto local = asio::ip::make_address(target_.local_address, failure);
      // The port is chosen at connect(), per destination: else one address runs out of ports at 28,000 sockets in all.
      ::setsockopt(socket.native_handle(), IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &yes, sizeof yes);
      if (!failure) socket.bind(asio::generic::stream_protocol::endpoint(asio::ip::tcp::endpoint(local, 0)), failure);
      if (failure) return fail_with("The local address " + target_.local_address + " cannot be used: ", failure);
    }
    socket_ = std::make_unique<Stream::Socket>(std::move(socket));
    socket_->async_connect(asio::generic::stream_protocol::endpoint(endpoint), [self = shared_from_this()](error_code refused) {
      if (refused) return self->fail_with("No connection: ", refused);
      self->handshake();
    });
  }

  void handshake() {
    const bool literal = parse_address(target_.host).has_value();
    // SNI takes names only; the certificate of an address isn't checked for it by this name either.
    stream_ = std::make_unique<Stream>(std::move(*socket_), tls_.get(), false, literal ? std::string() : target_.host);
    stream_->async_handshake([self = shared_from_this()](error_code refused) {
      if (refused) return self->fail_with("TLS failed: " + self->stream_->handshake_error() + ' ', refused);
      if (self->over_) return;
      self->over_ = true;
      DeadlineWheel::disarm(*self);
      start_client_websocket(std::move(*self->stream_), self->target_, std::move(self->handler_), std::move(self->failed_),
                             self->place_, self->target_.timeout_s);
    });
  }

  void fail_with(const std::string& what, error_code failure) {
    if (over_) return;
    over_ = true;
    DeadlineWheel::disarm(*this);
    const std::string why = late_ ? std::string("it took longer than allowed") : failure.message();
    handler_.reset();
    failed_({fail(Errc::busy, what + why), 0, {}});
  }

  void on_deadline() override {
    late_ = true;
    resolver_.cancel();
    error_code ignored;
    if (stream_) stream_->close();
    else if (socket_) socket_->close(ignored);
  }

  const Place place_;
  const TlsContext tls_;
  const WsTarget target_;
  std::unique_ptr<WebSocketHandler> handler_;
  std::function<void(WsRefusal)> failed_;
  asio::ip::tcp::resolver resolver_;
  std::unique_ptr<Stream::Socket> socket_;
  std::unique_ptr<Stream> stream_;
  bool over_ = false;
  bool late_ = false;
};

}  // namespace

WsConnector::WsConnector(Loops& loops, const std::string& ca_file, bool insecure)
    : loops_(loops), tls_(std::make_shared<Tls>(Tls{make_client_tls(ca_file, insecure).value()})) {}

WsConnector::~WsConnector() = default;

void WsConnector::connect(std::size_t loop, WsTarget target, std::unique_ptr<WebSocketHandler> handler,
                          std::function<void(WsRefusal)> failed) {
  const Place place{&loops_, loop, nullptr, nullptr};
  auto dial = std::make_shared<Dial>(place, tls_->context, std::move(target), std::move(handler), std::move(failed));
  loops_.post(loop, [dial] { dial->start(); });
}

}  // namespace hotdesk::net
