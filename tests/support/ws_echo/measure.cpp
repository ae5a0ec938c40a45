#include "measure.hpp"

#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <fstream>
#include <future>
#include <memory>
#include <string>
#include <vector>

#include "net/loops.hpp"
#include "net/ws_client.hpp"

namespace hotdesk::ws_echo {

using Clock = std::chrono::steady_clock;

std::size_t resident_bytes() {
  std::ifstream in("/proc/self/statm");
  std::size_t all = 0;
  std::size_t resident = 0;
  in >> all >> resident;
  return resident * static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
}

double cpu_seconds() {
  rusage use{};
  ::getrusage(RUSAGE_SELF, &use);
  const auto seconds = [](const timeval& t) { return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_usec) / 1e6; };
  return seconds(use.ru_utime) + seconds(use.ru_stime);
}

namespace {

struct Load {
  explicit Load(std::uint16_t p) : port(p) {}
  const std::uint16_t port;
  net::Loops loops{1, "client"};
  net::WsConnector connector{loops, "", true};
  std::size_t wanted = 0;
  std::size_t started = 0;
  std::size_t opened = 0;
  std::size_t closed = 0;
  std::size_t failed = 0;
  bool close_at_once = false;
  bool keep_echoing = false;
  std::size_t frame_bytes = 200;
  std::vector<std::uint32_t> micros;
  std::promise<void> done;
  Clock::time_point until;
  std::shared_ptr<const std::string> frame;

  void next();
};

class Client final : public net::WebSocketHandler {
 public:
  explicit Client(Load& load) : load_(load) {}
  void on_open(net::WebSocket& socket) override {
    socket_ = &socket;
    ++load_.opened;
    if (load_.close_at_once) return socket.close(1000, "");
    if (load_.keep_echoing) {
      if (load_.opened == load_.wanted) load_.done.set_value();
      else load_.next();
      return;
    }
    socket.send(load_.frame);
  }
  void on_text(std::string_view) override {
    if (load_.keep_echoing) {
      const auto now = Clock::now();
      load_.micros.push_back(
          static_cast<std::uint32_t>(std::chrono::duration_cast<std::chrono::microseconds>(now - sent_).count()));
      if (now < load_.until) return ping();
      if (++load_.closed == load_.wanted) load_.done.set_value();
      return;
    }
    if (++load_.closed == load_.wanted) load_.done.set_value();
    load_.next();
  }
  void ping() {
    sent_ = Clock::now();
    socket_->send(load_.frame);
  }
  void on_binary(std::string_view) override {}
  void on_closed(std::uint16_t, bool clean) override {
    if (!load_.close_at_once) return;
    if (!clean) ++load_.failed;
    if (++load_.closed == load_.wanted) load_.done.set_value();
    load_.next();
  }

 private:
  Load& load_;
  net::WebSocket* socket_ = nullptr;
  Clock::time_point sent_;
};

std::vector<Client*> clients;

void Load::next() {
  if (started == wanted) return;
  // 4,000 connections a source address: far from the end of its ports.
  net::WsTarget target;
  target.host = "localhost";
  target.address = "127.0.0.1";
  target.local_address = "127.0.0." + std::to_string(2 + started / 4000);
  target.port = port;
  target.timeout_s = 60;
  ++started;
  auto client = std::make_unique<Client>(*this);
  if (keep_echoing) clients.push_back(client.get());
  connector.connect(0, std::move(target), std::move(client), [this](const net::WsRefusal& refusal) {
    if (failed++ < 3) std::fprintf(stderr, "connect: %s\n", refusal.error.text.c_str());
    if (++closed == wanted) done.set_value();
    next();
  });
}

void run(Load& load, std::size_t connections, std::size_t window) {
  load.wanted = connections;
  load.frame = std::make_shared<const std::string>(load.frame_bytes, 'x');
  load.loops.post(0, [&load, window] {
    for (std::size_t i = 0; i < window; ++i) load.next();
  });
  load.done.get_future().wait();
}

}  // namespace

int hold_connections(std::uint16_t port, std::size_t connections, std::size_t window) {
  Load load(port);
  run(load, connections, window);
  std::printf("open\n");
  std::fflush(stdout);
  char byte = 0;
  while (::read(STDIN_FILENO, &byte, 1) > 0) continue;
  load.loops.stop();
  return load.failed == 0 ? 0 : 1;
}

int open_and_close(std::uint16_t port, std::size_t connections, std::size_t window) {
  Load load(port);
  load.close_at_once = true;
  const auto begin = Clock::now();
  run(load, connections, window);
  const double seconds = std::chrono::duration<double>(Clock::now() - begin).count();
  std::printf("opened and closed %zu in %.2f s: %.0f/s, client CPU %.0f us each, %zu failed\n", connections, seconds,
              static_cast<double>(connections) / seconds, cpu_seconds() * 1e6 / static_cast<double>(connections), load.failed);
  load.loops.stop();
  return load.failed == 0 ? 0 : 1;
}

int echo_load(std::uint16_t port, std::size_t sockets, std::size_t bytes, int seconds) {
  Load load(port);
  load.keep_echoing = true;
  load.frame_bytes = bytes;
  run(load, sockets, 16);
  load.done = {};
  const double cpu = cpu_seconds();
  const auto begin = Clock::now();
  load.loops.post(0, [&load, begin, seconds] {
    load.until = begin + std::chrono::seconds(seconds);
    for (Client* client : clients) client->ping();
  });
  load.done.get_future().wait();
  const double took = std::chrono::duration<double>(Clock::now() - begin).count();
  auto& micros = load.micros;
  std::sort(micros.begin(), micros.end());
  const auto count = static_cast<double>(micros.size());
  std::printf("%.0f echoes/s, p50 %u us, p99 %u us, client CPU %.2f us/echo\n", count / took, micros[micros.size() / 2],
              micros[micros.size() * 99 / 100], (cpu_seconds() - cpu) * 1e6 / count);
  load.loops.stop();
  return 0;
}

}  // namespace hotdesk::ws_echo
