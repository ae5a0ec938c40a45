#include <algorithm>

#include "host/api/fixture.hpp"

namespace hotdesk::api {
namespace {
using nlohmann::json;
const net::Headers own = {{"Origin", "https://desk.example"}, {"Referer", "https://desk.example/admin/"}};

struct Auth : ApiTest {
  Reply login(const std::string& name, const std::string& with, const net::Headers& headers = own) {
    return ask("POST", "/api/v1/auth/login", {{"username", name}, {"password", with}}, {}, headers);
  }
  json log() { return get("/api/v1/login-log", bearer(row(a_.admin))).body.at("data"); }
};

TEST_F(Auth, LogsInWithTwoCookiesAndNoTokenInTheBody) {
  const auto reply = login(a_.admin.username, password);
  ASSERT_EQ(reply.status, 200) << reply.body.dump();
  EXPECT_EQ(reply.body["user"]["role"], "admin");
  EXPECT_EQ(reply.body["user"]["tenant"]["name"], "Shop A");
  EXPECT_FALSE(reply.body.contains("token"));
  std::vector<std::string> set;
  for (const auto& [name, value] : reply.http.headers)
    if (name == "Set-Cookie") set.push_back(value);
  ASSERT_EQ(set.size(), 2u);
  for (const auto& each : set)
    for (const char* part : {"; Path=/", "; Secure", "; SameSite=Strict", "; Max-Age=43200"}) EXPECT_NE(each.find(part), std::string::npos) << each;
  EXPECT_NE(set[0].find("; HttpOnly"), std::string::npos);
  EXPECT_EQ(set[1].find("; HttpOnly"), std::string::npos);
  EXPECT_EQ(reply.cookie("__Host-hotdesk-csrf"), reply.body["csrf"]);

  const As as{"", *reply.cookie("__Host-hotdesk"), reply.body["csrf"], false};
  const auto me = get("/api/v1/auth/me", as);
  EXPECT_EQ(me.status, 200);
  EXPECT_EQ(me.body["user"], reply.body["user"]);
  EXPECT_EQ(me.body["csrf"], reply.body["csrf"]);
}

TEST_F(Auth, LogInTakesOwnPagesAndJsonAlone) {
  EXPECT_EQ(login(a_.admin.username, password, {}).code(), "E_ORIGIN");
  EXPECT_EQ(login(a_.admin.username, password, {{"Origin", "https://evil.example"}}).code(), "E_ORIGIN");
  EXPECT_EQ(login(a_.admin.username, password, {{"Origin", "http://desk.example"}}).code(), "E_ORIGIN");
  EXPECT_EQ(login(a_.admin.username, password, {{"Origin", "https://10.0.0.5:8443"}, {"Host", "10.0.0.5:8443"}}).status, 200);
  auto headers = own;
  headers.emplace_back("Content-Type", "text/plain");
  EXPECT_EQ(login(a_.admin.username, password, headers).status, 415);
  EXPECT_EQ(ask("POST", "/api/v1/auth/login", "[1]", {}, own).status, 400);
  EXPECT_EQ(ask("POST", "/api/v1/auth/login", "{", {}, own).status, 400);
  const auto reply = ask("POST", "/api/v1/auth/login", {{"username", 5}}, {}, own);
  EXPECT_EQ(reply.status, 400);
  EXPECT_EQ(reply.body["errors"].size(), 2u);
  EXPECT_EQ(log().size(), 1u);  // only the one that was judged
}

TEST_F(Auth, TriesRunOutAndTheLockEnds) {
  for (int left = 4; left >= 0; --left) {
    const auto reply = login(a_.agent.username, "wrong");
    EXPECT_EQ(reply.status, 401);
    EXPECT_EQ(reply.code(), "E_LOGIN");
    EXPECT_EQ(reply.body["tries_left"], left);
    EXPECT_EQ(reply.http.headers.end(), std::find_if(reply.http.headers.begin(), reply.http.headers.end(), [](auto& h) { return h.first == "Set-Cookie"; }));
  }
  auto reply = login(a_.agent.username, password);
  EXPECT_EQ(reply.status, 429);
  EXPECT_EQ(reply.code(), "E_LOCKED");
  EXPECT_EQ(reply.body["retry_after"], 30);
  EXPECT_EQ(reply.http.header("Retry-After"), "30");
  clock_.advance(29'999);
  EXPECT_EQ(login(a_.agent.username, password).body["retry_after"], 1);
  clock_.advance(1);
  EXPECT_EQ(login(a_.agent.username, password).status, 200);
  EXPECT_EQ(login("nobody.at.all", "wrong").body["tries_left"], 4);
}

TEST_F(Auth, LogHasARowForEachJudgedTry) {
  login(a_.agent.username, "wrong");
  login(a_.agent.username, password, {{"Origin", "https://desk.example"}, {"Referer", "https://desk.example/agent/"}});
  post("/api/v1/auth/token", {{"username", a_.agent.username}, {"password", password}}, {});
  login(b_.agent.username, "wrong");
  const auto rows = log();
  ASSERT_EQ(rows.size(), 3u) << rows.dump();  // another tenant's are not ours to see
  EXPECT_EQ(rows[0]["source"], "Api");
  EXPECT_EQ(rows[1]["source"], "WebAgent");
  EXPECT_EQ(rows[2]["source"], "WebAdmin");
  EXPECT_EQ(rows[2]["success"], false);
  EXPECT_EQ(rows[1]["success"], true);
  EXPECT_EQ(rows[2]["username"], a_.agent.username);
  EXPECT_EQ(rows[2]["ip"], "198.51.100.7");
  EXPECT_NE(rows[2]["ua"].get<std::string>().find("Firefox"), std::string::npos);
  const auto users = get("/api/v1/users/" + a_.agent.id.text(), bearer(row(a_.admin))).body;
  EXPECT_TRUE(users["last_login_at"].is_string());
}

TEST_F(Auth, WritesNeedTheCsrfValueOfThisVeryLogIn) {
  const As admin = cookie(a_.admin);
  const auto rename = [&](As as, const net::Headers& headers = {}) { return ask("PATCH", "/api/v1/tenant", {{"name", "New"}}, as, headers); };
  EXPECT_EQ(rename({"", admin.cookie, "", false}).code(), "E_CSRF");
  EXPECT_EQ(rename({"", admin.cookie, "nonsense", false}).code(), "E_CSRF");
  EXPECT_EQ(rename({"", admin.cookie, cookie(b_.admin).csrf, false}).code(), "E_CSRF");
  EXPECT_EQ(rename(admin, {{"Origin", "https://evil.example"}}).status, 403);
  EXPECT_EQ(get("/api/v1/tenant", admin).body["name"], "Shop A");
  EXPECT_EQ(get("/api/v1/tenant", {"", admin.cookie, "", false}).status, 200);
  EXPECT_EQ(rename(admin).status, 200);
  EXPECT_EQ(get("/api/v1/tenant", admin).body["name"], "New");
}

TEST_F(Auth, NoTokenIsGoodForAnotherPurpose) {
  const auto now = clock_.now_ms();
  const tenants::LoginClaims claims{a_.tenant, a_.admin.id, tenants::Role::admin, now, 0, now + 3'600'000};
  const std::string rt = tokens_->make_resume({a_.tenant, a_.site.id, a_.admin.id, "d", tenants::Role::admin, now, 0, now + 3'600'000});
  const std::string cookie = tokens_->make_cookie(claims);
  const std::string bearer = tokens_->make_bearer(claims);
  const std::string visitor = tokens_->make_visitor({a_.tenant, a_.site.id, a_.admin.id, now, 0, now + 3'600'000});
  const auto as_bearer = [&](const std::string& token) { return get("/api/v1/users", {token, "", "", false}).status; };
  const auto as_cookie = [&](const std::string& token) { return get("/api/v1/users", {"", token, "", false}).status; };
  EXPECT_EQ(as_bearer(bearer), 200);
  EXPECT_EQ(as_bearer(cookie), 401);
  EXPECT_EQ(as_bearer(rt), 401);
  EXPECT_EQ(as_bearer(visitor), 403);  // a visitor it is, even with an admin's id: the token says so
  EXPECT_EQ(as_bearer(tokens_->make_csrf(cookie)), 401);
  EXPECT_EQ(as_cookie(cookie), 200);
  EXPECT_EQ(as_cookie(bearer), 401);
  EXPECT_EQ(as_cookie(rt), 401);
  EXPECT_EQ(as_cookie(visitor), 401);
}

TEST_F(Auth, TokensEnd) {
  const auto made = post("/api/v1/auth/token", {{"username", a_.admin.username}, {"password", password}}, {});
  ASSERT_EQ(made.status, 200);
  const As as{made.body["token"], "", "", false};
  EXPECT_EQ(get("/api/v1/auth/me", as).status, 200);
  clock_.advance(12LL * 3'600'000 - 1);
  EXPECT_EQ(get("/api/v1/auth/me", as).status, 200);
  clock_.advance(1);
  EXPECT_EQ(get("/api/v1/auth/me", as).code(), "E_EXPIRED");
  EXPECT_EQ(ask("POST", "/api/v1/auth/token", {{"username", "a"}, {"password", "b"}}, {}, {{"Origin", "https://evil.example"}}).status, 403);
}

TEST_F(Auth, LogOutEndsEveryLogInOfTheAccount) {
  const As browser = cookie(a_.admin);
  const As program = bearer(a_.admin);
  const auto reply = post("/api/v1/auth/logout", json::object(), browser);
  EXPECT_EQ(reply.status, 204);
  EXPECT_EQ(reply.cookie("__Host-hotdesk"), "");
  EXPECT_EQ(get("/api/v1/auth/me", browser).status, 401);
  EXPECT_EQ(get("/api/v1/auth/me", program).status, 401);
  ASSERT_EQ(closed_.size(), 1u);
  EXPECT_EQ(closed_[0], std::make_pair(a_.admin.id, false));
  EXPECT_EQ(row(a_.admin).gen, 1);
}

TEST_F(Auth, ANewPasswordKeepsThisBrowserAlone) {
  const As browser = cookie(a_.agent);
  const As other = bearer(a_.agent);
  EXPECT_EQ(post("/api/v1/auth/password", {{"old_password", "wrong"}, {"new_password", "another good one"}}, browser).status, 403);
  EXPECT_EQ(post("/api/v1/auth/password", {{"old_password", password}, {"new_password", "short"}}, browser).status, 400);
  const auto reply = post("/api/v1/auth/password", {{"old_password", password}, {"new_password", "another good one"}}, browser);
  ASSERT_EQ(reply.status, 204) << reply.body.dump();
  EXPECT_EQ(get("/api/v1/auth/me", other).status, 401);
  EXPECT_EQ(get("/api/v1/auth/me", browser).status, 401);
  EXPECT_EQ(get("/api/v1/auth/me", {"", *reply.cookie("__Host-hotdesk"), "", false}).status, 200);
  EXPECT_EQ(login(a_.agent.username, "another good one").status, 200);
  EXPECT_EQ(login(a_.agent.username, password).status, 401);
}

TEST_F(Auth, ATicketIsASetThatHoldsForItsRole) {
  const auto reply = post("/api/v1/agent/ticket", json::object(), cookie(a_.agent));
  ASSERT_EQ(reply.status, 200);
  const auto& c = reply.body["connect"];
  const tenants::ConnectSet set{c["site"], c["role"], c["user"], c["ts"], c["nonce"], c["kid"], c["sig"]};
  const auto caller = signer_->check(set, a_.site);
  ASSERT_TRUE(caller) << caller.error().text;
  EXPECT_EQ(caller->id, a_.agent.id);
  EXPECT_EQ(caller->role, tenants::Role::agent);
  EXPECT_FALSE(signer_->check(set, b_.site));
}

TEST_F(Auth, FailedLoginsOfOneAddressAreLimited) {
  for (int i = 0; i < 150; ++i) EXPECT_EQ(login(a_.agent2.username, password).status, 200);
  int limited = 0;
  for (int i = 0; i < 101; ++i) limited += login("someone" + std::to_string(i), "x").code() == "E_RATE";
  EXPECT_EQ(limited, 1);
  EXPECT_EQ(login(a_.agent.username, password).code(), "E_RATE");
  clock_.advance(60'000);
  EXPECT_EQ(login(a_.agent.username, password).status, 200);
}

TEST_F(Auth, RequestsAreCountedByAccountAndElseByAddress) {
  std::int64_t asked = 0;
  while (get("/livez", {}).status == 200 && asked < 10'000) ++asked;
  EXPECT_EQ(asked, 3'000);
  EXPECT_EQ(get("/livez", {}).code(), "E_RATE");
  EXPECT_EQ(get("/api/v1/auth/me", {"forged", "", "", false}).code(), "E_RATE");
  EXPECT_EQ(get("/api/v1/auth/me", bearer(a_.agent)).status, 200);
  EXPECT_EQ(get("/api/v1/auth/me", cookie(a_.admin)).status, 200);
}
}  // namespace
}  // namespace hotdesk::api
