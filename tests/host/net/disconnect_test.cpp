// Clients that vanish at every moment: what made an early server disappear (see the room's README, SIGPIPE).
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <signal.h>
#include <sys/socket.h>
#include <unistd.h>

#include "net/tls_context.hpp"
#include "support.hpp"

namespace hotdesk::net::test {
namespace {

/// Closes with a reset, as a crashed client's kernel does.
void reset(int fd) {
  const linger now{1, 0};
  ::setsockopt(fd, SOL_SOCKET, SO_LINGER, &now, sizeof now);
  ::close(fd);
}

class Disconnect : public ::testing::Test {
 protected:
  Disconnect() { old_ = ::signal(SIGPIPE, SIG_DFL); }
  ~Disconnect() override { ::signal(SIGPIPE, old_); }

  /// The server is whole: nothing is left over and it serves.
  static void expect_well(TestServer& server) {
    EXPECT_TRUE(TestServer::eventually([&] { return server.server->stats().connections_now == 0; }))
        << server.server->stats().connections_now << " left";
    auto client = server.client();
    EXPECT_EQ(client.get("/hello").value().status, 200);
  }

 private:
  void (*old_)(int) = nullptr;
};

void unlimited(ServerConfig& config) { config.limits.exempt_addresses = {"127.0.0.0/8"}; }

TEST_F(Disconnect, FiveHundredInTheHandshake) {
  TestServer server(nullptr, unlimited);
  const auto tls = make_client_tls("", true).value();
  for (int i = 0; i < 500; ++i) {
    const int fd = server.connect_plain();
    if (i % 5 != 0) {
      SSL* ssl = SSL_new(tls.get());
      BIO* out = BIO_new(BIO_s_mem());
      BIO* in = BIO_new(BIO_s_mem());
      SSL_set_bio(ssl, in, out);
      SSL_set_connect_state(ssl);
      SSL_do_handshake(ssl);
      char* hello = nullptr;
      const auto size = static_cast<std::size_t>(BIO_get_mem_data(out, &hello));
      // A part of the hello, all of it, or all of it and a look at the answer's first byte.
      const std::size_t part = i % 5 == 1 ? size / 2 : size;
      EXPECT_GT(::send(fd, hello, part, MSG_NOSIGNAL), 0);
      char byte = 0;
      if (i % 5 == 4) {
        EXPECT_EQ(::recv(fd, &byte, 1, 0), 1);
      }
      SSL_free(ssl);
    }
    if (i % 2 == 0) reset(fd);
    else ::close(fd);
  }
  expect_well(server);
}

TEST_F(Disconnect, FiveHundredWhileTheServerWrites) {
  const auto big = std::make_shared<const std::string>(200'000, 'w');
  auto events = std::make_shared<Events>();
  TestServer server(echo_hook(events, [big](WebSocket& socket) {
    for (int i = 0; i < 4; ++i) socket.send(big);
  }), unlimited);
  const auto tls = make_client_tls("", true).value();
  const std::string upgrade =
      "GET /ws HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
      "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";
  for (int i = 0; i < 500; ++i) {
    const int fd = server.connect_plain();
    SSL* ssl = SSL_new(tls.get());
    SSL_set_fd(ssl, fd);
    ASSERT_EQ(SSL_connect(ssl), 1);
    ASSERT_GT(SSL_write(ssl, upgrade.data(), static_cast<int>(upgrade.size())), 0);
    std::array<char, 4096> piece{};
    for (int reads = 0; reads < i % 7; ++reads) ASSERT_GT(SSL_read(ssl, piece.data(), static_cast<int>(piece.size())), 0);
    SSL_free(ssl);
    if (i % 2 == 0) reset(fd);
    else ::close(fd);
  }
  expect_well(server);
  std::size_t opened = 0;
  std::size_t closed = 0;
  for (const auto& event : events->all()) ++(event == "open" ? opened : closed);
  EXPECT_GT(opened, 250U);
  EXPECT_EQ(opened, closed) << "each on_open() has its on_closed()";
}

TEST_F(Disconnect, InTheMiddleOfARequestAndOfAnAnswer) {
  const std::string big(2'000'000, 'b');
  TestServer server(nullptr, unlimited, [&](Router& router) {
    router.add("GET", "/big", [&](const HttpRequest&, const Respond& respond) { respond(text_response(200, big)); });
  });
  const auto tls = make_client_tls("", true).value();
  for (int i = 0; i < 200; ++i) {
    const int fd = server.connect_plain();
    SSL* ssl = SSL_new(tls.get());
    SSL_set_fd(ssl, fd);
    ASSERT_EQ(SSL_connect(ssl), 1);
    const std::string text = i % 2 == 0 ? "GET /big HTTP/1.1\r\nHost: a\r\n\r\n" : "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\nab";
    ASSERT_GT(SSL_write(ssl, text.data(), static_cast<int>(text.size())), 0);
    std::array<char, 512> piece{};
    if (i % 4 == 0) {
      ASSERT_GT(SSL_read(ssl, piece.data(), static_cast<int>(piece.size())), 0);
    }
    SSL_free(ssl);
    if (i % 3 == 0) reset(fd);
    else ::close(fd);
  }
  expect_well(server);
}

}  // namespace
}  // namespace hotdesk::net::test
