#include "support.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cstdlib>
#include <fstream>
#include <thread>

#include "crypto/certificate.hpp"

namespace hotdesk::net::test {

namespace fs = std::filesystem;

Folder::Folder() {
  std::string name = (fs::temp_directory_path() / "net_test.XXXXXX").string();
  if (::mkdtemp(name.data()) == nullptr) std::abort();
  path_ = name;
  make_certificate();
}
Folder::~Folder() { fs::remove_all(path_); }

void Folder::write(std::string_view name, std::string_view content) const {
  fs::create_directories((path_ / name).parent_path());
  std::ofstream(path_ / name, std::ios::binary) << content;
}

void Folder::make_certificate() const {
  const auto pair = crypto::make_self_signed({"localhost", "127.0.0.1"}).value();
  write("cert.pem", pair.certificate);
  write("key.pem", pair.key);
}

TestServer::TestServer(UpgradeHook hook, const std::function<void(ServerConfig&)>& change,
                       const std::function<void(Router&)>& routes) {
  ServerConfig config;
  config.address = "127.0.0.1";
  config.port = 0;
  config.certificate_file = folder.file("cert.pem");
  config.key_file = folder.file("key.pem");
  if (change) change(config);
  router.add("GET", "/hello", [](const HttpRequest&, const Respond& respond) { respond(text_response(200, "hello")); });
  router.add("POST", "/echo", [](const HttpRequest& request, const Respond& respond) { respond(text_response(200, request.body)); });
  if (routes) routes(router);
  server = std::make_unique<Server>(std::move(config), loops, router, std::move(hook));
  port = server->start().value();
}

TestServer::~TestServer() { server->stop(); }

HttpClient TestServer::client() const {
  HttpClientOptions options;
  options.host = "localhost";
  options.address = "127.0.0.1";
  options.port = port;
  options.ca_file = folder.file("cert.pem");
  return HttpClient(options);
}

std::unique_ptr<BlockingStream> TestServer::connect() const {
  const auto tls = make_client_tls(folder.file("cert.pem"), false).value();
  return std::move(BlockingStream::connect_tls("localhost", "127.0.0.1", port, tls, std::chrono::steady_clock::now() + patience)).value();
}

int TestServer::connect_plain() const {
  const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in to{};
  to.sin_family = AF_INET;
  to.sin_port = htons(port);
  to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (::connect(fd, reinterpret_cast<const sockaddr*>(&to), sizeof to) != 0) std::abort();
  const timeval limit{20, 0};
  ::setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
  return fd;
}

WsTarget TestServer::target() const {
  WsTarget target;
  target.host = "localhost";
  target.address = "127.0.0.1";
  target.port = port;
  return target;
}

bool TestServer::eventually(const std::function<bool()>& done) {
  const auto end = std::chrono::steady_clock::now() + patience;
  while (!done()) {
    if (std::chrono::steady_clock::now() > end) return false;
    std::this_thread::sleep_for(std::chrono::milliseconds(2));
  }
  return true;
}

std::string talk(BlockingStream& stream, std::string_view text) {
  (void)stream.write(text, std::chrono::steady_clock::now() + patience);
  return read_until(stream, std::string(1, '\0') + "never");
}

std::string read_until(BlockingStream& stream, std::string_view text) {
  const auto end = std::chrono::steady_clock::now() + patience;
  std::string all;
  std::array<char, 4096> piece{};
  while (all.find(text) == std::string::npos) {
    const auto got = stream.read(piece.data(), piece.size(), end);
    if (!got || *got == 0) break;
    all.append(piece.data(), *got);
  }
  return all;
}

void Events::put(std::string event) {
  const std::lock_guard lock(mutex_);
  events_.push_back(std::move(event));
  arrived_.notify_one();
}

std::string Events::next() {
  std::unique_lock lock(mutex_);
  if (!arrived_.wait_for(lock, patience, [this] { return !events_.empty(); })) return "nothing";
  std::string event = std::move(events_.front());
  events_.pop_front();
  return event;
}

std::string Events::next_but_drained() {
  std::string event = next();
  while (event == "drained") event = next();
  return event;
}

std::deque<std::string> Events::all() {
  const std::lock_guard lock(mutex_);
  return std::exchange(events_, {});
}

void Recorder::on_open(WebSocket& socket) {
  if (opened_) opened_(socket);
  events_->put("open");
}

void Recorder::on_closed(std::uint16_t code, bool clean) {
  events_->put("closed:" + std::to_string(code) + (clean ? ":clean" : ":cut"));
}

namespace {

class EchoHandler final : public WebSocketHandler {
 public:
  EchoHandler(std::shared_ptr<Events> events, std::function<void(WebSocket&)> opened)
      : recorder_(std::move(events), std::move(opened)) {}
  void on_open(WebSocket& socket) override {
    socket_ = &socket;
    recorder_.on_open(socket);
  }
  void on_text(std::string_view text) override {
    if (text == "close me") return socket_->close(4000, "as asked");
    if (text == "flood me") {
      const auto big = std::make_shared<const std::string>(256 * 1024, 'x');
      for (int i = 0; i < 1000; ++i) socket_->send(big);
      return;
    }
    socket_->send(std::make_shared<const std::string>(text));
  }
  void on_binary(std::string_view bytes) override { socket_->send_binary(std::make_shared<const std::string>(bytes)); }
  void on_closed(std::uint16_t code, bool clean) override { recorder_.on_closed(code, clean); }

