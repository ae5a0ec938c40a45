#include <gtest/gtest.h>
#include <sys/stat.h>

#include "support.hpp"

namespace hotdesk::net::test {
namespace {

void who(Router& router) {
  router.add("GET", "/who", [](const HttpRequest& request, const Respond& respond) {
    respond(text_response(200, (request.local ? "owner " : "stranger ") + request.peer_address));
  });
  router.add("GET", "/mine", [](const HttpRequest&, const Respond& respond) { respond(text_response(200, "mine")); },
             {.local_only = true});
}

TEST(UnixSocket, TheOwnerIsRecognised) {
  Folder folder;
  const std::string path = folder.file("hotdesk.sock");
  TestServer server(nullptr, [&](ServerConfig& config) { config.unix_socket = path; }, who);
  HttpClientOptions options;
  options.unix_socket = path;
  HttpClient local(options);
  EXPECT_EQ(local.get("/who").value().body, "owner unix");
  EXPECT_EQ(local.get("/mine").value().body, "mine");
  EXPECT_EQ(local.get("/mine").value().header("strict-transport-security"), "");
  auto remote = server.client();
  EXPECT_EQ(remote.get("/who").value().body, "stranger 127.0.0.1");
  EXPECT_EQ(remote.get("/mine").value().status, 404);
  struct stat found {};
  ASSERT_EQ(::stat(path.c_str(), &found), 0);
  EXPECT_EQ(found.st_mode & 0777, 0600U);
  server.server->stop();
  EXPECT_NE(::stat(path.c_str(), &found), 0) << "the file goes with the server";
}

TEST(UnixSocket, AStaleFileIsReplacedALiveOneRespected) {
  Folder folder;
  const std::string path = folder.file("hotdesk.sock");
  const auto use_path = [&](ServerConfig& config) { config.unix_socket = path; };
  TestServer first(nullptr, use_path);
  ServerConfig config;
  config.unix_socket = path;
  Server second(config, first.loops, first.router, nullptr);
  const auto refused = second.start();
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, Errc::conflict);
  Folder other;
  other.write("hotdesk.sock", "a file that is no socket");
  ServerConfig clash;
  clash.unix_socket = other.file("hotdesk.sock");
  Server third(clash, first.loops, first.router, nullptr);
  EXPECT_FALSE(third.start());
}

TEST(UnixSocket, WithoutServerTheClientSaysSo) {
  HttpClientOptions options;
  options.unix_socket = "/nonexistent/hotdesk.sock";
  HttpClient client(options);
  const auto answer = client.get("/who");
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().code, Errc::busy);
}

}  // namespace
}  // namespace hotdesk::net::test
