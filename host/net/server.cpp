#include "net/server.hpp"

#include <unistd.h>

#include <algorithm>
#include <boost/asio/io_context.hpp>
#include <chrono>
#include <utility>

#include "net/deadline_wheel.hpp"
#include "net/listener.hpp"

namespace hotdesk::net {

Server::Core::Core(ServerConfig c, Loops& l, const Router& r, UpgradeHook u)
    : config(std::move(c)), loops(l), router(r), upgrade(std::move(u)), admission(config.limits) {
  for (std::size_t i = 0; i < loops.size(); ++i) per_loop.emplace_back();
}

TlsContext Server::Core::tls() const {
  const std::lock_guard lock(tls_mutex_);
  return tls_;
}

void Server::Core::set_tls(TlsContext context) {
  const std::lock_guard lock(tls_mutex_);
  tls_ = std::move(context);
}

bool Server::Core::may_upgrade() {
  const double rate = config.limits.upgrades_per_second;
  if (rate <= 0) return true;
  const auto now = std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now().time_since_epoch());
  const std::lock_guard lock(upgrade_mutex_);
  const double most = std::max(1.0, rate);
  if (upgrade_filled_ms_ == 0) upgrade_tokens_ = most;
  else upgrade_tokens_ = std::min(most, upgrade_tokens_ + rate * static_cast<double>(now.count() - upgrade_filled_ms_) / 1000);
  upgrade_filled_ms_ = now.count();
  if (upgrade_tokens_ < 1) return false;
  upgrade_tokens_ -= 1;
  return true;
}

void Server::Core::give_back(const AddressBytes& address, std::size_t loop) {
  if (address != AddressBytes{}) admission.release(address);  // the unix socket's have none
  if (--per_loop[loop].open == 0) {
    const std::lock_guard lock(idle_mutex);
    idle.notify_all();
  }
}

void Server::Core::end_handshake(const AddressBytes& address, bool exempt) {
  admission.end_handshake(address, exempt);
  const std::size_t before = handshakes_now.fetch_sub(1);
  if (before == config.limits.handshakes && tcp) tcp->wake();
}

Place Server::Core::place(std::size_t loop) { return {&loops, loop, &per_loop[loop].connections, &counters.websockets}; }

std::size_t Server::Core::open_connections() const {
  std::size_t open = 0;
  for (const auto& one : per_loop) open += one.open.load();
  return open;
}

Server::Server(ServerConfig config, Loops& loops, const Router& router, UpgradeHook upgrade)
    : core_(std::make_shared<Core>(std::move(config), loops, router, std::move(upgrade))) {}

Server::~Server() { stop(); }

Result<std::uint16_t> Server::start() {
  Core& core = *core_;
  std::uint16_t port = core.config.port;
  const bool with_tcp = !core.config.certificate_file.empty() || !core.config.key_file.empty();
  for (const auto& text : core.config.limits.exempt_addresses)
    if (!AddressRange::parse(text)) return fail(Errc::invalid, "\"" + text + "\" is no address or range.", "exempt_addresses");
  int tcp = -1;
  if (with_tcp) {
    if (auto loaded = reload_certificate(); !loaded) return loaded.error();
    auto listening = listen_tcp(core.config.address, port);
    if (!listening) return listening.error();
    tcp = *listening;
  }
  auto& io = core.loops.io(0);
  if (!core.config.unix_socket.empty()) {
    auto listening = listen_unix(core.config.unix_socket);
    if (!listening) {
      if (tcp >= 0) ::close(tcp);
      return listening.error();
    }
    core.local = std::make_shared<Core::Listener>(core_, io, *listening, true);
    core.local->wake();
    core.owns_socket_file = true;
  }
  if (tcp >= 0) {
    core.tcp = std::make_shared<Core::Listener>(core_, io, tcp, false);
    core.tcp->wake();
  }
  return with_tcp ? port : std::uint16_t{0};
}

void Server::stop_accepting() {
  core_->draining = true;
  if (core_->tcp) core_->loops.post(0, [listener = core_->tcp] { listener->close(); });
}

void Server::stop() {
  Core& core = *core_;
  core.draining = true;
  const auto close_listeners = [&core](std::size_t loop) {
    if (loop != 0) return;
    if (core.tcp) core.tcp->close();
    if (core.local) core.local->close();
  };
  core.loops.for_each_loop(close_listeners);
  // Once: a later server may have its own socket at this path by now.
  if (std::exchange(core.owns_socket_file, false)) ::unlink(core.config.unix_socket.c_str());
  const auto cut = [&core](std::size_t loop) { core.per_loop[loop].connections.cut_all(); };
  std::unique_lock lock(core.idle_mutex);
  while (core.open_connections() > 0) {
    // Again and again: an accepted socket may still have been on its way to its loop. With stopped loops nobody will come.
    lock.unlock();
    core.loops.for_each_loop(cut);
    lock.lock();
    if (core.loops.stopped()) break;
    core.idle.wait_for(lock, std::chrono::milliseconds(50), [&core] { return core.open_connections() == 0; });
  }
}

Result<> Server::reload_certificate() {
  auto made = make_server_tls(core_->config.certificate_file, core_->config.key_file);
  if (!made) return made.error();
  core_->set_tls(std::move(*made));
  return {};
}

ServerStats Server::stats() const {
  const auto& counters = core_->counters;
  ServerStats stats;
  stats.accepted = counters.accepted;
  stats.dropped_at_accept = counters.dropped;
  stats.plain_text = counters.plain_text;
  stats.handshakes = counters.handshakes;
  stats.handshakes_failed = counters.handshakes_failed;
  stats.requests = counters.requests;
  stats.refused = counters.refused;
  stats.timeouts = counters.timeouts;
  stats.upgrades = counters.upgrades;
  stats.connections_now = core_->open_connections();
  stats.websockets_now = counters.websockets;
  return stats;
}

}  // namespace hotdesk::net