 private:
  Recorder recorder_;
  WebSocket* socket_ = nullptr;
};

}  // namespace

UpgradeHook echo_hook(std::shared_ptr<Events> events, std::function<void(WebSocket&)> opened) {
  return [events, opened](const HttpRequest& request, const Decide& decide) {
    const auto offered = offered_subprotocols(request);
    decide(UpgradeAccept{std::make_unique<EchoHandler>(events, opened), offered.empty() ? std::string() : std::string(offered.front())});
  };
}

WsClient::WsClient(const TestServer& server, WsTarget target) {
  connector_ = std::make_unique<WsConnector>(loops_, server.folder.file("cert.pem"), false);
  auto handler = std::make_unique<Recorder>(events, [this](WebSocket& socket) {
    const std::lock_guard lock(mutex_);
    if (leaving_) return socket.abort();
    socket_ = std::static_pointer_cast<WebSocket>(socket.shared_from_this());
  });
  connector_->connect(0, std::move(target), std::move(handler), [events = events](const WsRefusal& refusal) {
    events->put("failed:" + std::to_string(refusal.status));
  });
}

WsClient::~WsClient() {
  std::shared_ptr<WebSocket> socket;
  {
    const std::lock_guard lock(mutex_);
    leaving_ = true;
    socket.swap(socket_);
  }
  if (socket) {
    const auto cut = [raw = socket.get()](std::size_t) { raw->abort(); };
    loops_.for_each_loop(cut);
  }
  // What the cut brings about takes a few turns.
  for (int turn = 0; turn < 8; ++turn) loops_.for_each_loop([](std::size_t) {});
}

void WsClient::send(std::string text) const {
  const std::lock_guard lock(mutex_);
  socket_->post([socket = socket_, frame = std::make_shared<const std::string>(std::move(text))] { socket->send(frame); });
}

void WsClient::close(std::uint16_t code) const {
  const std::lock_guard lock(mutex_);
  socket_->post([socket = socket_, code] { socket->close(code, "bye"); });
}

std::string frame(unsigned char first, std::string_view payload) {
  std::string out(1, static_cast<char>(first));
  if (payload.size() < 126) {
    out += static_cast<char>(0x80 | payload.size());
  } else if (payload.size() < 65536) {
    out += static_cast<char>(0x80 | 126);
    out += static_cast<char>(payload.size() >> 8);
    out += static_cast<char>(payload.size() & 0xFF);
  } else {
    out += static_cast<char>(0x80 | 127);
    for (int shift = 56; shift >= 0; shift -= 8) out += static_cast<char>((payload.size() >> shift) & 0xFF);
  }
  return out.append(4, '\0').append(payload);
}

std::unique_ptr<BlockingStream> upgraded(const TestServer& server) {
  auto stream = server.connect();
  const auto sent = stream->write(
      "GET /ws HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
      "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n",
      std::chrono::steady_clock::now() + patience);
  if (!sent || read_until(*stream, "\r\n\r\n").find("HTTP/1.1 101") != 0) return nullptr;
  return stream;
}

std::uint16_t read_close(BlockingStream& stream) {
  const auto end = std::chrono::steady_clock::now() + patience;
  std::string all;
  std::array<char, 16 * 1024> piece{};
  while (true) {
    while (all.size() >= 2) {
      const auto at = [&](std::size_t i) { return static_cast<std::size_t>(static_cast<unsigned char>(all[i])); };
      std::size_t head = 2;
      std::size_t size = at(1);
      if (size == 126 && all.size() >= 4) size = at(2) << 8 | at(3), head = 4;
      else if (size == 127 && all.size() >= 10) size = at(6) << 24 | at(7) << 16 | at(8) << 8 | at(9), head = 10;
      else if (size >= 126) break;
      if (all.size() < head + size) break;
      if (at(0) == 0x88) return size >= 2 ? static_cast<std::uint16_t>(at(head) << 8 | at(head + 1)) : std::uint16_t{1005};
      all.erase(0, head + size);
    }
    const auto got = stream.read(piece.data(), piece.size(), end);
    if (!got || *got == 0) return 0;
    all.append(piece.data(), *got);
  }
}

}  // namespace hotdesk::net::test
