#include "host/api/fixture.hpp"

namespace hotdesk::api {
namespace {
using nlohmann::json;

struct Sites : ApiTest {
  std::string path_ = "/api/v1/sites/" + a_.site.id.text();
};
struct Users : ApiTest {
  std::string path(const tenants::User& user) { return "/api/v1/users/" + user.id.text(); }
};
struct Rest : ApiTest {};

TEST_F(Sites, AreMadeChangedAndAudited) {
  const auto made = post("/api/v1/sites", {{"name", " Toys "}, {"allowed_origins", {"HTTPS://Toys.Example:443/", "http://localhost:8080"}}}, bearer(a_.admin));
  ASSERT_EQ(made.status, 201) << made.body.dump();
  EXPECT_EQ(made.body["name"], "Toys");
  EXPECT_EQ(made.body["allowed_origins"], json({"https://toys.example", "http://localhost:8080"}));
  EXPECT_NE(made.body["snippet"].get<std::string>().find("https://desk.example/widget.js\" data-site=\"" + made.body["site"].get<std::string>()), std::string::npos);
  EXPECT_TRUE(made.body["last_ping"].is_null());
  const auto changed = ask("PATCH", "/api/v1/sites/" + made.body["id"].get<std::string>(), {{"name", "Games"}, {"active", false}}, bearer(a_.admin));
  EXPECT_EQ(changed.body["name"], "Games");
  EXPECT_EQ(changed.body["active"], false);
  EXPECT_EQ(changed.body["allowed_origins"].size(), 2u);
  const auto log = get("/api/v1/audit-log", bearer(a_.admin)).body["data"];
  EXPECT_EQ(log[0]["action"], "site.update");
  EXPECT_EQ(log[0]["actor"]["name"], "ada");
  EXPECT_EQ(log[0]["detail"]["name"], "Games");
  EXPECT_EQ(log[0]["ip"], "198.51.100.7");
  EXPECT_EQ(log[1]["action"], "site.create");
}

TEST_F(Sites, OriginsAreOriginsAndNothingElse) {
  for (const char* bad : {"shop.example", "https://", "https://shop.example/path", "https://shop.example?x", "ftp://shop.example", "https://a b",
                          "https://*", "https://shop.example:0", "https://shop.example:99999", "https://u@shop.example", "null", "https://sh'op.example; x"}) {
    const auto reply = ask("PATCH", path_, {{"allowed_origins", {bad}}}, bearer(a_.admin));
    EXPECT_EQ(reply.status, 400) << bad;
    EXPECT_EQ(reply.body["errors"][0]["field"], "allowed_origins/0");
  }
  EXPECT_EQ(ask("PATCH", path_, {{"allowed_origins", {"https://[::1]:8443"}}}, bearer(a_.admin)).body["allowed_origins"], json({"https://[::1]:8443"}));
}

TEST_F(Sites, WidgetSettingsAreJudgedOneByOne) {
  const auto good = ask("PATCH", path_, {{"widget", {{"title", "你好"}, {"color", "#112233"}, {"team", {{{"name", "Ann"}}}}, {"quick", {"Prices?"}}}}}, bearer(a_.admin));
  ASSERT_EQ(good.status, 200) << good.body.dump();
  EXPECT_EQ(good.body["widget"]["title"], "你好");
  EXPECT_EQ(good.body["widget"]["position"], "right");
  EXPECT_EQ(ask("PATCH", path_, {{"widget", {{"position", "left"}}}}, bearer(a_.admin)).body["widget"]["title"], "你好");
  EXPECT_EQ(ask("PATCH", path_, {{"widget", {{"title", nullptr}}}}, bearer(a_.admin)).body["widget"]["title"], "");
  const auto bad = ask("PATCH", path_, {{"widget", {{"color", "red"}, {"position", "top"}, {"script", "x"}, {"team", {{{"name", "A"}, {"url", "x"}}}}}}}, bearer(a_.admin));
  EXPECT_EQ(bad.status, 400);
  EXPECT_EQ(bad.body["errors"].size(), 4u) << bad.body.dump();
}

TEST_F(Sites, TwoKeysAreShownOnceAndCanGo) {
  const auto made = post(path_ + "/keys", json::object(), bearer(a_.admin));
  ASSERT_EQ(made.status, 201);
  EXPECT_EQ(made.body["secret"].get<std::string>().size(), 43u);
  EXPECT_EQ(get(path_, bearer(a_.admin)).body.dump().find(made.body["secret"].get<std::string>()), std::string::npos);
  EXPECT_EQ(get("/api/v1/audit-log", bearer(a_.admin)).body.dump().find(made.body["secret"].get<std::string>()), std::string::npos);
  EXPECT_EQ(post(path_ + "/keys", json::object(), bearer(a_.admin)).status, 409);
  EXPECT_EQ(ask("DELETE", path_ + "/keys/" + a_.site.keys[0].kid, nullptr, bearer(a_.admin)).status, 204);
  EXPECT_EQ(ask("DELETE", path_ + "/keys/" + a_.site.keys[0].kid, nullptr, bearer(a_.admin)).status, 404);
  const auto site = store_->sites().find_site(a_.tenant, a_.site.id).value().value();
  ASSERT_EQ(site.keys.size(), 1u);
  EXPECT_EQ(site.keys[0].kid, made.body["kid"]);
  EXPECT_EQ(site.keys[0].secret, made.body["secret"]);
}

TEST_F(Users, AreMadeWithAPasswordThatWorks) {
  const auto made = post("/api/v1/users", {{"username", "New.Agent"}, {"name", "Newbie"}, {"role", "agent"}}, bearer(a_.admin));
  ASSERT_EQ(made.status, 201) << made.body.dump();
  EXPECT_EQ(made.body["user"]["username"], "new.agent");
  EXPECT_EQ(made.body["user"]["state"], "offline");
  EXPECT_TRUE(made.body["user"]["last_login_at"].is_null());
  const auto entered = ask("POST", "/api/v1/auth/login", {{"username", "NEW.AGENT"}, {"password", made.body["password"]}}, {}, {{"Origin", "https://desk.example"}});
  EXPECT_EQ(entered.status, 200);
  EXPECT_EQ(post("/api/v1/users", {{"username", "new.agent"}, {"name", "x"}}, bearer(b_.admin)).status, 409);  // unique over all tenants
  const auto own = post("/api/v1/users", {{"username", "second"}, {"name", "S"}, {"password", "chosen by hand"}}, bearer(a_.admin));
  EXPECT_FALSE(own.body.contains("password"));
  const auto bad = post("/api/v1/users", {{"username", "a b"}, {"name", " "}, {"role", "god"}, {"password", "short"}}, bearer(a_.admin));
  EXPECT_EQ(bad.status, 400);
  EXPECT_EQ(bad.body["errors"].size(), 4u) << bad.body.dump();
}

TEST_F(Users, NobodyHandsOutMoreThanTheyHave) {
  EXPECT_EQ(post("/api/v1/users", {{"username", "boss"}, {"name", "B"}, {"role", "operator"}}, bearer(a_.admin)).status, 400);
  EXPECT_EQ(post("/api/v1/users", {{"username", "boss"}, {"name", "B"}, {"role", "operator"}}, bearer(a_.operator_)).status, 201);
  EXPECT_EQ(ask("PATCH", path(a_.agent), {{"role", "operator"}}, bearer(a_.admin)).status, 400);
  EXPECT_EQ(ask("PATCH", path(a_.operator_), {{"active", false}}, bearer(a_.admin)).status, 403);
  EXPECT_EQ(post(path(a_.operator_) + "/password", json::object(), bearer(a_.admin)).status, 403);
}

TEST_F(Users, RoleChangeAndSwitchingOffEndLogIns) {
  const As agent = bearer(a_.agent);
  EXPECT_EQ(ask("PATCH", path(a_.agent), {{"name", "Annie"}, {"capacity", 3}}, bearer(a_.admin)).body["capacity"], 3);
  EXPECT_EQ(get("/api/v1/auth/me", agent).body["user"]["name"], "Annie");  // a new name ends nothing
  EXPECT_EQ(ask("PATCH", path(a_.agent), {{"role", "admin"}}, bearer(a_.admin)).status, 200);
  EXPECT_EQ(get("/api/v1/auth/me", agent).status, 401);
  ASSERT_EQ(closed_.size(), 1u);
  EXPECT_FALSE(closed_[0].second);
  const As again = bearer(row(a_.agent));
  EXPECT_EQ(ask("PATCH", path(a_.agent), {{"active", false}}, bearer(a_.admin)).status, 200);
  EXPECT_EQ(get("/api/v1/auth/me", again).status, 401);
  EXPECT_TRUE(closed_.back().second);
  EXPECT_EQ(get("/api/v1/auth/me", bearer(row(a_.agent))).status, 401);  // also with a token of the new gen
}

TEST_F(Users, TheLastAdminStays) {
  EXPECT_EQ(ask("PATCH", path(a_.admin), {{"active", false}}, bearer(a_.admin)).status, 409);
  EXPECT_EQ(ask("PATCH", path(a_.admin), {{"role", "agent"}}, bearer(a_.admin)).status, 409);
  EXPECT_EQ(ask("PATCH", path(a_.agent), {{"role", "admin"}}, bearer(a_.admin)).status, 200);
  EXPECT_EQ(ask("PATCH", path(a_.admin), {{"role", "agent"}}, bearer(a_.admin)).status, 200);
}

TEST_F(Users, AResetPasswordWorksOnceTold) {
  const As agent = bearer(a_.agent);
  const auto reset = post(path(a_.agent) + "/password", json::object(), bearer(a_.admin));
  ASSERT_EQ(reset.status, 200);
  EXPECT_EQ(get("/api/v1/auth/me", agent).status, 401);
  const auto login = [&](const std::string& with) {
    return ask("POST", "/api/v1/auth/login", {{"username", a_.agent.username}, {"password", with}}, {}, {{"Origin", "https://desk.example"}}).status;
  };
  EXPECT_EQ(login(reset.body["password"]), 200);
  EXPECT_EQ(login(password), 401);
  EXPECT_EQ(get("/api/v1/audit-log", bearer(a_.admin)).body.dump().find(reset.body["password"].get<std::string>()), std::string::npos);
}

TEST_F(Rest, OverviewCountsAndHealthTells) {
  open(a_, make_uuid(clock_.now_ms()));
  presence_->connected(a_.tenant, a_.agent.id);
  const auto overview = get("/api/v1/overview", bearer(a_.admin)).body;
  EXPECT_EQ(overview["agents_online"], 1);
  EXPECT_EQ(overview["connections"], 7);
  EXPECT_EQ(overview["visitors_online"], 3);
  EXPECT_EQ(overview["conversations"]["waiting"], 1);
  EXPECT_EQ(overview["messages_today"], 1);
  EXPECT_EQ(overview["uptime_s"], 60);
  EXPECT_EQ(overview["node"], "n1");
  const auto agents = get("/api/v1/agents", bearer(a_.agent)).body["data"];
  for (const auto& agent : agents) EXPECT_EQ(agent["state"], agent["name"] == "ann" ? "online" : "offline");

  auto health = get("/api/healthz", {});
  EXPECT_EQ(health.status, 200);
  EXPECT_EQ(health.body, (json{{"redis", "OFF"}, {"database", "OK"}, {"websocket", "OK"}, {"version", "0.1.0-selfhost"}}));
  EXPECT_EQ(get("/readyz", {}).status, 200);
  ready_ = false;
  EXPECT_EQ(get("/readyz", {}).status, 503);
  database_ = "DOWN";
  EXPECT_EQ(get("/api/healthz", {}).status, 503);
  EXPECT_EQ(get("/livez", {}).status, 200);
}

TEST_F(Rest, PluginsAreSwappedByTheirRoutes) {
  const auto list = get("/api/v1/plugins", bearer(a_.admin)).body["data"];
  ASSERT_GE(list.size(), 2u) << list.dump();
  const std::string one = "/api/v1/plugins/org.hotdesk.filtering";
  EXPECT_EQ(get(one, bearer(a_.admin)).body["release"]["stable"], "1.0.0");
  const auto swapped = post(one + "/activate", {{"version", "1.1.0"}}, bearer(a_.admin));
  ASSERT_EQ(swapped.status, 200) << swapped.body.dump();
  EXPECT_EQ(swapped.body["release"]["stable"], "1.1.0");
  EXPECT_EQ(swapped.body["release"]["previous"], "1.0.0");
  EXPECT_EQ(get(one, bearer(b_.admin)).body["release"]["stable"], "1.0.0");  // the other tenant keeps its own
  EXPECT_EQ(post(one + "/rollback", json::object(), bearer(a_.admin)).body["release"]["stable"], "1.0.0");
  const auto canary = post(one + "/canary", {{"version", "1.1.0"}, {"percent", 12.34}}, bearer(a_.admin));
  EXPECT_EQ(canary.body["release"]["percent"], 12.34) << canary.body.dump();
  for (const json& percent : {json(100.5), json(-1), json(0.005), json("5"), json(nullptr)})
    EXPECT_EQ(post(one + "/canary", {{"version", "1.1.0"}, {"percent", percent}}, bearer(a_.admin)).status, 400) << percent;
  EXPECT_EQ(post(one + "/promote", json::object(), bearer(a_.admin)).body["release"]["stable"], "1.1.0");
  EXPECT_EQ(post(one + "/disable", json::object(), bearer(a_.admin)).body["enabled"], false);
  EXPECT_EQ(post(one + "/enable", json::object(), bearer(a_.admin)).body["enabled"], true);
  EXPECT_EQ(post(one + "/activate", {{"version", "9.9.9"}}, bearer(a_.admin)).status, 404);
  EXPECT_EQ(post("/api/v1/plugins/none/activate", {{"version", "1.0.0"}}, bearer(a_.admin)).status, 404);
  // The machine's owner without a tenant speaks for everybody without a release of their own.
  EXPECT_EQ(post(one + "/activate", {{"version", "1.1.0"}}, {"", "", "", true}).status, 200);
  EXPECT_EQ(get(one, bearer(b_.admin)).body["release"]["stable"], "1.1.0");
  bool seen = false;
  for (const auto& entry : plugin_rows_->audit()) seen = seen || (entry.actor == a_.admin.id && entry.ip == "198.51.100.7");
  EXPECT_TRUE(seen);
}

TEST_F(Rest, BodiesAndAddressesAreBounded) {
  EXPECT_EQ(router_.max_body("POST", "/api/v1/auth/login"), 4u * 1024);
  EXPECT_EQ(router_.max_body("POST", "/api/v1/sites"), 64u * 1024);
  std::string deep = "{\"a\":";
  for (int i = 0; i < 100; ++i) deep += "[";
  EXPECT_EQ(ask("POST", "/api/v1/sites", deep, bearer(a_.admin)).status, 400);
  EXPECT_EQ(ask("POST", "/api/v1/sites", "{\"name\":\"\xff\"}", bearer(a_.admin)).status, 400);
  EXPECT_EQ(get("/api/v1/users/not-an-id", bearer(a_.admin)).status, 404);
}
}  // namespace
}  // namespace hotdesk::api
