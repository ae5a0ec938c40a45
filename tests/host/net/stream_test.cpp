#include "net/stream.hpp"

#include <gtest/gtest.h>
#include <openssl/bio.h>
#include <signal.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <boost/asio/read.hpp>
#include <boost/asio/use_future.hpp>
#include <boost/asio/write.hpp>
#include <cstdlib>
#include <future>
#include <optional>
#include <thread>

#include "support.hpp"

namespace hotdesk::net::test {
namespace {

namespace asio = boost::asio;
using boost::system::error_code;

/// Both ends of one TLS connection on one loop.
struct Pair {
  Folder folder;
  TlsContext server_tls = make_server_tls(folder.file("cert.pem"), folder.file("key.pem")).value();
  TlsContext client_tls = make_client_tls("", true).value();
  asio::io_context io{1};
  std::optional<Stream> server;
  std::optional<Stream> client;

  Pair() {
    std::array<int, 2> fds{};
    if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds.data()) != 0) std::abort();
    server.emplace(Stream::Socket(io, asio::generic::stream_protocol(AF_UNIX, 0), fds[0]), server_tls.get(), true);
    client.emplace(Stream::Socket(io, asio::generic::stream_protocol(AF_UNIX, 0), fds[1]), client_tls.get(), false);
    server->async_handshake([](error_code failure) { EXPECT_FALSE(failure); });
    client->async_handshake([](error_code failure) { EXPECT_FALSE(failure); });
    run();
  }
  void run() {
    io.restart();
    io.run();
  }
};

TEST(Stream, BytesGoBothWaysAtOnce) {
  Pair pair;
  std::string sent(3'000'000, '\0');
  for (std::size_t i = 0; i < sent.size(); ++i) sent[i] = static_cast<char>(i * 7 + i / 251);
  std::string down(sent.size(), '\0');
  std::string up(sent.size(), '\0');
  int done = 0;
  const auto count = [&](error_code failure, std::size_t bytes) {
    EXPECT_FALSE(failure);
    EXPECT_EQ(bytes, sent.size());
    ++done;
  };
  asio::async_write(*pair.server, asio::buffer(sent), count);
  asio::async_write(*pair.client, asio::buffer(sent), count);
  asio::async_read(*pair.server, asio::buffer(up), count);
  asio::async_read(*pair.client, asio::buffer(down), count);
  pair.run();
  EXPECT_EQ(done, 4);
  EXPECT_TRUE(down == sent && up == sent);
}

TEST(Stream, NeverCompletesInsideTheCall) {
  Pair pair;
  bool inside = true;
  const std::string text = "x";
  pair.server->async_write_some(asio::buffer(text), [&](error_code, std::size_t) { EXPECT_FALSE(inside); });
  std::array<char, 8> buffer{};
  inside = false;
  pair.run();
  inside = true;
  bool read = false;
  pair.client->async_read_some(asio::buffer(buffer), [&](error_code, std::size_t bytes) {
    EXPECT_FALSE(inside);
    EXPECT_EQ(bytes, 1U);
    read = true;
  });
  inside = false;
  pair.run();
  EXPECT_TRUE(read);
}

TEST(Stream, ABufferSequenceLeavesAsOneRecord) {
  Pair pair;
  const std::array<std::string, 3> parts{"one ", "two ", "three"};
  const std::array<asio::const_buffer, 3> buffers{asio::buffer(parts[0]), asio::buffer(parts[1]), asio::buffer(parts[2])};
  pair.server->async_write_some(buffers, [](error_code, std::size_t bytes) { EXPECT_EQ(bytes, 13U); });
  pair.run();
  // A record is read by one SSL_read at most: what arrives in one read was one record.
  std::array<char, 64> buffer{};
  std::size_t got = 0;
  pair.client->async_read_some(asio::buffer(buffer), [&](error_code, std::size_t bytes) { got = bytes; });
  pair.run();
  EXPECT_EQ(std::string_view(buffer.data(), got), "one two three");
}

