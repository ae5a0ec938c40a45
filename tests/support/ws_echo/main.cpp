// ws_echo serve [port] [loops]                    echoes text and binary until SIGTERM or SIGINT comes
// ws_echo memory [connections]                    resident memory per idle connection, after one echo each
// ws_echo handshakes [connections]                full TLS handshake + upgrade + close: server CPU each
// ws_echo echo [sockets] [bytes] [seconds]        server CPU per echo
// Without a certificate of its own it makes one for localhost. In the measuring modes a child process is the client.
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <string>

#include "crypto/certificate.hpp"
#include "measure.hpp"
#include "net/server.hpp"

namespace fs = std::filesystem;
using namespace hotdesk;

namespace {

class Echo final : public net::WebSocketHandler {
 public:
  void on_open(net::WebSocket& socket) override { socket_ = &socket; }
  void on_text(std::string_view text) override { socket_->send(std::make_shared<const std::string>(text)); }
  void on_binary(std::string_view bytes) override { socket_->send_binary(std::make_shared<const std::string>(bytes)); }
  void on_closed(std::uint16_t, bool) override {}

 private:
  net::WebSocket* socket_ = nullptr;
};

/// A server with everything it needs, in a temporary folder.
struct Service {
  fs::path folder;
  net::Loops loops;
  net::Router router;
  net::Server server;

  explicit Service(std::uint16_t port, std::size_t threads)
      : folder(make_folder()), loops(threads), server(config(folder, port), loops, router, [](const net::HttpRequest&, const net::Decide& decide) {
          decide(net::UpgradeAccept{std::make_unique<Echo>(), ""});
        }) {}
  ~Service() {
    server.stop();
    loops.stop();
    fs::remove_all(folder);
  }

  static fs::path make_folder() {
    std::string name = (fs::temp_directory_path() / "ws_echo.XXXXXX").string();
    if (::mkdtemp(name.data()) == nullptr) std::abort();
    const auto pair = crypto::make_self_signed({"localhost", "127.0.0.1"}).value();
    std::ofstream(fs::path(name) / "cert.pem") << pair.certificate;
    std::ofstream(fs::path(name) / "key.pem") << pair.key;
    return name;
  }
  static net::ServerConfig config(const fs::path& folder, std::uint16_t port) {
    net::ServerConfig config;
    config.address = "127.0.0.1";
    config.port = port;
    config.certificate_file = (folder / "cert.pem").string();
    config.key_file = (folder / "key.pem").string();
    config.limits.exempt_addresses = {"127.0.0.0/8"};
    // Conformance suites send megabytes in a message.
    config.limits.websocket.message_bytes = 32 * 1024 * 1024;
    config.limits.websocket.queue_bytes = 64 * 1024 * 1024;
    return config;
  }
};

std::size_t number(int count, char** words, int at, std::size_t otherwise) {
  return count > at ? std::strtoul(words[at], nullptr, 10) : otherwise;
}

struct Child {
  pid_t pid = -1;
  int to = -1;
  int from = -1;

