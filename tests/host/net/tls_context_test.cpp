#include "net/tls_context.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include "support.hpp"

namespace hotdesk::net::test {
namespace {

struct Handshake {
  bool done = false;
  std::string version;
  std::string group;
  bool ticket = false;
};

/// A client with its own wishes against a running server.
Handshake shake(const TestServer& server, const std::function<void(SSL_CTX*)>& wish) {
  SSL_CTX* context = SSL_CTX_new(TLS_client_method());
  wish(context);
  SSL* ssl = SSL_new(context);
  const int fd = server.connect_plain();
  SSL_set_fd(ssl, fd);
  Handshake result;
  result.done = SSL_connect(ssl) == 1;
  if (result.done) {
    result.version = SSL_get_version(ssl);
    result.group = std::to_string(SSL_get_negotiated_group(ssl));
    // A TLS 1.3 ticket would come after the handshake, with the first bytes.
    const std::string text = "GET /hello HTTP/1.1\r\nHost: a\r\n\r\n";
    SSL_write(ssl, text.data(), static_cast<int>(text.size()));
    std::array<char, 2048> answer{};
    SSL_read(ssl, answer.data(), static_cast<int>(answer.size()));
    result.ticket = SSL_SESSION_has_ticket(SSL_get_session(ssl)) == 1;
  }
  SSL_free(ssl);
  SSL_CTX_free(context);
  ::close(fd);
  return result;
}

TEST(Tls, SpeaksOneThreeWithX25519AndGivesNoTicket) {
  TestServer server;
  const auto result = shake(server, [](SSL_CTX*) {});
  ASSERT_TRUE(result.done);
  EXPECT_EQ(result.version, "TLSv1.3");
  EXPECT_EQ(result.group, std::to_string(NID_X25519));
  EXPECT_FALSE(result.ticket);
}

TEST(Tls, OneTwoIsTheLeast) {
  TestServer server;
  const auto one_two = shake(server, [](SSL_CTX* context) { SSL_CTX_set_max_proto_version(context, TLS1_2_VERSION); });
  EXPECT_TRUE(one_two.done);
  EXPECT_FALSE(one_two.ticket);
  const auto one_one = shake(server, [](SSL_CTX* context) {
    SSL_CTX_set_max_proto_version(context, TLS1_1_VERSION);
    SSL_CTX_set_security_level(context, 0);
    SSL_CTX_set_cipher_list(context, "ALL");
  });
  EXPECT_FALSE(one_one.done);
}

TEST(Tls, AStrangersCertificateIsRefusedByOurClients) {
  TestServer server;
  Folder stranger;
  HttpClientOptions options;
  options.host = "localhost";
  options.port = server.port;
  options.address = "127.0.0.1";
  options.ca_file = stranger.file("cert.pem");
  HttpClient client(options);
  const auto answer = client.get("/hello");
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().code, Errc::invalid);
  EXPECT_NE(answer.error().text.find("not trusted"), std::string::npos) << answer.error().text;
  options.ca_file = server.folder.file("cert.pem");
  options.host = "other.example";
  HttpClient wrong_name(options);
  EXPECT_FALSE(wrong_name.get("/hello")) << "the certificate bears another name";
}

TEST(Tls, ReloadedCertificatesServeNewConnections) {
  TestServer server;
  auto before = server.client();
  ASSERT_EQ(before.get("/hello").value().status, 200);
  server.folder.make_certificate();
  ASSERT_TRUE(server.server->reload_certificate());
  EXPECT_EQ(before.get("/hello").value().status, 200) << "open connections go on";
  auto after = server.client();
  EXPECT_EQ(after.get("/hello").value().status, 200) << "the client trusts only the new one";
  server.folder.write("cert.pem", "nonsense");
  const auto failed = server.server->reload_certificate();
  ASSERT_FALSE(failed);
  EXPECT_NE(failed.error().text.find("cert.pem"), std::string::npos);
  EXPECT_EQ(after.get("/hello").value().status, 200) << "the old one stays";
}

TEST(Tls, AKeyOfAnotherCertificateIsRefused) {
  Folder one;
  Folder two;
  EXPECT_FALSE(make_server_tls(one.file("cert.pem"), two.file("key.pem")));
  EXPECT_FALSE(make_server_tls(one.file("missing.pem"), one.file("key.pem")));
}

}  // namespace
}  // namespace hotdesk::net::test
