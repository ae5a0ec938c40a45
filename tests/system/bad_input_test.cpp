// Bad input of every kind against a real server: each gets a clear answer, and nothing is lost by it.
#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <nlohmann/json.hpp>

#include "base/random.hpp"
#include "base/bytes.hpp"
#include "net/http_client.hpp"
#include "support/server_process.hpp"
#include "support/wire_client.hpp"

namespace hotdesk::system {
namespace {
using support::WireClient;
using Json = nlohmann::json;

class BadInput : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    folder_ = new support::TemporaryFolder;
    world_ = new support::World(support::make_world(folder_->path(), 2));
    server_ = new support::ServerProcess(*world_, R"({"heartbeat": {"interval_ms": 1000, "timeout_ms": 2000, "hello_ms": 1500}})");
    server_->start();
  }
  static void TearDownTestSuite() {
    EXPECT_EQ(server_->terminate(), 0) << "after all this it still ends in order:\n" << server_->output();
    delete server_;
    delete world_;
    delete folder_;
  }
  static std::uint16_t port() { return server_->port(); }
  /// A visitor with an open socket.
  Json join(WireClient& client, const Uuid& id = make_uuid(1), const std::string& dev = "wire") {
    const auto outcome = client.connect(port(), world_->visitor_set(id));
    EXPECT_TRUE(outcome.open) << outcome.detail;
    return client.hello(dev);
  }
  static Json pub(const std::string& conv, const std::string& text) {
    return {{"t", "pub"}, {"mid", make_uuid(SystemClock{}.now_ms()).text()}, {"conv", conv}, {"kind", "text"}, {"body", {{"text", text}}}};
  }
  /// The socket still works: what was said before is safe and the next message is stored.
  void expect_alive(WireClient& client, const std::string& conv) {
    client.send_json(pub(conv, "still here"));
    EXPECT_EQ(client.next("ack").at("dup"), false);
  }

  static support::TemporaryFolder* folder_;
  static support::World* world_;
  static support::ServerProcess* server_;
};
support::TemporaryFolder* BadInput::folder_ = nullptr;
support::World* BadInput::world_ = nullptr;
support::ServerProcess* BadInput::server_ = nullptr;

/// Sends bytes on a TCP connection and returns what comes back until it closes.
std::string over_tcp(std::uint16_t port, const std::string& bytes) {
  const int fd = ::socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in to{};
  to.sin_family = AF_INET;
  to.sin_port = htons(port);
  ::inet_pton(AF_INET, "127.0.0.1", &to.sin_addr);
  const timeval wait{10, 0};
  ::setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &wait, sizeof wait);
  EXPECT_EQ(::connect(fd, reinterpret_cast<const sockaddr*>(&to), sizeof to), 0);
  EXPECT_EQ(::send(fd, bytes.data(), bytes.size(), MSG_NOSIGNAL), static_cast<ssize_t>(bytes.size()));
  std::string out;
  char buffer[4096];
  for (ssize_t got = 0; (got = ::recv(fd, buffer, sizeof buffer, 0)) > 0;) out.append(buffer, static_cast<std::size_t>(got));
  ::close(fd);
  return out;
}

TEST_F(BadInput, PlainTextIsForbidden) {
  EXPECT_TRUE(over_tcp(port(), "GET / HTTP/1.1\r\nHost: x\r\n\r\n").starts_with("HTTP/1.1 403"));
}

TEST_F(BadInput, GarbageInsteadOfTlsIsDropped) { EXPECT_EQ(over_tcp(port(), std::string("\x16\x03\x01\x00\x05hello", 10)).find("HTTP"), std::string::npos); }

TEST_F(BadInput, ABadSignature) {
  auto set = world_->visitor_set();
  set.sig.back() = set.sig.back() == 'A' ? 'E' : 'A';
  set.sig.front() = set.sig.front() == 'A' ? 'E' : 'A';
  WireClient client;
  EXPECT_EQ(client.connect(port(), set).status, 400);
}

TEST_F(BadInput, AChangedField) {
  auto set = world_->visitor_set();
  set.user = make_uuid(9).text();
  WireClient client;
  EXPECT_EQ(client.connect(port(), set).status, 400);
}

TEST_F(BadInput, AReplayedNonce) {
  const auto set = world_->visitor_set();
  WireClient first;
  WireClient second;
  EXPECT_TRUE(first.connect(port(), set).open);
  EXPECT_EQ(second.connect(port(), set).status, 400);
}

TEST_F(BadInput, AClockThatIsOff) {
  FakeClock clock(SystemClock{}.now_ms() - 3'600'000);
  const tenants::ConnectSigner signer(world_->master_key, world_->public_host, clock);
  WireClient client;
  EXPECT_EQ(client.connect(port(), signer.sign_visitor(world_->site.code, make_uuid(1))).status, 400);
}

TEST_F(BadInput, AWrongOrigin) {
  WireClient client;
  EXPECT_EQ(client.connect(port(), world_->visitor_set(), {{"Origin", "https://evil.example"}}).status, 403);
}

TEST_F(BadInput, NoSubprotocol) {
  WireClient client;
  EXPECT_EQ(client.connect(port(), support::connect_target(world_->visitor_set()), {}).status, 400);
}

TEST_F(BadInput, MissingFields) {
  WireClient client;
  EXPECT_EQ(client.connect(port(), "/ws?site=test-site", {"hotdesk.v1"}).status, 400);
}