TEST(Stream, CorkedWritesLeaveTogether) {
  Pair pair;
  const auto before = pair.server->bytes_sent();
  pair.server->cork(true);
  for (const char* word : {"a", "bc", "def"})
    asio::async_write(*pair.server, asio::buffer(word, std::string_view(word).size()), [](error_code, std::size_t) {}), pair.run();
  EXPECT_EQ(pair.server->bytes_sent(), before) << "nothing yet";
  pair.server->cork(false);
  asio::async_write(*pair.server, asio::buffer("g", 1), [](error_code, std::size_t bytes) { EXPECT_EQ(bytes, 1U); });
  pair.run();
  std::array<char, 64> buffer{};
  std::size_t got = 0;
  pair.client->async_read_some(asio::buffer(buffer), [&](error_code, std::size_t bytes) { got = bytes; });
  pair.run();
  EXPECT_EQ(std::string_view(buffer.data(), got), "abcdefg");
}

TEST(Stream, CorkedWritesPassARecordsSizeInOrder) {
  Pair pair;
  std::string expected;
  std::string received;
  std::array<char, 4096> buffer{};
  std::function<void()> read = [&] {
    pair.client->async_read_some(asio::buffer(buffer), [&](error_code failure, std::size_t bytes) {
      received.append(buffer.data(), bytes);
      if (!failure) read();
    });
  };
  read();
  pair.server->cork(true);
  for (int i = 0; i < 100; ++i) {
    const std::string piece(static_cast<std::size_t>(1 + i * 37), static_cast<char>('a' + i % 26));
    expected += piece;
    if (i == 99) pair.server->cork(false);
    bool done = false;
    asio::async_write(*pair.server, asio::buffer(piece), [&](error_code failure, std::size_t) {
      EXPECT_FALSE(failure);
      done = true;
    });
    pair.io.restart();
    while (!done) pair.io.run_one();
  }
  pair.server->shutdown();
  pair.run();
  EXPECT_TRUE(received == expected) << received.size() << " of " << expected.size();
}

TEST(Stream, ThePeersEndIsEof) {
  Pair pair;
  pair.client->shutdown();
  std::array<char, 8> buffer{};
  error_code got;
  pair.server->async_read_some(asio::buffer(buffer), [&](error_code failure, std::size_t) { got = failure; });
  pair.run();
  EXPECT_EQ(got, asio::error::eof);
}

TEST(Stream, ClosingEndsWhatIsUnderWay) {
  Pair pair;
  std::array<char, 8> buffer{};
  error_code got;
  pair.server->async_read_some(asio::buffer(buffer), [&](error_code failure, std::size_t) { got = failure; });
  asio::post(pair.io, [&] { pair.server->close(); });
  pair.run();
  EXPECT_EQ(got, asio::error::operation_aborted);
}

/// What a server does that still writes when its client has just gone.
void write_to_a_gone_peer_by_ssl_set_fd() {
  ::signal(SIGPIPE, SIG_DFL);
  Folder folder;
  const auto server_tls = make_server_tls(folder.file("cert.pem"), folder.file("key.pem")).value();
  const auto client_tls = make_client_tls("", true).value();
  std::array<int, 2> fds{};
  if (::socketpair(AF_UNIX, SOCK_STREAM, 0, fds.data()) != 0) std::abort();
  std::thread client([&] {
    SSL* ssl = SSL_new(client_tls.get());
    SSL_set_fd(ssl, fds[1]);
    if (SSL_connect(ssl) != 1) std::abort();
    SSL_free(ssl);
    ::close(fds[1]);
  });
  SSL* ssl = SSL_new(server_tls.get());
  SSL_set_fd(ssl, fds[0]);
  if (SSL_accept(ssl) != 1) std::abort();
  client.join();
  const std::string text(1000, 'x');
  for (int i = 0; i < 3; ++i) SSL_write(ssl, text.data(), static_cast<int>(text.size()));
  std::exit(0);
}

void write_to_a_gone_peer_by_stream() {
  ::signal(SIGPIPE, SIG_DFL);
  Pair pair;
  pair.client->close();
  const std::string text(1000, 'x');
  int failures = 0;
  for (int i = 0; i < 3; ++i) {
    pair.server->async_write_some(asio::buffer(text), [&](error_code failure, std::size_t) { failures += failure ? 1 : 0; });
    pair.run();
  }
  std::exit(failures == 3 ? 0 : 1);
}

TEST(StreamDeathTest, SslSetFdDiesOfSigpipeWhereWeGetAnError) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  EXPECT_EXIT(write_to_a_gone_peer_by_ssl_set_fd(), ::testing::KilledBySignal(SIGPIPE), "");
  EXPECT_EXIT(write_to_a_gone_peer_by_stream(), ::testing::ExitedWithCode(0), "");
}

}  // namespace
}  // namespace hotdesk::net::test
