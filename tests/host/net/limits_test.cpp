#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <future>

#include "support.hpp"

namespace hotdesk::net::test {
namespace {

void hurry(ServerConfig& config) { config.timeouts = {1, 1, 1, 1, 1, 1}; }

TEST(Limits, GiantHeadersGet431) {
  TestServer server;
  auto stream = server.connect();
  const std::string text = "GET /hello HTTP/1.1\r\nHost: a\r\nX-Big: " + std::string(40'000, 'x') + "\r\n\r\n";
  EXPECT_EQ(talk(*stream, text).find("HTTP/1.1 431"), 0U);
}

TEST(Limits, GiantBodiesGet413BeforeTheyAreRead) {
  TestServer server(nullptr, nullptr, [](Router& router) {
    router.add("POST", "/small", [](const HttpRequest& request, const Respond& respond) { respond(text_response(200, request.body)); },
               {.max_body = 10});
  });
  auto client = server.client();
  EXPECT_EQ(client.request("POST", "/small", "0123456789").value().body, "0123456789");
  EXPECT_EQ(client.request("POST", "/small", "0123456789a").value().status, 413);
  auto declared = server.connect();
  EXPECT_EQ(talk(*declared, "POST /small HTTP/1.1\r\nHost: a\r\nContent-Length: 99999999999\r\n\r\n").find("HTTP/1.1 413"), 0U);
  auto chunked = server.connect();
  EXPECT_EQ(talk(*chunked, "POST /small HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nff\r\n").find("HTTP/1.1 413"), 0U);
}

TEST(Limits, TheAnswerReachesAClientThatIsStillSending) {
  TestServer server;
  auto client = server.client();
  const auto answer = client.request("POST", "/echo", std::string(2 * 1024 * 1024, 'x'));
  ASSERT_TRUE(answer) << answer.error().text;
  EXPECT_EQ(answer->status, 413);
}

TEST(Limits, SlowHeadersGet408) {
  TestServer server(nullptr, hurry);
  auto stream = server.connect();
  EXPECT_EQ(talk(*stream, "GET /hello HT").find("HTTP/1.1 408"), 0U);
  EXPECT_EQ(server.server->stats().timeouts, 1U);
}

TEST(Limits, SlowBodiesGet408) {
  TestServer server(nullptr, hurry);
  auto stream = server.connect();
  EXPECT_EQ(talk(*stream, "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nabc").find("HTTP/1.1 408"), 0U);
}

TEST(Limits, IdleConnectionsEndQuietly) {
  TestServer server(nullptr, hurry);
  auto stream = server.connect();
  const std::string all = talk(*stream, "GET /hello HTTP/1.1\r\nHost: a\r\n\r\n");
  EXPECT_EQ(all.find("HTTP/1.1 200"), 0U);
  EXPECT_EQ(all.find("408"), std::string::npos);
  auto silent = server.connect();
  EXPECT_EQ(talk(*silent, ""), "");
}

TEST(Limits, SlowHandshakesAreCut) {
  TestServer server(nullptr, hurry);
  const int fd = server.connect_plain();
  ASSERT_EQ(::send(fd, "\x16\x03\x01", 3, 0), 3);
  char byte = 0;
  EXPECT_LE(::recv(fd, &byte, 1, 0), 0);
  ::close(fd);
  EXPECT_TRUE(TestServer::eventually([&] { return server.server->stats().connections_now == 0; }));
}

TEST(Limits, AHandlerThatNeverAnswersIsA504) {
  Respond kept;
  TestServer server(nullptr, hurry, [&](Router& router) {
    router.add("GET", "/never", [&](const HttpRequest&, Respond respond) { kept = std::move(respond); });
  });
  auto client = server.client();
  EXPECT_EQ(client.get("/never").value().status, 504);
  kept = nullptr;
}

TEST(Limits, AReaderThatStopsReadingIsCut) {
  const std::string big(8 * 1024 * 1024, 'b');
  TestServer server(nullptr, hurry, [&](Router& router) {
    router.add("GET", "/big", [&](const HttpRequest&, const Respond& respond) { respond(text_response(200, big)); });
  });
  auto stream = server.connect();
  ASSERT_TRUE(stream->write("GET /big HTTP/1.1\r\nHost: a\r\n\r\n", std::chrono::steady_clock::now() + patience));
  EXPECT_TRUE(TestServer::eventually([&] { return server.server->stats().timeouts == 1; }));
  EXPECT_TRUE(TestServer::eventually([&] { return server.server->stats().connections_now == 0; }));
}

TEST(Limits, ManyFromOneAddressGet429WithRetryAfter) {
  TestServer server(echo_hook(std::make_shared<Events>()), [](ServerConfig& config) { config.limits.connections_per_address = 2; });
  auto first = server.connect();
  auto second = server.connect();
  auto third = server.connect();
  const std::string answer = talk(*third, "GET /hello HTTP/1.1\r\nHost: a\r\n\r\n");
  EXPECT_EQ(answer.find("HTTP/1.1 429"), 0U);
  EXPECT_NE(answer.find("Retry-After: "), std::string::npos);
  WsClient socket(server, server.target());
  EXPECT_EQ(socket.events->next(), "failed:429") << "before any WebSocket work";
  EXPECT_EQ(server.server->stats().refused, 2U);
  first.reset();
  EXPECT_TRUE(TestServer::eventually([&] { return server.server->stats().connections_now == 1; }));
  auto client = server.client();
  EXPECT_EQ(client.get("/hello").value().status, 200);
}

TEST(Limits, AFullServerSays503) {
  TestServer server(nullptr, [](ServerConfig& config) { config.limits.connections = 1; });
  auto first = server.connect();
  auto second = server.connect();
  EXPECT_EQ(talk(*second, "GET /hello HTTP/1.1\r\nHost: a\r\n\r\n").find("HTTP/1.1 503"), 0U);
}

TEST(Limits, TheRateOfUpgradesIsBounded) {
  TestServer server(echo_hook(std::make_shared<Events>()), [](ServerConfig& config) { config.limits.upgrades_per_second = 0.001; });
  WsClient first(server, server.target());
  EXPECT_EQ(first.events->next(), "open");
  WsClient second(server, server.target());
  EXPECT_EQ(second.events->next(), "failed:503");
}

TEST(Limits, NewConnectionsOfOneAddressABurst) {
  TestServer server(nullptr, [](ServerConfig& config) {
    config.limits.accepts_per_address = 0.001;
    config.limits.accepts_per_address_burst = 20;
  });
  int served = 0;
  int told = 0;
  int dropped = 0;
  for (int i = 0; i < 30; ++i) {
    auto client = server.client();
    const auto answer = client.get("/hello");
    if (!answer) ++dropped;
    else if (answer->status == 200) ++served;
    else if (answer->status == 429) ++told;
  }
  EXPECT_EQ(served, 20);
  EXPECT_EQ(told, 2);
  EXPECT_EQ(dropped, 8);
}

}  // namespace
}  // namespace hotdesk::net::test
