#include "net/http_stream.hpp"

#include <gmock/gmock.h>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <thread>

#include "net/address.hpp"
#include "net/url.hpp"
#include "support.hpp"

namespace hotdesk::net {
namespace {

using test::patience;

/// One plain-text connection, answered piece by piece as the test says.
class Script {
 public:
  explicit Script(std::vector<std::string> pieces, bool hang = false) : pieces_(std::move(pieces)), hang_(hang) {
    listener_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in name{};
    name.sin_family = AF_INET;
    name.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    ::bind(listener_, reinterpret_cast<sockaddr*>(&name), sizeof name);
    ::listen(listener_, 4);
    socklen_t size = sizeof name;
    ::getsockname(listener_, reinterpret_cast<sockaddr*>(&name), &size);
    port = ntohs(name.sin_port);
    thread_ = std::thread([this] { serve(); });
  }
  ~Script() {
    ::shutdown(listener_, SHUT_RDWR);
    thread_.join();
    ::close(listener_);
  }
  std::uint16_t port = 0;
  std::string heard;

 private:
  void serve() {
    const int fd = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
    if (fd < 0) return;
    std::array<char, 4096> buffer{};
    while (heard.find("\r\n\r\n") == std::string::npos) {
      const ssize_t got = ::recv(fd, buffer.data(), buffer.size(), 0);
      if (got <= 0) break;
      heard.append(buffer.data(), static_cast<std::size_t>(got));
    }
    for (const auto& piece : pieces_) ::send(fd, piece.data(), piece.size(), MSG_NOSIGNAL);
    while (hang_ && ::recv(fd, buffer.data(), buffer.size(), 0) > 0) {
    }
    ::close(fd);
  }
  const std::vector<std::string> pieces_;
  const bool hang_;
  int listener_ = -1;
  std::thread thread_;
};

StreamingRequest plain(std::uint16_t port, std::chrono::milliseconds time = patience) {
  StreamingRequest request;
  request.host = "localhost";
  request.address = "127.0.0.1";
  request.port = port;
  request.method = "GET";
  request.target = "/";
  request.deadline = std::chrono::steady_clock::now() + time;
  return request;
}

TEST(HttpStream, GivesChunksAsTheyCome) {
  const Script server({"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", "5\r\nhello\r\n", "6\r\n world\r\n", "0\r\n\r\n"});
  std::string text;
  int heads = 0;
  const auto status = send_streaming(plain(server.port), [&](int code, std::string_view bytes) {
    EXPECT_EQ(code, 200);
    if (bytes.empty()) ++heads;
    text += bytes;
    return true;
  });
  ASSERT_TRUE(status);
  EXPECT_EQ(*status, 200);
  EXPECT_EQ(text, "hello world");
  EXPECT_EQ(heads, 1);
}

TEST(HttpStream, SaysWhoIsAskedForWhat) {
  Script server({"HTTP/1.1 204 No Content\r\n\r\n"});
  auto request = plain(server.port);
  request.method = "POST";
  request.target = "/v1/x?y=1";
  request.headers = {{"Authorization", "Bearer k"}};
  request.body = "{}";
  EXPECT_EQ(send_streaming(request, [](int, std::string_view) { return true; }).value(), 204);
  EXPECT_THAT(server.heard, ::testing::StartsWith("POST /v1/x?y=1 HTTP/1.1\r\nHost: localhost:" + std::to_string(server.port) + "\r\n"));
  EXPECT_THAT(server.heard, ::testing::HasSubstr("Authorization: Bearer k\r\n"));
  EXPECT_THAT(server.heard, ::testing::HasSubstr("Content-Length: 2\r\n"));
}

TEST(HttpStream, EndsAtItsBoundsAndDeadline) {
  const auto any = [](int, std::string_view) { return true; };
  {
    const Script server({"HTTP/1.1 200 OK\r\nContent-Length: 20\r\n\r\n"}, true);
    auto request = plain(server.port);
    request.max_body = 19;
    EXPECT_EQ(send_streaming(request, any).error().code, Errc::too_big);
  }
  {
    const Script server({"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n", std::string(100, 'x')}, false);
    auto request = plain(server.port);
    request.max_body = 50;
    EXPECT_EQ(send_streaming(request, any).error().code, Errc::too_big) << "also where no length was announced";
  }
  {
    const Script server({"HTTP/1.1 200 OK\r\n"}, true);
    EXPECT_EQ(send_streaming(plain(server.port, std::chrono::milliseconds(300)), any).error().code, Errc::expired);
  }
  {
    const Script server({"HTTP/1.1 200 OK\r\nContent-Length: 20\r\n\r\nhello"});
    EXPECT_EQ(send_streaming(plain(server.port), any).error().code, Errc::busy) << "cut off";
  }
  {
    const Script server({"what?\r\n\r\n"});
    EXPECT_EQ(send_streaming(plain(server.port), any).error().code, Errc::invalid);
  }
}

TEST(HttpStream, StopsWhenNobodyWantsIt) {
  const Script server({"HTTP/1.1 200 OK\r\nContent-Length: 20\r\n\r\nhello"}, true);
  int pieces = 0;
  EXPECT_EQ(send_streaming(plain(server.port), [&](int, std::string_view) { return ++pieces < 2; }).value(), 200);
  const Script other({"HTTP/1.1 200 OK\r\nContent-Length: 20\r\n\r\nhello"}, true);
  EXPECT_EQ(send_streaming(plain(other.port), [](int, std::string_view) { return true; }, [] { return false; }).error().code, Errc::conflict);
}

TEST(HttpStream, TrustsNoStrangersCertificate) {
  const test::TestServer server;
  auto request = plain(server.port);
  request.target = "/hello";
  std::string text;
  const auto take = [&](int, std::string_view bytes) { return text += bytes, true; };
  request.tls = make_client_tls(server.folder.file("cert.pem"), false).value();
  EXPECT_EQ(send_streaming(request, take).value(), 200);
  EXPECT_EQ(text, "hello");
  request.host = "127.0.0.1";
  EXPECT_EQ(send_streaming(request, take).value(), 200) << "the certificate names the address, too";
  request.host = "elsewhere.example";
  EXPECT_EQ(send_streaming(request, take).error().code, Errc::invalid) << "another name";
  request.host = "127.0.0.2";
  EXPECT_EQ(send_streaming(request, take).error().code, Errc::invalid) << "another address";
  request.host = "localhost";
  request.tls = make_client_tls("", false).value();
  EXPECT_EQ(send_streaming(request, take).error().code, Errc::invalid) << "the system does not know who signed it";
}

TEST(ParseUrl, TakesAddressesApart) {
  const auto url = parse_url("https://API.example.com:8443/v1/chat?x=1").value();
  EXPECT_TRUE(url.tls);
  EXPECT_EQ(url.host, "api.example.com");
  EXPECT_EQ(url.port, 8443);
  EXPECT_EQ(url.target, "/v1/chat?x=1");
  EXPECT_EQ(parse_url("http://localhost:11434")->target, "/");
  EXPECT_EQ(parse_url("http://localhost")->port, 80);
  EXPECT_EQ(parse_url("https://x.example?a")->target, "/?a");
  EXPECT_EQ(parse_url("http://[::1]:80/")->host, "::1");
  for (const char* bad : {"", "ftp://x/", "https://", "https:///x", "https://a b/", "https://user@host/", "https://x/#frag", "https://x:0/",
                          "https://x:65536/", "https://x:/", "https://[::1/", "https://[zz]/", "https://x\r\ny/", "https://ä.example/",
                          "https://x\\y/", "//x/", "https://[::1]x/"})
    EXPECT_FALSE(parse_url(bad)) << bad;
}

TEST(Addresses, PrivateOnesAreKnown) {
  for (const char* text : {"127.0.0.1", "10.1.2.3", "172.16.0.1", "172.31.255.255", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.0",
                           "224.0.0.1", "255.255.255.255", "::1", "::", "fe80::1", "fd00::1", "ff02::1", "64:ff9b::a00:1", "2002:a00:1::",
                           "::ffff:10.0.0.1"})
    EXPECT_TRUE(is_private(*parse_address(text))) << text;
  for (const char* text : {"1.1.1.1", "172.15.0.1", "172.32.0.1", "192.167.1.1", "93.184.216.34", "2606:4700:4700::1111"})
    EXPECT_FALSE(is_private(*parse_address(text))) << text;
  EXPECT_TRUE(is_loopback(*parse_address("127.9.9.9")));
  EXPECT_FALSE(is_loopback(*parse_address("10.0.0.1")));
  ASSERT_TRUE(resolve("localhost"));
  EXPECT_TRUE(is_loopback(resolve("localhost")->front()));
}

}  // namespace
}  // namespace hotdesk::net