TEST_F(BadInput, ASiteKeySigningAnAdmin) {
  auto set = world_->visitor_set(world_->agents[0].id);
  set.role = "admin";  // the visitor kid's signature over another role
  WireClient client;
  EXPECT_EQ(client.connect(port(), set).status, 400);
}

TEST_F(BadInput, AForgedResumeToken) {
  WireClient client;
  EXPECT_EQ(client.resume(port(), to_base64url(random_string(96))).status, 400);
}

TEST_F(BadInput, AResumeTokenOfAnotherDevice) {
  WireClient first;
  const auto welcome = join(first, make_uuid(1), "mine");
  WireClient second;
  ASSERT_TRUE(second.resume(port(), welcome.at("rt")).open);
  second.send_json({{"t", "hello"}, {"ver", 1}, {"dev", "other"}, {"caps", Json::array()}});
  EXPECT_EQ(second.wait_for_close(), 4100);
}

TEST_F(BadInput, AGiantFrame) {
  WireClient client;
  const auto conv = join(client).at("conv").get<std::string>();
  expect_alive(client, conv);
  client.send(R"({"t":"pub","x":")" + std::string(70'000, 'a') + "\"}");
  EXPECT_EQ(client.wait_for_close(), 4204);
}

TEST_F(BadInput, InvalidUtf8) {
  WireClient client;
  join(client);
  client.send("{\"t\":\"ping\",\"n\":\"\xC3\x28\"}");
  EXPECT_EQ(client.wait_for_close(), 1007);
}

TEST_F(BadInput, HalfAFrameOfJson) {
  WireClient client;
  join(client);
  client.send(R"({"t":"pub","mid":)");
  EXPECT_EQ(client.next("err").at("code"), "E_BAD_FRAME");
  EXPECT_EQ(client.wait_for_close(), 4203);
}

TEST_F(BadInput, ABinaryFrame) {
  WireClient client;
  join(client);
  client.send_binary("xyz");
  EXPECT_EQ(client.wait_for_close(), 4203);
}

TEST_F(BadInput, AnUnknownTypeAndWrongFields) {
  WireClient client;
  const auto conv = join(client).at("conv").get<std::string>();
  client.send_json({{"t", "dance"}});
  EXPECT_EQ(client.next("err").at("code"), "E_UNKNOWN_TYPE");
  client.send_json({{"t", "pub"}, {"mid", 7}});
  EXPECT_EQ(client.next("err").at("code"), "E_BAD_FRAME");
  expect_alive(client, conv);
}

TEST_F(BadInput, AForeignConversation) {
  WireClient owner;
  WireClient other;
  const auto conv = join(owner, make_uuid(1), "a").at("conv").get<std::string>();
  expect_alive(owner, conv);
  join(other, make_uuid(2), "b");
  other.send_json(pub(conv, "mine?"));
  EXPECT_EQ(other.next("err").at("code"), "E_FORBIDDEN");
}

TEST_F(BadInput, AReusedMid) {
  WireClient client;
  const auto conv = join(client).at("conv").get<std::string>();
  auto frame = pub(conv, "one");
  client.send_json(frame);
  client.next("ack");
  frame["body"]["text"] = "two";
  client.send_json(frame);
  EXPECT_EQ(client.next("err").at("code"), "E_MID_REUSE");
  expect_alive(client, conv);
}

TEST_F(BadInput, TooLongATextAndNulCharacters) {
  WireClient client;
  const auto conv = join(client).at("conv").get<std::string>();
  client.send_json(pub(conv, std::string(10'001, 'a')));
  EXPECT_EQ(client.next("err").at("code"), "E_TOO_BIG");
  client.send_json(pub(conv, std::string("a\0b", 3)));
  EXPECT_EQ(client.next("err").at("code"), "E_BAD_FRAME");
  expect_alive(client, conv);
}

TEST_F(BadInput, MoreThanTheRate) {
  WireClient client;
  const auto conv = join(client).at("conv").get<std::string>();
  Json refused;
  int acks = 0;
  while (refused.is_null() && acks < 1'000) {
    const Json frame = pub(conv, "fast");
    const Json answer = client.answer_to(frame);
    if (answer.at("t") == "ack") {
      ++acks;
    } else {
      refused = answer;
    }
  }
  EXPECT_GE(acks, 20);
  EXPECT_EQ(refused.at("code"), "E_RATE");
  EXPECT_GT(refused.at("retry"), 0);
}

TEST_F(BadInput, NoHello) {
  WireClient client;
  ASSERT_TRUE(client.connect(port(), world_->visitor_set()).open);
  EXPECT_EQ(client.wait_for_close(), 4003);
}

TEST_F(BadInput, NeverAPong) {
  WireClient client;
  join(client);
  client.next("ping");
  EXPECT_EQ(client.wait_for_close(), 4003);
}

TEST_F(BadInput, GiantHeadersAndBodies) {
  net::HttpClientOptions options;
  options.address = "127.0.0.1";
  options.port = port();
  options.insecure = true;
  net::HttpClient client(options);
  const auto header = client.get("/livez", {{"X-Giant", std::string(40'000, 'a')}});
  EXPECT_TRUE(!header || header->status == 431) << header->status;
  net::HttpClient other(options);
  const auto body = other.post_json("/api/v1/auth/login", std::string(3'000'000, ' '));
  EXPECT_TRUE(!body || body->status == 413) << body->status;
  net::HttpClient third(options);
  EXPECT_EQ(third.get("/livez")->status, 200);
}

}  // namespace
}  // namespace hotdesk::system
