#include "net/websocket.hpp"

#include <gtest/gtest.h>

#include <boost/asio/post.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <future>

#include "net/awaitable_handler.hpp"
#include "support.hpp"

namespace hotdesk::net::test {
namespace {

TEST(WebSocket, EchoesAndCloses) {
  auto events = std::make_shared<Events>();
  TestServer server(echo_hook(events));
  WsTarget target = server.target();
  target.subprotocols = {"hotdesk.v1", "hotdesk.rt.secret"};
  WsClient client(server, target);
  ASSERT_EQ(client.events->next(), "open");
  ASSERT_EQ(events->next(), "open");
  client.send("客服");
  EXPECT_EQ(client.events->next_but_drained(), "text:客服");
  EXPECT_EQ(server.server->stats().websockets_now, 1U);
  client.close(1000);
  EXPECT_EQ(client.events->next_but_drained(), "closed:1000:clean");
  EXPECT_EQ(events->next(), "closed:1000:clean");
  EXPECT_TRUE(TestServer::eventually([&] { return server.server->stats().connections_now == 0; }));
  EXPECT_EQ(server.server->stats().websockets_now, 0U);
}

TEST(WebSocket, TheChosenSubprotocolIsEchoedAlone) {
  auto events = std::make_shared<Events>();
  TestServer server(echo_hook(events));
  auto stream = server.connect();
  ASSERT_TRUE(stream->write("GET /ws HTTP/1.1\r\nHost: localhost\r\nConnection: keep-alive, Upgrade\r\nUpgrade: websocket\r\n"
                            "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
                            "Sec-WebSocket-Protocol: hotdesk.v1, hotdesk.rt.abc\r\n"
                            "Sec-WebSocket-Extensions: permessage-deflate\r\n\r\n",
                            std::chrono::steady_clock::now() + patience));
  const std::string head = read_until(*stream, "\r\n\r\n");
  EXPECT_EQ(head.find("HTTP/1.1 101"), 0U) << head;
  EXPECT_NE(head.find("Sec-WebSocket-Protocol: hotdesk.v1\r\n"), std::string::npos) << head;
  EXPECT_NE(head.find("s3pPLMBiTxaQ9kYGzzhZRbK+xOo="), std::string::npos);
  EXPECT_EQ(head.find("Extensions"), std::string::npos) << "no compression";
}

TEST(WebSocket, TheHooksRefusalIsSentAsItIs) {
  TestServer server([](const HttpRequest& request, const Decide& decide) {
    if (request.path == "/forgotten") return;
    HttpResponse refusal = problem(503, "busy", "Draining.");
    decide(std::move(refusal.set("Retry-After", "7")));
  });
  auto client = server.client();
  const Headers upgrade{{"Connection", "Upgrade"}, {"Upgrade", "websocket"}, {"Sec-WebSocket-Version", "13"},
                        {"Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ=="}};
  const auto refused = client.get("/ws?sig=x", upgrade).value();
  EXPECT_EQ(refused.status, 503);
  EXPECT_EQ(refused.header("retry-after"), "7");
  EXPECT_EQ(refused.header("content-type"), "application/problem+json");
  EXPECT_EQ(client.get("/forgotten", upgrade).value().status, 500);
  EXPECT_EQ(server.server->stats().upgrades, 0U);
}

TEST(WebSocket, TheDecisionMayTakeItsTime) {
  auto events = std::make_shared<Events>();
  TestServer server(awaitable_upgrade([events](const HttpRequest& request) -> boost::asio::awaitable<UpgradeDecision> {
    auto executor = co_await boost::asio::this_coro::executor;
    co_await boost::asio::post(executor, boost::asio::use_awaitable);
    if (request.query("ok") != "1") {
      UpgradeDecision refusal = problem(403, "forbidden", "No.");
      co_return refusal;
    }
    UpgradeDecision accepted = UpgradeAccept{std::make_unique<Recorder>(events), "hotdesk.v1"};
    co_return accepted;
  }));
  WsTarget target = server.target();
  target.subprotocols = {"hotdesk.v1"};
  target.target = "/ws?ok=0";
  WsClient refused(server, target);
  EXPECT_EQ(refused.events->next(), "failed:403");
  target.target = "/ws?ok=1";
  WsClient accepted(server, target);
  EXPECT_EQ(accepted.events->next(), "open");
}

TEST(WebSocket, MalformedUpgrades) {
  TestServer server(echo_hook(std::make_shared<Events>()));
  auto client = server.client();
  const auto ask = [&](const char* key, const char* version) {
    return client.get("/ws", {{"Connection", "Upgrade"}, {"Upgrade", "websocket"}, {"Sec-WebSocket-Version", version},
                              {"Sec-WebSocket-Key", key}}).value();
  };
  EXPECT_EQ(ask("short", "13").status, 400);
  EXPECT_EQ(ask("", "13").status, 400);
  const auto old = ask("dGhlIHNhbXBsZSBub25jZQ==", "8");
  EXPECT_EQ(old.status, 426);
  EXPECT_EQ(old.header("sec-websocket-version"), "13");
}

TEST(WebSocket, FramesSentTogetherArriveInOrder) {
  auto events = std::make_shared<Events>();
  TestServer server(echo_hook(events, [](WebSocket& socket) {
    for (int i = 0; i < 2000; ++i) socket.send(std::make_shared<const std::string>(std::to_string(i)));
    EXPECT_GT(socket.queued_bytes(), 0U);
  }));
  WsClient client(server, server.target());
  ASSERT_EQ(client.events->next(), "open");
  for (int i = 0; i < 2000; ++i) ASSERT_EQ(client.events->next(), "text:" + std::to_string(i));
}

TEST(WebSocket, CloseFlushesWhatIsQueued) {
  auto events = std::make_shared<Events>();
  TestServer server(echo_hook(events, [](WebSocket& socket) {
    for (int i = 0; i < 100; ++i) socket.send(std::make_shared<const std::string>(std::to_string(i)));
    socket.close(4000, "drain");
    socket.send(std::make_shared<const std::string>("never"));
    socket.close(4001, "second calls do nothing");
  }));
  WsClient client(server, server.target());
  ASSERT_EQ(client.events->next(), "open");
  for (int i = 0; i < 100; ++i) ASSERT_EQ(client.events->next(), "text:" + std::to_string(i));
  EXPECT_EQ(client.events->next(), "closed:4000:clean");
  EXPECT_EQ(events->next(), "open");
  EXPECT_EQ(events->next(), "closed:4000:clean");
}

TEST(WebSocket, DrainedComesWhenTheKernelHasAll) {
  auto events = std::make_shared<Events>();
  TestServer server([events](const HttpRequest&, const Decide& decide) {
    decide(UpgradeAccept{std::make_unique<Recorder>(events, [](WebSocket& socket) {
                           for (int i = 0; i < 10; ++i) socket.send(std::make_shared<const std::string>(5000, 'd'));
                         }),
                         ""});
  });
  WsClient client(server, server.target());
  EXPECT_EQ(events->next(), "open");
  EXPECT_EQ(events->next(), "drained");
}

TEST(WebSocket, AReaderThatStopsReadingCostsABoundedQueue) {
  auto events = std::make_shared<Events>();
  TestServer server(echo_hook(events), [](ServerConfig& config) {
    config.limits.websocket.queue_bytes = 4 * 1024 * 1024;
    config.limits.websocket.close_timeout_s = 1;
  });
  auto stream = upgraded(server);
  ASSERT_TRUE(stream);
  ASSERT_EQ(events->next(), "open");
  // 250 MB are asked for and never read.
  ASSERT_TRUE(stream->write(frame(0x81, "flood me"), std::chrono::steady_clock::now() + patience));
  EXPECT_EQ(events->next(), "closed:4002:cut");
}

TEST(WebSocket, AReaderThatIsOnlySlowGetsTheCode) {
  auto events = std::make_shared<Events>();
  TestServer server(echo_hook(events), [](ServerConfig& config) { config.limits.websocket.queue_bytes = 1024 * 1024; });
  auto stream = upgraded(server);
  ASSERT_TRUE(stream);
  ASSERT_TRUE(stream->write(frame(0x81, "flood me"), std::chrono::steady_clock::now() + patience));
  EXPECT_EQ(read_close(*stream), 4002);
}

TEST(WebSocket, APeerThatNeverAnswersTheCloseIsCut) {
  auto events = std::make_shared<Events>();
  TestServer server(echo_hook(events), [](ServerConfig& config) { config.limits.websocket.close_timeout_s = 1; });
  auto stream = upgraded(server);
  ASSERT_TRUE(stream);
  ASSERT_EQ(events->next(), "open");
  ASSERT_TRUE(stream->write(frame(0x81, "close me"), std::chrono::steady_clock::now() + patience));
  EXPECT_EQ(read_close(*stream), 4000);
  EXPECT_EQ(events->next(), "closed:4000:cut");
}

TEST(WebSocket, HeldLongerThanItsConnectionItDoesNothing) {
  auto events = std::make_shared<Events>();
  std::promise<std::shared_ptr<net::WebSocket>> opened;
  TestServer server(echo_hook(events, [&](WebSocket& socket) { opened.set_value(socket.shared_from_this()); }));
  auto client = std::make_unique<WsClient>(server, server.target());
  auto socket = opened.get_future().get();
  ASSERT_EQ(client->events->next(), "open");
  client->close(1000);
  ASSERT_EQ(events->next(), "open");
  ASSERT_EQ(events->next(), "closed:1000:clean");
  std::promise<void> ran;
  socket->post([&] {
    socket->send(std::make_shared<const std::string>("late"));
    socket->close(4000, "late");
    socket->abort();
    EXPECT_EQ(socket->queued_bytes(), 0U);
    EXPECT_FALSE(socket->is_open());
    ran.set_value();
  });
  ran.get_future().wait();
  EXPECT_TRUE(TestServer::eventually([&] { return server.server->stats().connections_now == 0; })) << "while somebody holds it";
  std::promise<void> again;
  socket->post([&] {
    socket->abort();
    again.set_value();
  });
  again.get_future().wait();
}

TEST(WebSocket, UpgradesAreRefusedWhileDraining) {
  auto events = std::make_shared<Events>();
  TestServer server(echo_hook(events));
  auto stream = server.connect();
  server.server->stop_accepting();
  const std::string answer =
      talk(*stream, "GET /ws HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
                    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n");
  EXPECT_EQ(answer.find("HTTP/1.1 503"), 0U);
  EXPECT_NE(answer.find("Retry-After: "), std::string::npos);
}

}  // namespace
}  // namespace hotdesk::net::test
