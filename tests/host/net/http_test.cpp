#include "net/http.hpp"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "net/http_parser.hpp"
#include "net/http_text.hpp"

namespace hotdesk::net {
namespace {

TEST(Problem, IsProblemJson) {
  const auto answer = problem(404, "not_found", "No \"such\" thing.\n");
  const auto json = nlohmann::json::parse(answer.body);
  EXPECT_EQ(json["status"], 404);
  EXPECT_EQ(json["title"], "Not Found");
  EXPECT_EQ(json["code"], "not_found");
  EXPECT_EQ(json["detail"], "No \"such\" thing.\n");
  EXPECT_EQ(json["trace_id"].get<std::string>().size(), 16U);
  EXPECT_EQ(answer.header("content-type"), "application/problem+json");
  EXPECT_EQ(problem(fail(Errc::busy, "Later.")).header("Retry-After"), "1");
  EXPECT_EQ(problem(fail(Errc::limited, "Later.")).status, 429);
}

TEST(HttpRequest, Lookups) {
  HttpRequest request;
  request.headers = {{"Content-TYPE", "a"}, {"Cookie", "x=1; __Host-s=abc=; y="}, {"cookie", "z=9"}};
  request.query_items = {{"a", "1"}, {"a", "2"}};
  EXPECT_EQ(request.header("content-type"), "a");
  EXPECT_EQ(request.header("absent"), "");
  EXPECT_EQ(request.query("a"), "1");
  EXPECT_FALSE(request.query("A"));
  EXPECT_EQ(request.cookie("__Host-s"), "abc=");
  EXPECT_EQ(request.cookie("y"), "");
  EXPECT_EQ(request.cookie("z"), "9");
  EXPECT_FALSE(request.cookie("s"));
}

TEST(WriteHead, AddsTheSecurityHeadersAndNoSmuggledLine) {
  HttpResponse response = text_response(200, "body");
  response.set("Cache-Control", "no-cache");
  response.add("X-Evil", "a\r\nSet-Cookie: stolen=1");
  response.add("Content-Length", "999");
  const std::string head = write_head(response, {});
  for (const char* expected :
       {"Strict-Transport-Security: ", "X-Content-Type-Options: nosniff\r\n", "Referrer-Policy: ", "frame-ancestors 'none'",
        "Cache-Control: no-cache\r\n", "Content-Length: 4\r\n", "Date: ", "Connection: keep-alive\r\n"})
    EXPECT_NE(head.find(expected), std::string::npos) << expected;
  for (const char* unexpected : {"stolen", "999", "no-store"}) EXPECT_EQ(head.find(unexpected), std::string::npos) << unexpected;
  EXPECT_EQ(write_head(response, {.tls = false}).find("Strict-Transport"), std::string::npos);
}

struct Malformed {
  const char* name;
  const char* text;
  int status;
};
class HttpParserRefuses : public ::testing::TestWithParam<Malformed> {};

TEST_P(HttpParserRefuses, WithItsStatus) {
  HttpParser parser(HttpParser::Role::request, 16 * 1024);
  std::string text = GetParam().text;
  HttpParser::Step step;
  do {
    step = parser.feed(text);
    text.erase(0, step.consumed);
  } while (step.progress == HttpParser::Progress::header_done);
  ASSERT_EQ(step.progress, HttpParser::Progress::failed);
  EXPECT_EQ(parser.failure(), GetParam().status);
}

INSTANTIATE_TEST_SUITE_P(
    Inputs, HttpParserRefuses,
    ::testing::Values(Malformed{"no_version", "GET /\r\n\r\n", 400}, Malformed{"garbage", "\x01\x02\x03\r\n\r\n", 400},
                      Malformed{"version_2", "GET / HTTP/2.0\r\n\r\n", 505},
                      Malformed{"two_lengths", "POST / HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab", 400},
                      Malformed{"negative", "POST / HTTP/1.1\r\nContent-Length: -1\r\n\r\n", 400},
                      Malformed{"length_and_chunked",
                                "POST / HTTP/1.1\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 501},
                      Malformed{"bad_chunk", "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", 400},
                      Malformed{"space_before_colon", "GET / HTTP/1.1\r\nHost : a\r\n\r\n", 400}),
    [](const auto& each) { return std::string(each.param.name); });

}  // namespace
}  // namespace hotdesk::net
