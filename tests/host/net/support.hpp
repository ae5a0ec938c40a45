#pragma once
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <filesystem>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "net/blocking_stream.hpp"
#include "net/http_client.hpp"
#include "net/server.hpp"
#include "net/ws_client.hpp"

namespace hotdesk::net::test {

inline constexpr std::chrono::seconds patience{20};  ///< every wait of a test ends here at the latest

/// A folder of its own with cert.pem and key.pem for localhost; gone with the object.
class Folder {
 public:
  Folder();
  ~Folder();
  const std::filesystem::path& path() const { return path_; }
  std::string file(std::string_view name) const { return (path_ / name).string(); }
  void write(std::string_view name, std::string_view content) const;
  void make_certificate() const;

 private:
  std::filesystem::path path_;
};

/// Fills a router and a hook, then serves on 127.0.0.1, port 0, with two loops.
struct TestServer {
  explicit TestServer(UpgradeHook hook = nullptr, const std::function<void(ServerConfig&)>& change = nullptr,
                      const std::function<void(Router&)>& routes = nullptr);
  ~TestServer();

  HttpClient client() const;
  /// One TLS connection for hand-made bytes.
  std::unique_ptr<BlockingStream> connect() const;
  /// A plain TCP connection; the caller closes it.
  int connect_plain() const;
  WsTarget target() const;
  /// Until `done()`, which another thread brings about; false after `patience`.
  static bool eventually(const std::function<bool()>& done);

  Folder folder;
  Loops loops{2};
  Router router;
  std::unique_ptr<Server> server;
  std::uint16_t port = 0;
};

/// Writes and reads until the peer's end (or `patience`).
std::string talk(BlockingStream& stream, std::string_view text);
/// Reads until `text` was seen; what came so far otherwise.
std::string read_until(BlockingStream& stream, std::string_view text);

/// What happened on a WebSocket, for the test's thread.
struct Events {
  void put(std::string event);
  /// The next event in order: "open", "text:…", "binary:…", "drained", "closed:1000:clean", "failed:503".
  std::string next();
  /// Skips "drained".
  std::string next_but_drained();
  /// What is there, without waiting.
  std::deque<std::string> all();

 private:
  std::mutex mutex_;
  std::condition_variable arrived_;
  std::deque<std::string> events_;
};

class Recorder final : public WebSocketHandler {
 public:
  explicit Recorder(std::shared_ptr<Events> events, std::function<void(WebSocket&)> opened = nullptr)
      : events_(std::move(events)), opened_(std::move(opened)) {}
  void on_open(WebSocket& socket) override;
  void on_text(std::string_view text) override { events_->put("text:" + std::string(text)); }
  void on_binary(std::string_view bytes) override { events_->put("binary:" + std::string(bytes)); }
  void on_drained() override { events_->put("drained"); }
  void on_closed(std::uint16_t code, bool clean) override;

 private:
  std::shared_ptr<Events> events_;
  std::function<void(WebSocket&)> opened_;
};

/// Echoes what it gets and records the rest.
UpgradeHook echo_hook(std::shared_ptr<Events> events, std::function<void(WebSocket&)> opened = nullptr);

/// A WebSocket client for the test's thread.
class WsClient {
 public:
  explicit WsClient(const TestServer& server, WsTarget target);
  ~WsClient();
  void send(std::string text) const;
  void close(std::uint16_t code) const;
  std::shared_ptr<Events> events = std::make_shared<Events>();

 private:
  mutable std::mutex mutex_;
  std::shared_ptr<WebSocket> socket_;
  bool leaving_ = false;  ///< an upgrade that is answered now comes too late: the loops are about to go
  Loops loops_{1, "client"};
  std::unique_ptr<WsConnector> connector_;
};

/// A client frame, masked with zeros. `first` is FIN and opcode.
std::string frame(unsigned char first, std::string_view payload);
/// TLS and a finished upgrade, for hand-made frames.
std::unique_ptr<BlockingStream> upgraded(const TestServer& server);
/// Reads server frames until a close frame; its code, 0 when the connection ended without one.
std::uint16_t read_close(BlockingStream& stream);

}  // namespace hotdesk::net::test
