#include "net/router.hpp"

#include <gtest/gtest.h>

#include <stdexcept>

namespace hotdesk::net {
namespace {

HttpHandler says(std::string word) {
  return [word](const HttpRequest& request, const Respond& respond) {
    std::string text = word;
    for (const auto& [name, value] : request.params) text += ' ' + name + '=' + value;
    respond(text_response(200, text));
  };
}

HttpResponse ask(const Router& router, std::string method, std::string path, bool local = false) {
  HttpRequest request;
  request.method = std::move(method);
  request.path = std::move(path);
  request.local = local;
  HttpResponse got;
  got.status = 0;
  router.route(request, [&](HttpResponse response) {
    if (got.status == 0) got = std::move(response);
  });
  return got;
}

class RouterTest : public ::testing::Test {
 protected:
  RouterTest() {
    router.add("GET", "/api/v1/sites", says("list"));
    router.add("POST", "/api/v1/sites", says("make"), {.max_body = 77});
    router.add("GET", "/api/v1/sites/{id}", says("one"));
    router.add("GET", "/api/v1/sites/new", says("form"));
    router.add("GET", "/api/v1/{kind}/{id}/parts", says("parts"));
    router.add("POST", "/local", says("local"), {.local_only = true});
    router.mount("/", says("root"));
    router.mount("/admin", says("admin"));
  }
  Router router;
};

TEST_F(RouterTest, FindsByMethodAndPath) {
  EXPECT_EQ(ask(router, "GET", "/api/v1/sites").body, "list");
  EXPECT_EQ(ask(router, "POST", "/api/v1/sites").body, "make");
  EXPECT_EQ(ask(router, "GET", "/api/v1/sites/a b").body, "one id=a b");
  EXPECT_EQ(ask(router, "GET", "/api/v1/sites/new").body, "form");
  EXPECT_EQ(ask(router, "GET", "/api/v1/sites/x/parts").body, "parts kind=sites id=x") << "falls back from the literal branch";
  EXPECT_EQ(ask(router, "HEAD", "/api/v1/sites").body, "list");
}

TEST_F(RouterTest, AParameterIsNeverEmpty) { EXPECT_EQ(ask(router, "GET", "/api/v1/sites/").body, "root"); }

TEST_F(RouterTest, SaysWhatAPathTakes) {
  const auto answer = ask(router, "DELETE", "/api/v1/sites");
  EXPECT_EQ(answer.status, 405);
  EXPECT_EQ(answer.header("allow"), "GET, HEAD, POST");
  EXPECT_EQ(answer.header("content-type"), "application/problem+json");
  EXPECT_EQ(ask(router, "POST", "/nothing").status, 404);
}

TEST_F(RouterTest, MountsTakeTheRest) {
  EXPECT_EQ(ask(router, "GET", "/admin").body, "admin");
  EXPECT_EQ(ask(router, "GET", "/admin/x/y").body, "admin");
  EXPECT_EQ(ask(router, "GET", "/administrator").body, "root") << "a prefix ends at a segment";
  EXPECT_EQ(ask(router, "POST", "/admin").status, 404);
}

TEST_F(RouterTest, LocalRoutesAreInvisibleElsewhere) {
  EXPECT_EQ(ask(router, "POST", "/local", true).body, "local");
  EXPECT_EQ(ask(router, "POST", "/local").status, 404);
  EXPECT_EQ(ask(router, "DELETE", "/local").status, 404);
}

TEST_F(RouterTest, KnowsTheBodysBound) {
  EXPECT_EQ(router.max_body("POST", "/api/v1/sites"), 77U);
  EXPECT_EQ(router.max_body("GET", "/api/v1/sites"), 1024U * 1024);
  EXPECT_EQ(router.max_body("POST", "/nothing"), 64U * 1024);
}

TEST_F(RouterTest, AHandlersExceptionIsA500) {
  router.add("GET", "/bad", [](const HttpRequest&, const Respond&) { throw std::runtime_error("secret"); });
  const auto answer = ask(router, "GET", "/bad");
  EXPECT_EQ(answer.status, 500);
  EXPECT_EQ(answer.body.find("secret"), std::string::npos);
}

TEST_F(RouterTest, RefusesMistakesAtStart) {
  EXPECT_THROW(router.add("GET", "/api/v1/sites", says("again")), std::logic_error);
  EXPECT_THROW(router.add("GET", "no-slash", says("x")), std::logic_error);
  EXPECT_THROW(router.add("GET", "/a{b}", says("x")), std::logic_error);
  EXPECT_THROW(router.add("GET", "/null", nullptr), std::logic_error);
}

}  // namespace
}  // namespace hotdesk::net
