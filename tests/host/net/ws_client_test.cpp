#include "net/ws_client.hpp"

#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include "support.hpp"

namespace hotdesk::net::test {
namespace {

TEST(WsClientTest, SaysWhyItFailed) {
  TestServer server(echo_hook(std::make_shared<Events>()));
  WsTarget target = server.target();
  target.port = 1;
  WsClient closed_port(server, target);
  EXPECT_EQ(closed_port.events->next(), "failed:0");
  target = server.target();
  target.host = "other.example";
  WsClient wrong_name(server, target);
  EXPECT_EQ(wrong_name.events->next(), "failed:0") << "the certificate bears another name";
}

TEST(WsClientTest, ASilentServerIsGivenUp) {
  TestServer server;
  // The kernel accepts for it; nobody ever answers.
  const int fd = ::socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in name{};
  name.sin_family = AF_INET;
  name.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof name;
  ASSERT_EQ(::bind(fd, reinterpret_cast<const sockaddr*>(&name), sizeof name), 0);
  ASSERT_EQ(::listen(fd, 8), 0);
  ::getsockname(fd, reinterpret_cast<sockaddr*>(&name), &size);
  WsTarget target = server.target();
  target.port = ntohs(name.sin_port);
  target.timeout_s = 1;
  WsClient client(server, target);
  EXPECT_EQ(client.events->next(), "failed:0");
  ::close(fd);
}

TEST(WsClientTest, UsesTheSourceAddressAsked) {
  std::shared_ptr<Events> events = std::make_shared<Events>();
  TestServer server(echo_hook(events, [](WebSocket& socket) {
    socket.send(std::make_shared<const std::string>(socket.peer_address() + ' ' + socket.subprotocol()));
  }));
  WsTarget target = server.target();
  target.local_address = "127.0.0.77";
  target.subprotocols = {"hotdesk.v1"};
  WsClient client(server, target);
  ASSERT_EQ(client.events->next(), "open");
  EXPECT_EQ(client.events->next(), "text:127.0.0.77 hotdesk.v1");
}

TEST(WsClientTest, BigMessagesBothWays) {
  TestServer server(echo_hook(std::make_shared<Events>()), [](ServerConfig& config) {
    config.limits.websocket.message_bytes = 2 * 1024 * 1024;
    config.limits.websocket.queue_bytes = 4 * 1024 * 1024;
  });
  WsClient client(server, server.target());
  ASSERT_EQ(client.events->next(), "open");
  std::string big;
  for (int i = 0; i < 150'000; ++i) big += std::to_string(i);
  client.send(big);
  EXPECT_TRUE(client.events->next_but_drained() == "text:" + big);
}

}  // namespace
}  // namespace hotdesk::net::test
