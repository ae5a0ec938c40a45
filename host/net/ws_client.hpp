#pragma once
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "net/loops.hpp"
#include "net/websocket.hpp"

namespace hotdesk::net {

struct WsTarget {
  std::string host;           ///< for SNI, certificate check and Host
  std::uint16_t port = 443;
  std::string address;        ///< IP to connect to; empty: `host` is one, or is resolved (on a thread of its own)
  std::string local_address;  ///< source IP (many sockets from one machine); empty: the kernel's choice
  std::string target = "/ws";
  std::vector<std::string> subprotocols;
  Headers headers;            ///< further ones: Origin, Cookie, …
  int timeout_s = 10;         ///< from the call to on_open()
  WebSocketLimits limits{.message_bytes = 4 * 1024 * 1024};
};

/// Why a connect failed. `status` is the HTTP status of the refusal, 0 when it did not come that far.
struct WsRefusal {
  Error error;
  int status = 0;
  Headers headers;
};

/// Opens WSS connections as a client; for `hotdesk check`, load generators and tests.
class WsConnector {
 public:
  /// `ca_file` empty: the system's roots. `insecure`: any certificate is taken (self-signed; tests).
  WsConnector(Loops& loops, const std::string& ca_file, bool insecure);
  ~WsConnector();
  /// Either on_open() and later on_closed() of the handler, or `failed`; both on that loop. Thread: any.
  void connect(std::size_t loop, WsTarget target, std::unique_ptr<WebSocketHandler> handler,
               std::function<void(WsRefusal)> failed);

 private:
  struct Tls;
  Loops& loops_;
  std::shared_ptr<Tls> tls_;
};

}  // namespace hotdesk::net
