#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <boost/asio/post.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <future>
#include <thread>

#include "net/awaitable_handler.hpp"
#include "support.hpp"

namespace hotdesk::net::test {
namespace {

constexpr const char* hello = "GET /hello HTTP/1.1\r\nHost: localhost\r\n\r\n";

TEST(HttpSession, Answers) {
  TestServer server;
  auto client = server.client();
  const auto answer = client.get("/hello").value();
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.body, "hello");
  EXPECT_EQ(answer.header("x-content-type-options"), "nosniff");
  EXPECT_EQ(client.post_json("/echo", "{}").value().body, "{}");
  EXPECT_EQ(client.get("/nothing").value().status, 404);
  EXPECT_EQ(server.server->stats().handshakes, 1U) << "one kept-alive connection";
}

TEST(HttpSession, HeadHasNoBody) {
  TestServer server;
  auto client = server.client();
  const auto answer = client.request("HEAD", "/hello").value();
  EXPECT_EQ(answer.header("content-length"), "5");
  EXPECT_EQ(answer.body, "");
  EXPECT_EQ(client.get("/hello").value().body, "hello");
}

TEST(HttpSession, PlainTextGets403) {
  TestServer server;
  const int fd = server.connect_plain();
  ASSERT_GT(::send(fd, hello, std::string_view(hello).size(), 0), 0);
  std::string all;
  char piece[512];
  for (ssize_t got = 0; (got = ::recv(fd, piece, sizeof piece, 0)) > 0;) all.append(piece, static_cast<std::size_t>(got));
  ::close(fd);
  EXPECT_EQ(all.find("HTTP/1.1 403 Forbidden\r\n"), 0U) << all;
  EXPECT_NE(all.find("\r\n\r\nTLS only: use https:// or wss://\n"), std::string::npos);
  EXPECT_EQ(all.size() - all.find("\r\n\r\n") - 4, 33U) << "as Content-Length says";
  EXPECT_EQ(server.server->stats().plain_text, 1U);
}

TEST(HttpSession, HandshakeGarbageEndsTheConnectionAlone) {
  TestServer server;
  const int fd = server.connect_plain();
  const std::string garbage = std::string("\x16\x03\x01\x02\x00", 5) + std::string(512, 'g');
  ASSERT_GT(::send(fd, garbage.data(), garbage.size(), 0), 0);
  char piece[512];
  while (::recv(fd, piece, sizeof piece, 0) > 0) continue;
  ::close(fd);
  EXPECT_TRUE(TestServer::eventually([&] { return server.server->stats().handshakes_failed == 1; }));
  auto client = server.client();
  EXPECT_EQ(client.get("/hello").value().status, 200);
}

TEST(HttpSession, PipelinedRequestsAreAnsweredInOrder) {
  TestServer server(nullptr, nullptr, [](Router& router) {
    router.add("GET", "/n/{n}", [](const HttpRequest& request, const Respond& respond) {
      respond(text_response(200, "<" + std::string(request.param("n")) + ">"));
    });
  });
  std::string all;
  for (int i = 0; i < 100; ++i) all += "GET /n/" + std::to_string(i) + " HTTP/1.1\r\nHost: a\r\n\r\n";
  all += "GET /n/last HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n";
  auto stream = server.connect();
  const std::string answers = talk(*stream, all);
  std::size_t at = 0;
  for (int i = 0; i < 100; ++i) {
    at = answers.find("<" + std::to_string(i) + ">", at);
    ASSERT_NE(at, std::string::npos) << i;
  }
  EXPECT_NE(answers.find("<last>", at), std::string::npos);
}

TEST(HttpSession, ARequestMayComeByteByByte) {
  TestServer server;
  auto stream = server.connect();
  const auto end = std::chrono::steady_clock::now() + patience;
  for (const char* c = hello; *c != 0; ++c) ASSERT_TRUE(stream->write(std::string_view(c, 1), end));
  EXPECT_NE(read_until(*stream, "hello").find("200 OK"), std::string::npos);
}

TEST(HttpSession, ChunkedBodiesAnd100Continue) {
  TestServer server;
  auto stream = server.connect();
  const auto end = std::chrono::steady_clock::now() + patience;
  ASSERT_TRUE(stream->write("POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nExpect: 100-continue\r\n\r\n", end));
  EXPECT_EQ(read_until(*stream, "\r\n\r\n").find("HTTP/1.1 100 Continue"), 0U);
  ASSERT_TRUE(stream->write("3\r\nabc\r\n4\r\ndefg\r\n0\r\n\r\n", end));
  EXPECT_NE(read_until(*stream, "abcdefg").find("200 OK"), std::string::npos);
}

TEST(HttpSession, MalformedRequests) {
  TestServer server;
  struct Case {
    const char* text;
    const char* status;
  };
  for (const auto& c : {Case{"nonsense\r\n\r\n", "400"}, Case{"GET /hello HTTP/1.1\r\n\r\n", "400"},
                        Case{"GET /hello HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", "400"},
                        Case{"GET /../../etc/passwd HTTP/1.1\r\nHost: a\r\n\r\n", "400"},
                        Case{"GET /%2e%2e/%2e%2e/etc/passwd HTTP/1.1\r\nHost: a\r\n\r\n", "400"},
                        Case{"GET http://a/hello HTTP/1.1\r\nHost: a\r\n\r\n", "400"}}) {
    auto stream = server.connect();
    EXPECT_EQ(talk(*stream, c.text).find(std::string("HTTP/1.1 ") + c.status), 0U) << c.text;
  }
}

TEST(HttpSession, AwaitableHandlers) {
  TestServer server(nullptr, nullptr, [](Router& router) {
    router.add("GET", "/later/{x}", awaitable([](const HttpRequest& request) -> boost::asio::awaitable<HttpResponse> {
                 auto executor = co_await boost::asio::this_coro::executor;
                 co_await boost::asio::post(executor, boost::asio::use_awaitable);
                 co_return text_response(200, std::string(request.param("x")) + request.peer_address);
               }));
    router.add("GET", "/throws", awaitable([](const HttpRequest&) -> boost::asio::awaitable<HttpResponse> {
                 throw std::runtime_error("no");
                 co_return HttpResponse();
               }));
  });
  auto client = server.client();
  EXPECT_EQ(client.get("/later/yes").value().body, "yes127.0.0.1");
  EXPECT_EQ(client.get("/throws").value().status, 500);
}

TEST(HttpSession, AnAnswerMayComeFromAnyThreadOnceOrNever) {
  std::vector<std::thread> threads;
  TestServer server(nullptr, nullptr, [&](Router& router) {
    router.add("GET", "/thread", [&](const HttpRequest&, const Respond& respond) {
      threads.emplace_back([respond] {
        respond(text_response(200, "first"));
        respond(text_response(200, "second"));
      });
    });
    router.add("GET", "/forgotten", [](const HttpRequest&, const Respond&) {});
  });
  auto client = server.client();
  EXPECT_EQ(client.get("/thread").value().body, "first");
  EXPECT_EQ(client.get("/forgotten").value().status, 500);
  for (auto& thread : threads) thread.join();
}

TEST(HttpSession, BigAnswersArriveWhole) {
  std::string big;
  for (int i = 0; i < 300'000; ++i) big += std::to_string(i) + ' ';
  TestServer server(nullptr, nullptr, [&](Router& router) {
    router.add("GET", "/big", [&](const HttpRequest&, const Respond& respond) { respond(text_response(200, big)); });
  });
  auto client = server.client();
  EXPECT_TRUE(client.get("/big").value().body == big);
}

TEST(HttpSession, StopDoesNotWaitForAHandlerThatSleeps) {
  Respond kept;
  std::promise<void> asked;
  auto server = std::make_unique<TestServer>(nullptr, nullptr, [&](Router& router) {
    router.add("GET", "/sleep", [&](const HttpRequest&, Respond respond) {
      kept = std::move(respond);
      asked.set_value();
    });
  });
  auto stream = server->connect();
  ASSERT_TRUE(stream->write("GET /sleep HTTP/1.1\r\nHost: a\r\n\r\n", std::chrono::steady_clock::now() + patience));
  asked.get_future().wait();
  server->server->stop();
  kept(text_response(200, "too late"));
  kept = nullptr;
  server.reset();
}

}  // namespace
}  // namespace hotdesk::net::test
