#include "net/static_files.hpp"

#include <gtest/gtest.h>
#include <zlib.h>

#include <filesystem>

#include "support.hpp"

namespace hotdesk::net::test {
namespace {

std::string unpack(const std::string& gzip) {
  z_stream stream{};
  inflateInit2(&stream, 15 + 16);
  std::string out(1 << 20, '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(gzip.data()));
  stream.avail_in = static_cast<uInt>(gzip.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  const int result = inflate(&stream, Z_FINISH);
  out.resize(result == Z_STREAM_END ? stream.total_out : 0);
  inflateEnd(&stream);
  return out;
}

class StaticFilesTest : public ::testing::Test {
 protected:
  StaticFilesTest() {
    const std::string script = "console.log('" + std::string(2000, 'x') + "')";
    folder.write("app/index.html", "<title>app</title>");
    folder.write("app/assets/main-Ab12cD34.js", script);
    folder.write("app/assets/style.css", std::string(1000, ' ') + "body{}");
    folder.write("app/assets/style.css.br", "brotli");
    folder.write("app/logo.svg", "<svg/>");
    folder.write("secret.txt", "secret");
    std::filesystem::create_symlink(folder.path() / "secret.txt", folder.path() / "app" / "link.txt");
    StaticOptions options;
    options.folder = folder.file("app");
    options.prefix = "/admin";
    options.document_headers = [](const HttpRequest& request) -> std::optional<Headers> {
      if (request.query("site") == "unknown") return std::nullopt;
      return Headers{{"Content-Security-Policy", "frame-ancestors https://" + std::string(request.query("site").value_or("none"))}};
    };
    options.asset_headers = {{"Cross-Origin-Resource-Policy", "cross-origin"}};
    files = StaticFiles::load(options).value();
    server = std::make_unique<TestServer>(nullptr, nullptr, [&](Router& router) {
      router.mount("/admin", StaticFiles::handler(files));
    });
  }
  HttpResponse get(const std::string& target, const Headers& headers = {}) {
    auto client = server->client();
    return client.get(target, headers).value();
  }
  Folder folder;
  std::shared_ptr<const StaticFiles> files;
  std::unique_ptr<TestServer> server;
};

TEST_F(StaticFilesTest, DocumentsRevalidateAndCarryTheirPolicy) {
  for (const char* path : {"/admin", "/admin/", "/admin/index.html", "/admin/people/7"}) {
    const auto answer = get(std::string(path) + "?site=shop.example");
    EXPECT_EQ(answer.status, 200) << path;
    EXPECT_EQ(answer.body, "<title>app</title>");
    EXPECT_EQ(answer.header("content-type"), "text/html; charset=utf-8");
    EXPECT_EQ(answer.header("cache-control"), "no-cache");
    EXPECT_EQ(answer.header("content-security-policy"), "frame-ancestors https://shop.example");
  }
  EXPECT_EQ(get("/admin/?site=unknown").status, 404);
}

TEST_F(StaticFilesTest, HashedAssetsAreImmutableOthersNot) {
  const auto hashed = get("/admin/assets/main-Ab12cD34.js");
  EXPECT_EQ(hashed.header("cache-control"), "public, max-age=31536000, immutable");
  EXPECT_EQ(hashed.header("content-type"), "text/javascript; charset=utf-8");
  EXPECT_EQ(hashed.header("cross-origin-resource-policy"), "cross-origin");
  EXPECT_EQ(get("/admin/assets/style.css").header("cache-control"), "no-cache");
}

TEST_F(StaticFilesTest, APagesAddressMayHoldDots) {
  EXPECT_EQ(get("/admin/plugins/org.example.filter?site=shop.example", {{"Accept", "text/html,*/*"}}).status, 200);
  EXPECT_EQ(get("/admin/plugins/org.example.filter", {{"Accept", "*/*"}}).status, 404);
}

TEST_F(StaticFilesTest, AMissingAssetIs404NotThePage) {
  EXPECT_EQ(get("/admin/assets/gone.js").status, 404);
}

TEST_F(StaticFilesTest, EncodingsAreChosenAndHaveTheirOwnETags) {
  const auto plain = get("/admin/assets/main-Ab12cD34.js");
  const auto gzip = get("/admin/assets/main-Ab12cD34.js", {{"Accept-Encoding", "deflate, GZIP;q=0.5"}});
  EXPECT_EQ(gzip.header("content-encoding"), "gzip");
  EXPECT_EQ(gzip.header("vary"), "Accept-Encoding");
  EXPECT_EQ(unpack(gzip.body), plain.body);
  EXPECT_NE(gzip.header("etag"), plain.header("etag"));
  const auto brotli = get("/admin/assets/style.css", {{"Accept-Encoding", "gzip, br"}});
  EXPECT_EQ(brotli.header("content-encoding"), "br");
  EXPECT_EQ(brotli.body, "brotli");
  EXPECT_EQ(get("/admin/assets/style.css", {{"Accept-Encoding", "br;q=0"}}).header("content-encoding"), "");
  EXPECT_EQ(get("/admin/logo.svg", {{"Accept-Encoding", "gzip"}}).header("content-encoding"), "") << "too small to gain";
}

TEST_F(StaticFilesTest, IfNoneMatchIs304) {
  const std::string etag(get("/admin/logo.svg").header("etag"));
  ASSERT_EQ(etag.front(), '"');
  for (const auto& value : {etag, "W/" + etag, "\"x\", " + etag, std::string("*")}) {
    const auto answer = get("/admin/logo.svg", {{"If-None-Match", value}});
    EXPECT_EQ(answer.status, 304) << value;
    EXPECT_EQ(answer.body, "");
    EXPECT_EQ(answer.header("etag"), etag);
  }
  EXPECT_EQ(get("/admin/logo.svg", {{"If-None-Match", "\"other\""}}).status, 200);
}

TEST_F(StaticFilesTest, NothingOutsideTheFolder) {
  for (const char* path : {"/admin/../secret.txt", "/admin/%2e%2e/secret.txt", "/admin/..%2fsecret.txt", "/admin//../secret.txt",
                           "/admin/link.txt", "/admin/....//secret.txt", "/admin/%5c..%5csecret.txt"}) {
    const auto answer = get(path);
    EXPECT_TRUE(answer.status == 400 || answer.status == 404) << path << ' ' << answer.status;
    EXPECT_EQ(answer.body.find("\"secret\""), std::string::npos);
  }
}

TEST_F(StaticFilesTest, OnlyReading) {
  auto client = server->client();
  EXPECT_EQ(client.request("POST", "/admin/index.html", "x").value().status, 404);
  EXPECT_EQ(client.request("HEAD", "/admin/logo.svg").value().header("content-length"), "6");
}

TEST_F(StaticFilesTest, LoadIsBounded) {
  StaticOptions options;
  options.folder = folder.file("app");
  options.max_bytes = 1000;
  EXPECT_EQ(StaticFiles::load(options).error().code, Errc::too_big);
  options.max_bytes = 1 << 20;
  options.max_files = 2;
  EXPECT_EQ(StaticFiles::load(options).error().code, Errc::too_big);
  options.folder = folder.file("absent");
  EXPECT_EQ(StaticFiles::load(options).error().code, Errc::not_found);
}

TEST_F(StaticFilesTest, HandlersMayServeWithHeadersOfTheirOwn) {
  HttpRequest request;
  const auto answer = files->serve(request, "", {{"Content-Security-Policy", "mine"}});
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->header("content-security-policy"), "mine");
  EXPECT_FALSE(files->serve(request, "../secret.txt", {}));
}

}  // namespace
}  // namespace hotdesk::net::test
