#pragma once
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "delivery/ports.hpp"
#include "net/http.hpp"

namespace hotdesk::net {

/// One WebSocket, server or client side; what delivery calls a Socket. Everything but post() belongs to the socket's loop.
/// After it has closed, send() and close() do nothing and queued_bytes() is 0, for as long as somebody holds it.
class WebSocket : public delivery::Socket, public std::enable_shared_from_this<WebSocket> {
 public:
  /// Queues one text frame. Frames queued together leave in one TLS record where they fit. When the queue would pass
  /// its bound (`WebSocketLimits::queue_bytes`), what was queued is dropped and the socket closes with 4002.
  void send(std::shared_ptr<const std::string> frame) override = 0;
  /// The same as a binary frame (conformance suites; hotdesk.v1 has none).
  virtual void send_binary(std::shared_ptr<const std::string> frame) = 0;
  std::size_t queued_bytes() const override = 0;
  /// Writes what is queued, sends the close frame, waits for the peer's; all within `close_timeout`, then cuts.
  /// `reason` is at most 123 bytes of UTF-8. A second call does nothing.
  void close(std::uint16_t code, std::string_view reason) override = 0;
  /// Cuts the connection without a word.
  virtual void abort() = 0;
  void post(std::function<void()> task) override = 0;
  virtual bool is_open() const = 0;
  virtual std::size_t loop() const = 0;
  virtual boost::asio::io_context& io() const = 0;
  virtual const std::string& peer_address() const = 0;
  /// The protocol agreed on at the upgrade; empty: none.
  virtual const std::string& subprotocol() const = 0;
};

/// What lives on a WebSocket. Called on the socket's loop, one call at a time; must not block, must not throw.
/// The socket owns it and destroys it after on_closed(), at a later turn of the loop.
class WebSocketHandler {
 public:
  virtual ~WebSocketHandler() = default;
  /// The upgrade is done. `socket` lives until on_closed() returns; keep `socket.shared_from_this()` to hold it longer.
  virtual void on_open(WebSocket& socket) = 0;
  /// A whole text message, valid UTF-8, within the limit. The view ends with the call.
  virtual void on_text(std::string_view text) = 0;
  virtual void on_binary(std::string_view bytes) = 0;
  /// Everything queued has been given to the kernel.
  virtual void on_drained() {}
  /// The last call, exactly one for every on_open(). `code`: who closed first, the peer's or ours; 1005: the peer gave none; 1006: connection lost.
  /// `clean`: both close frames were exchanged.
  virtual void on_closed(std::uint16_t code, bool clean) = 0;
};

struct WebSocketLimits {
  std::size_t message_bytes = 64 * 1024;       ///< a longer message closes with 4204
  std::size_t queue_bytes = 1024 * 1024;       ///< outbound; beyond: close 4002
  int close_timeout_s = 5;                     ///< flush, close frame and the peer's answer
  int write_timeout_s = 60;                    ///< no progress of a started write for that long: cut
};

struct UpgradeAccept {
  std::unique_ptr<WebSocketHandler> handler;
  std::string subprotocol;  ///< echoed alone; empty: none
};
/// A refusal (sent as it is; the connection closes) or the handler that takes the socket.
using UpgradeDecision = std::variant<HttpResponse, UpgradeAccept>;
/// As Respond: once, from any thread; dropped uncalled means 500.
using Decide = std::function<void(UpgradeDecision)>;
/// Asked on the connection's loop for every well-formed WebSocket upgrade, on any path, before any WebSocket work.
using UpgradeHook = std::function<void(const HttpRequest& upgrade, Decide decide)>;

/// The client's `Sec-WebSocket-Protocol` values, in order; views into the request. At most 16.
std::vector<std::string_view> offered_subprotocols(const HttpRequest& upgrade);

}  // namespace hotdesk::net
