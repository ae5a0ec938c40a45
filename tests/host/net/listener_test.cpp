#include "net/listener.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include "support.hpp"

namespace hotdesk::net::test {
namespace {

TEST(Listener, ASecondServerOnThePortIsRefusedWithAdvice) {
  TestServer server;
  std::uint16_t port = server.port;
  const auto second = listen_tcp("127.0.0.1", port);
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().code, Errc::conflict);
  EXPECT_NE(second.error().text.find("choose another port"), std::string::npos);
}

TEST(Listener, TakesIpv4OnTheWildcard) {
  std::uint16_t port = 0;
  const auto listening = listen_tcp("::", port);
  ASSERT_TRUE(listening) << listening.error().text;
  EXPECT_NE(port, 0);
  ::close(*listening);
  EXPECT_FALSE(listen_tcp("localhost", port)) << "names are not addresses";
}

TEST(Listener, StopAcceptingKeepsWhatIsOpen) {
  auto events = std::make_shared<Events>();
  TestServer server(echo_hook(events));
  WsClient socket(server, server.target());
  ASSERT_EQ(socket.events->next(), "open");
  auto kept = server.client();
  ASSERT_EQ(kept.get("/hello").value().status, 200);
  server.server->stop_accepting();
  EXPECT_TRUE(TestServer::eventually([&] {
    auto fresh = server.client();
    return !fresh.get("/hello");
  }));
  socket.send("still here");
  EXPECT_EQ(socket.events->next_but_drained(), "text:still here");
  const auto last = kept.get("/hello").value();
  EXPECT_EQ(last.status, 200);
  EXPECT_EQ(last.header("connection"), "close");
}

TEST(Listener, StopEndsEverySocketOnce) {
  auto events = std::make_shared<Events>();
  TestServer server(echo_hook(events));
  std::vector<std::unique_ptr<WsClient>> clients;
  for (int i = 0; i < 20; ++i) {
    clients.push_back(std::make_unique<WsClient>(server, server.target()));
    ASSERT_EQ(clients.back()->events->next(), "open");
  }
  server.server->stop();
  EXPECT_EQ(server.server->stats().websockets_now, 0U);
  EXPECT_EQ(server.server->stats().connections_now, 0U);
  int closed = 0;
  for (int i = 0; i < 40; ++i) closed += events->next().starts_with("closed") ? 1 : 0;
  EXPECT_EQ(closed, 20) << "stop() returns after every on_closed()";
  for (auto& client : clients) EXPECT_EQ(client->events->next(), "closed:1006:cut");
}

TEST(Listener, ConnectionsSpreadOverTheLoops) {
  TestServer server(nullptr, nullptr, [](Router& router) {
    router.add("GET", "/loop", [](const HttpRequest& request, const Respond& respond) {
      respond(text_response(200, std::to_string(request.loop)));
    });
  });
  std::vector<HttpClient> clients;
  int on_second = 0;
  for (int i = 0; i < 10; ++i) {
    clients.push_back(server.client());
    on_second += clients.back().get("/loop").value().body == "1" ? 1 : 0;
  }
  EXPECT_EQ(on_second, 5);
}

}  // namespace
}  // namespace hotdesk::net::test