  /// Runs this very program with other words, its standard input and output on pipes.
  static Child run(const std::string& words) {
    int in[2];
    int out[2];
    if (::pipe(in) != 0 || ::pipe(out) != 0) std::abort();
    Child child;
    child.pid = ::fork();
    if (child.pid == 0) {
      ::dup2(in[0], STDIN_FILENO);
      ::dup2(out[1], STDOUT_FILENO);
      for (const int fd : {in[0], in[1], out[0], out[1]}) ::close(fd);
      const std::string command = "exec /proc/" + std::to_string(::getppid()) + "/exe " + words;
      ::execl("/bin/sh", "sh", "-c", command.c_str(), nullptr);
      std::abort();
    }
    ::close(in[0]);
    ::close(out[1]);
    child.to = in[1];
    child.from = out[0];
    return child;
  }
  std::string line() const {
    std::string text;
    char c = 0;
    while (::read(from, &c, 1) == 1 && c != '\n') text += c;
    return text;
  }
  int finish() const {
    ::close(to);
    int status = 0;
    ::waitpid(pid, &status, 0);
    return status;
  }
};

int memory(std::size_t connections) {
  Service service(0, 1);
  const auto port = service.server.start();
  if (!port) return std::fprintf(stderr, "%s\n", port.error().text.c_str()), 1;
  // A first few warm up what is allocated once.
  Child warm = Child::run("-hold " + std::to_string(*port) + " 50");
  warm.line();
  warm.finish();
  const std::size_t before = ws_echo::resident_bytes();
  Child child = Child::run("-hold " + std::to_string(*port) + ' ' + std::to_string(connections));
  child.line();
  const std::size_t after = ws_echo::resident_bytes();
  std::printf("%zu idle WSS connections: %.2f KB resident each (%zu KB -> %zu KB)\n", service.server.stats().websockets_now,
              static_cast<double>(after - before) / 1024 / static_cast<double>(connections), before / 1024, after / 1024);
  return child.finish();
}

int handshakes(std::size_t connections) {
  Service service(0, 1);
  const auto port = service.server.start();
  if (!port) return 1;
  const double before = ws_echo::cpu_seconds();
  Child child = Child::run("-cycle " + std::to_string(*port) + ' ' + std::to_string(connections));
  std::printf("%s\n", child.line().c_str());
  const int status = child.finish();
  const double each = (ws_echo::cpu_seconds() - before) / static_cast<double>(connections);
  std::printf("server CPU %.0f us per open+close: %.0f per core-second\n", each * 1e6, 1 / each);
  return status;
}

int echo(std::size_t sockets, std::size_t bytes, std::size_t seconds) {
  Service service(0, 1);
  const auto port = service.server.start();
  if (!port) return 1;
  Child child = Child::run("-echo " + std::to_string(*port) + ' ' + std::to_string(sockets) + ' ' + std::to_string(bytes) + ' ' +
                           std::to_string(seconds));
  while (service.server.stats().websockets_now < sockets) ::usleep(1000);
  const double before = ws_echo::cpu_seconds();
  const std::string line = child.line();
  std::printf("%s\nserver CPU %.2f s in %zu s\n", line.c_str(), ws_echo::cpu_seconds() - before, seconds);
  return child.finish();
}

int serve(std::uint16_t port, std::size_t threads) {
  sigset_t ends;
  sigemptyset(&ends);
  sigaddset(&ends, SIGTERM);
  sigaddset(&ends, SIGINT);
  pthread_sigmask(SIG_BLOCK, &ends, nullptr);
  Service service(port, threads);
  const auto bound = service.server.start();
  if (!bound) return std::fprintf(stderr, "%s\n", bound.error().text.c_str()), 1;
  std::printf("wss://localhost:%u\n", unsigned{*bound});
  std::fflush(stdout);
  int got = 0;
  sigwait(&ends, &got);
  return 0;
}

}  // namespace

int main(int count, char** words) {
  const std::string mode = count > 1 ? words[1] : "serve";
  const auto port = static_cast<std::uint16_t>(number(count, words, 2, 0));
  if (mode == "-hold") return ws_echo::hold_connections(port, number(count, words, 3, 1), 32);
  if (mode == "-cycle") return ws_echo::open_and_close(port, number(count, words, 3, 1), 32);
  if (mode == "-echo")
    return ws_echo::echo_load(port, number(count, words, 3, 1), number(count, words, 4, 128), static_cast<int>(number(count, words, 5, 3)));
  if (mode == "serve") return serve(port, number(count, words, 3, 2));
  if (mode == "memory") return memory(number(count, words, 2, 5000));
  if (mode == "handshakes") return handshakes(number(count, words, 2, 4000));
  if (mode == "echo") return echo(number(count, words, 2, 100), number(count, words, 3, 128), number(count, words, 4, 3));
  std::fprintf(stderr, "usage: ws_echo serve [port] [loops] | memory [n] | handshakes [n] | echo [sockets] [bytes] [seconds]\n");
  return 2;
}
