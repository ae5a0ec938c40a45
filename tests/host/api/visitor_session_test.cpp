#include "base/bytes.hpp"
#include "crypto/mac.hpp"
#include "host/api/fixture.hpp"

namespace hotdesk::api {
namespace {
using nlohmann::json;
const net::Headers shop = {{"Origin", "https://shop.example"}};

struct VisitorSession : ApiTest {
  Reply begin(json body, const std::string& token = "", const net::Headers& headers = shop) {
    if (!body.contains("site")) body["site"] = a_.site.code;
    return ask("POST", "/api/v1/visitor/session", body, {token, "", "", false}, headers);
  }
  std::string jwt(json claims, const std::string& secret = "secret of Shop A", json header = nullptr) {
    if (header.is_null()) header = {{"alg", "HS256"}, {"typ", "JWT"}, {"kid", a_.site.keys[0].kid}};
    const std::string input = to_base64url(header.dump()) + "." + to_base64url(claims.dump());
    return input + "." + to_base64url(crypto::hmac_sha256(secret, input));
  }
  json claims(const std::string& jti, std::int64_t ahead = 120) {
    const auto now = clock_.now_ms() / 1000;
    return {{"sub", "customer-7"}, {"aud", "hotdesk-identity"}, {"exp", now + ahead}, {"iat", now}, {"jti", jti}, {"name", "Carl"}};
  }
};

TEST_F(VisitorSession, GivesATokenASignedSetAConversationAndTheWidget) {
  const auto reply = begin({{"page", {{"url", "https://shop.example/cart?x=1"}, {"title", "Cart"}, {"referrer", "https://search.example/"}}}});
  ASSERT_EQ(reply.status, 200) << reply.body.dump();
  const auto& body = reply.body;
  const auto& c = body["connect"];
  const tenants::ConnectSet set{c["site"], c["role"], c["user"], c["ts"], c["nonce"], c["kid"], c["sig"]};
  const auto caller = signer_->check(set, a_.site);
  ASSERT_TRUE(caller) << caller.error().text;
  EXPECT_EQ(caller->role, tenants::Role::visitor);
  EXPECT_EQ(caller->id.text(), body["user"]);
  EXPECT_TRUE(parse_uuid(body["conversation"].get<std::string>()));
  EXPECT_EQ(body["widget"]["color"], "#2457e6");
  EXPECT_EQ(body["widget"]["quick"], json::array());
  EXPECT_EQ(reply.http.header("Access-Control-Allow-Origin"), "https://shop.example");
  const auto site = get("/api/v1/sites/" + a_.site.id.text(), bearer(a_.admin)).body;
  EXPECT_EQ(site["last_ping"]["origin"], "https://shop.example");
  EXPECT_EQ(site["last_ping"]["url"], "https://shop.example/cart?x=1");
}

TEST_F(VisitorSession, WritesNoRowBeforeTheFirstMessage) {
  const auto reply = begin({{"page", {{"url", "https://shop.example/"}}}});
  const Uuid user = *parse_uuid(reply.body["user"].get<std::string>());
  EXPECT_FALSE(store_->visitors().find_visitor(a_.tenant, user).value());
  const auto opening = visits_->find(a_.tenant, user);
  ASSERT_TRUE(opening);
  EXPECT_EQ(opening->device, R"({"kind":"desktop","os":"Linux","browser":"Firefox"})");
  EXPECT_EQ(opening->site, a_.site.id);
  EXPECT_EQ(reply.body["conversation"], open(a_, user).text());  // what the first message then opens
}

TEST_F(VisitorSession, AFormMakesTheRow) {
  const auto reply = begin({{"visitor", {{"name", "Vera"}, {"email", "vera@example.com"}, {"attributes", {{"plan", "gold"}, {"age", 42}, {"paid", true}}}}}});
  ASSERT_EQ(reply.status, 200) << reply.body.dump();
  const auto seen = get("/api/v1/visitors/" + reply.body["user"].get<std::string>(), bearer(a_.agent)).body;
  EXPECT_EQ(seen["name"], "Vera");
  EXPECT_EQ(seen["email"], "vera@example.com");
  EXPECT_EQ(seen["attributes"], (json{{"plan", "gold"}, {"age", "42"}, {"paid", "true"}}));
  EXPECT_EQ(begin({{"visitor", {{"email", "not an address"}}}}).status, 400);
  EXPECT_EQ(begin({{"visitor", {{"attributes", {{"x", json::array()}}}}}}).status, 400);
  EXPECT_EQ(begin({{"visitor", {{"name", std::string(81, 'x')}}}}).status, 400);
  EXPECT_EQ(begin({{"visitor", "x"}}).status, 400);
}

TEST_F(VisitorSession, TheTokenAloneSaysWhoItIs) {
  const auto first = begin(json::object()).body;
  const auto again = begin({{"user", make_uuid(1).text()}}, first["token"]).body;
  EXPECT_EQ(again["user"], first["user"]);
  EXPECT_EQ(again["conversation"], first["conversation"]);
  EXPECT_NE(begin({{"user", first["user"]}}).body["user"], first["user"]);
  EXPECT_NE(begin(json::object(), "forged").body["user"], first["user"]);
  EXPECT_NE(begin({{"site", b_.site.code}}, first["token"]).body["user"], first["user"]);  // another site: somebody new
  const auto sibling = post("/api/v1/sites", {{"name", "Second"}, {"allowed_origins", {"https://shop.example"}}}, bearer(a_.admin)).body;
  EXPECT_NE(begin({{"site", sibling["site"]}}, first["token"]).body["user"], first["user"]);  // also of the same tenant
  clock_.advance(31LL * 24 * 3'600'000);
  EXPECT_NE(begin(json::object(), first["token"]).body["user"], first["user"]);
}

TEST_F(VisitorSession, OnlyAllowedOriginsAndLiveSites) {
  EXPECT_EQ(begin(json::object(), "", {{"Origin", "https://evil.example"}}).code(), "E_ORIGIN");
  EXPECT_EQ(begin(json::object(), "", {{"Origin", "https://shop.example.evil.example"}}).code(), "E_ORIGIN");
  EXPECT_EQ(begin(json::object(), "", {{"Origin", "http://shop.example"}}).code(), "E_ORIGIN");
  EXPECT_EQ(begin(json::object(), "", {{"Origin", "null"}}).code(), "E_ORIGIN");
  EXPECT_EQ(begin(json::object(), "", {{"Origin", "https://desk.example"}}).status, 200);
  EXPECT_EQ(begin(json::object(), "", {}).status, 200);  // no browser
  EXPECT_EQ(begin({{"site", "nowhere"}}).status, 404);
  EXPECT_EQ(begin({{"site", 5}}).status, 400);
  ask("PATCH", "/api/v1/sites/" + a_.site.id.text(), {{"active", false}}, bearer(a_.admin));
  EXPECT_EQ(begin(json::object()).code(), "E_SITE_DISABLED");
}

TEST_F(VisitorSession, IdentityContinuesAsTheSitesUser) {
  const auto first = begin({{"identity", jwt(claims("jti-number-1"))}});
  ASSERT_EQ(first.status, 200) << first.body.dump();
  const auto second = begin({{"identity", jwt(claims("jti-number-2"))}});
  EXPECT_EQ(second.body["user"], first.body["user"]);
  const Uuid user = *parse_uuid(first.body["user"].get<std::string>());
  EXPECT_EQ(visits_->find(a_.tenant, user)->external_id, "customer-7");
  EXPECT_EQ(visits_->find(a_.tenant, user)->name, "Carl");
  // The same person by a set that the site's back end signed itself.
  tenants::ConnectSet set{a_.site.code, "visitor", "customer-7", clock_.now_ms() / 1000, std::string(22, 'n'), a_.site.keys[0].kid, ""};
  set.sig = tenants::sign_connect(set, "desk.example", a_.site.keys[0].secret);
  EXPECT_EQ(signer_->check(set, a_.site)->id, user);
}

TEST_F(VisitorSession, IdentityIsJudgedStrictly) {
  const auto refused = [&](const std::string& token) {
    const auto reply = begin({{"identity", token}});
    return reply.status == 401 && reply.code() == "E_IDENTITY";
  };
  const std::string good = jwt(claims("jti-once-only"));
  EXPECT_EQ(begin({{"identity", good}}).status, 200);
  EXPECT_TRUE(refused(good)) << "a jti counts once";
  EXPECT_TRUE(refused(jwt(claims("jti-other-key"), "another secret")));
  EXPECT_TRUE(refused(jwt(claims("jti-none-alg"), "secret of Shop A", {{"alg", "none"}, {"kid", a_.site.keys[0].kid}})));
  EXPECT_TRUE(refused(jwt(claims("jti-far-away", 301))));
  EXPECT_TRUE(refused(jwt(claims("jti-over-now", 0))));
  EXPECT_EQ(begin({{"identity", jwt(claims("jti-at-limit", 300))}}).status, 200);
  for (const char* lacking : {"sub", "aud", "exp", "jti"}) {
    auto some = claims("jti-lacking-" + std::string(lacking));
    some.erase(lacking);
    EXPECT_TRUE(refused(jwt(some))) << lacking;
  }
  auto other = claims("jti-audience");
  other["aud"] = "another-service";
  EXPECT_TRUE(refused(jwt(other)));
  // Keys of another site sign nobody here.
  EXPECT_TRUE(refused(jwt(claims("jti-other-site"), "secret of Shop B", {{"alg", "HS256"}, {"kid", b_.site.keys[0].kid}})));
}

TEST_F(VisitorSession, PagesFollowTheVisitorIntoTheRow) {
  const auto body = begin({{"page", {{"url", "https://shop.example/a?utm_source=news"}, {"title", "A"}}}}).body;
  const As me{body["token"], "", "", false};
  const Uuid user = *parse_uuid(body["user"].get<std::string>());
  clock_.advance(1000);
  EXPECT_EQ(post("/api/v1/visitor/page", {{"url", "https://shop.example/b"}, {"title", "B"}}, me).status, 204);
  open(a_, user);
  clock_.advance(1000);
  EXPECT_EQ(post("/api/v1/visitor/page", {{"url", "https://shop.example/c"}, {"title", "C"}}, me).status, 204);
  const auto seen = get("/api/v1/visitors/" + user.text(), bearer(a_.agent)).body;
  ASSERT_EQ(seen["pages"].size(), 3u) << seen.dump();
  EXPECT_EQ(seen["pages"][0]["title"], "C");
  EXPECT_EQ(seen["pages"][2]["url"], "https://shop.example/a?utm_source=news");
  EXPECT_EQ(seen["source"]["utm_source"], "news");
  EXPECT_EQ(post("/api/v1/visitor/page", {{"url", "javascript:alert(1)"}}, me).status, 400);
  int limited = 0;
  for (int i = 0; i < 20; ++i) limited += post("/api/v1/visitor/page", {{"url", "https://shop.example/" + std::to_string(i)}}, me).status == 429;
  EXPECT_GT(limited, 5);
}

TEST_F(VisitorSession, ABrowsersQuestionIsAnswered) {
  const auto reply = ask("OPTIONS", "/api/v1/visitor/session", nullptr, {}, shop);
  EXPECT_EQ(reply.status, 204);
  EXPECT_EQ(reply.http.header("Access-Control-Allow-Origin"), "https://shop.example");
  EXPECT_EQ(reply.http.header("Access-Control-Allow-Credentials"), "");
  EXPECT_EQ(ask("OPTIONS", "/api/v1/users", nullptr, {}, shop).status, 405);
}

TEST_F(VisitorSession, OneAddressIsLimited) {
  int limited = 0;
  for (int i = 0; i < 130; ++i) limited += begin(json::object()).status == 429;
  EXPECT_GE(limited, 8);
  EXPECT_LE(limited, 10);
}
}  // namespace
}  // namespace hotdesk::api
