#pragma once
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "net/http.hpp"
#include "net/loops.hpp"
#include "net/router.hpp"
#include "net/websocket.hpp"

namespace hotdesk::net {

/// Seconds. A connection that passes one is closed (408 where a request had begun).
struct ServerTimeouts {
  int handshake = 10;  ///< TLS, from accept to finished
  int header = 10;     ///< a request's header, from its first byte (the first: from the handshake)
  int body = 30;       ///< between two pieces of a body; the whole body: ten times that
  int handler = 120;   ///< a handler that does not answer: 504
  int write = 30;      ///< between two pieces of an answer taken by the client
  int idle = 60;       ///< keep-alive without a request
};

struct ServerLimits {
  std::size_t header_bytes = 16 * 1024;          ///< beyond: 431
  std::size_t connections = 18'000;              ///< all together; beyond: 503 + Retry-After, far beyond: dropped at accept
  std::size_t connections_per_address = 2'000;   ///< beyond: 429 + Retry-After, far beyond: dropped at accept
  double accepts_per_address = 100;              ///< new connections per second; beyond the burst: 429 + Retry-After
  double accepts_per_address_burst = 1'000;
  std::size_t handshakes = 512;                  ///< TLS handshakes under way at once; beyond: accepting pauses
  double upgrades_per_second = 0;                ///< over all loops; beyond: 503 + Retry-After; 0: no limit
  /// Not counted by address: "127.0.0.0/8", "10.1.2.3", "fd00::/8" (load tests, the proxy in front).
  std::vector<std::string> exempt_addresses;
  WebSocketLimits websocket;
};

struct ServerConfig {
  std::string address = "::";     ///< "::" also takes IPv4; IPv4 alone where the machine has no IPv6
  std::uint16_t port = 443;       ///< 0: any free one; start() tells
  std::string certificate_file;   ///< PEM, leaf first, then the chain. Empty with key_file: no TCP port, unix socket only
  std::string key_file;           ///< PEM
  std::string unix_socket;        ///< path of the local HTTP socket, made with mode 0600; empty: none
  ServerTimeouts timeouts;
  ServerLimits limits;
};

/// Counters since start, of all loops; gauges end in `now`.
struct ServerStats {
  std::uint64_t accepted = 0;
  std::uint64_t dropped_at_accept = 0;
  std::uint64_t plain_text = 0;        ///< refused with 403 before TLS
  std::uint64_t handshakes = 0;        ///< finished
  std::uint64_t handshakes_failed = 0;
  std::uint64_t requests = 0;
  std::uint64_t refused = 0;           ///< 429 and 503 by this room
  std::uint64_t timeouts = 0;
  std::uint64_t upgrades = 0;
  std::size_t connections_now = 0;
  std::size_t websockets_now = 0;
};

/// One port for HTTPS and WSS (plain text there gets a 403), and the local HTTP socket, over the same router.
class Server {
 public:
  /// `loops` and `router` must outlive it. An empty hook refuses upgrades with 404.
  Server(ServerConfig config, Loops& loops, const Router& router, UpgradeHook upgrade);
  /// As stop().
  ~Server();
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  /// Binds and begins to serve; the bound port (0 when there is no TCP port). On error nothing is left open.
  Result<std::uint16_t> start();
  /// No new connections on the port (the unix socket stays), and upgrades on those that exist get 503. Thread: any.
  void stop_accepting();
  /// Closes everything; returns when every handler has had its on_closed(). Never from a loop.
  void stop();
  /// Reads the PEM files again; new connections get the new certificate. On error the old one stays. Thread: any.
  Result<> reload_certificate();
  ServerStats stats() const;

  struct Core;  ///< for this room

 private:
  std::shared_ptr<Core> core_;
};

}  // namespace hotdesk::net
