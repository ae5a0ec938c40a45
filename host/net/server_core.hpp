#pragma once
#include <atomic>
#include <condition_variable>
#include <deque>
#include <memory>
#include <mutex>

#include "net/admission.hpp"
#include "net/connection.hpp"
#include "net/server.hpp"
#include "net/stream.hpp"
#include "net/tls_context.hpp"

namespace hotdesk::net {

/// What all connections of a server share. Lives as long as any of them.
struct Server::Core : public Ticket::Office, public std::enable_shared_from_this<Server::Core> {
  Core(ServerConfig c, Loops& l, const Router& r, UpgradeHook u);
  virtual ~Core() = default;

  const ServerConfig config;
  Loops& loops;
  const Router& router;
  const UpgradeHook upgrade;
  Admission admission;

  struct PerLoop {
    ConnectionList connections;
    std::atomic<std::size_t> open{0};
  };
  std::deque<PerLoop> per_loop;

  struct Counters {
    std::atomic<std::uint64_t> accepted{0}, dropped{0}, plain_text{0}, handshakes{0}, handshakes_failed{0}, requests{0},
        refused{0}, timeouts{0}, upgrades{0};
    std::atomic<std::size_t> websockets{0};
  } counters;

  std::atomic<bool> draining{false};
  std::atomic<std::size_t> handshakes_now{0};

  TlsContext tls() const;
  void set_tls(TlsContext context);
  /// One more upgrade within `upgrades_per_second`?
  bool may_upgrade();

  void give_back(const AddressBytes& address, std::size_t loop) override;
  /// Counts a finished or failed handshake and lets a paused listener go on.
  void end_handshake(const AddressBytes& address, bool exempt);
  Place place(std::size_t loop);
  std::size_t open_connections() const;

  // The listeners, on loop 0 (listener.cpp).
  struct Listener;
  std::shared_ptr<Listener> tcp;
  std::shared_ptr<Listener> local;
  bool owns_socket_file = false;  ///< start()'s and stop()'s

  // stop() waits here until every connection gave its ticket back.
  std::mutex idle_mutex;
  std::condition_variable idle;

 private:
  mutable std::mutex tls_mutex_;
  TlsContext tls_;
  std::mutex upgrade_mutex_;
  double upgrade_tokens_ = 0;
  std::int64_t upgrade_filled_ms_ = 0;
};

/// A connection as the listener hands it to its loop.
struct Arrival {
  int socket = -1;
  AddressBytes address{};
  bool exempt = false;
  bool local = false;  ///< by the unix socket; `owner` tells whether by the machine's owner
  bool owner = false;
  Verdict verdict = Verdict::welcome;
};

/// Begins to serve it. Thread: its loop.
void start_http(std::shared_ptr<Server::Core> core, std::size_t loop, const Arrival& arrival);

}  // namespace hotdesk::net
