#pragma once
#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/steady_timer.hpp>
#include <cstdint>
#include <memory>
#include <string>

#include "net/server_core.hpp"

namespace hotdesk::net {

/// A listening socket. Accepts on loop 0 and hands each connection to the loop with the fewest: long-lived connections
/// spread evenly, and a second server on the same port is refused (both unlike SO_REUSEPORT). Thread: loop 0, but close().
struct Server::Core::Listener : public std::enable_shared_from_this<Server::Core::Listener> {
  Listener(std::weak_ptr<Server::Core> core, boost::asio::io_context& io, int socket, bool local);

  /// Accepts as they come; while too many handshakes are under way it pauses, and end_handshake() wakes it.
  void run();
  void wake();
  /// Idempotent.
  void close();

 private:
  void accept_some();
  bool accept_one(Server::Core& core);
  void pause(int milliseconds);

  std::weak_ptr<Server::Core> core_;
  boost::asio::posix::basic_stream_descriptor<boost::asio::io_context::executor_type> socket_;
  boost::asio::steady_timer timer_;
  const bool local_;
  bool waiting_ = false;
  bool closed_ = false;
};

/// Bound and listening, non-blocking. `port` comes back as bound.
Result<int> listen_tcp(const std::string& address, std::uint16_t& port);
/// Replaces a stale socket file; refuses when somebody still listens there.
Result<int> listen_unix(const std::string& path);

}  // namespace hotdesk::net
