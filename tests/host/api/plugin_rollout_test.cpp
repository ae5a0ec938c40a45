#include "host/api/fixture.hpp"

namespace hotdesk::api {
namespace {

const std::string one = "/api/v1/plugins/org.hotdesk.filtering";

struct PluginRollout : ApiTest {
  As admin() { return cookie(row(a_.admin)); }
  /// The machine's owner, who names no tenant: everybody's release.
  static As everybody() { return {.bearer = "", .cookie = "", .csrf = "", .local = true}; }
  As owner() { return bearer(row(a_.operator_)); }
  Reply start(const nlohmann::json& steps) { return post(one + "/rollout", {{"version", "1.1.0"}, {"steps", steps}}, admin()); }
};

TEST_F(PluginRollout, StartsPausesResumesAndStops) {
  auto reply = post(one + "/rollout", {{"version", "1.1.0"}}, admin());
  ASSERT_EQ(reply.status, 200) << reply.body.dump();
  const auto rollout = reply.body["rollout"];
  EXPECT_EQ(rollout["version"], "1.1.0");
  EXPECT_EQ(rollout["state"], "running");
  EXPECT_EQ(rollout["step"], 0);
  ASSERT_EQ(rollout["steps"].size(), 4U);
  EXPECT_EQ(rollout["steps"][3], (nlohmann::json{{"percent", 100.0}, {"hold_s", 600}}));
  EXPECT_TRUE(rollout["next_at"].is_string());
  EXPECT_EQ(reply.body["release"]["percent"], 1.0);
  EXPECT_EQ(reply.body["release"]["own"], true) << "an admin acts for their own tenant";
  EXPECT_EQ(reply.body["breaker"]["state"], "closed");
  EXPECT_EQ(get(one, bearer(row(b_.admin))).body["rollout"], nullptr);

  reply = post(one + "/rollout/pause", nullptr, admin());
  EXPECT_EQ(reply.body["rollout"]["state"], "paused");
  EXPECT_EQ(reply.body["rollout"]["next_at"], nullptr);
  EXPECT_EQ(post(one + "/rollout/resume", nullptr, admin()).body["rollout"]["state"], "running");
  EXPECT_EQ(post(one + "/rollout/stop", nullptr, admin()).body["rollout"]["state"], "done");
  EXPECT_EQ(post(one + "/rollout/stop", nullptr, admin()).status, 409);
}

TEST_F(PluginRollout, WrongStepsAreNamed) {
  const auto field = [&](const nlohmann::json& steps) {
    const auto reply = start(steps);
    EXPECT_EQ(reply.status, 400) << reply.body.dump();
    return reply.body.contains("errors") ? reply.body["errors"][0]["field"].get<std::string>() : "";
  };
  EXPECT_EQ(field(3), "steps");
  EXPECT_EQ(field(nlohmann::json::array()), "steps");
  EXPECT_EQ(field({{{"percent", 1.005}, {"hold_s", 1}}}), "steps/0/percent");
  EXPECT_EQ(field({{{"percent", "1"}, {"hold_s", 1}}}), "steps/0/percent");
  EXPECT_EQ(field({{{"percent", 1}}}), "steps/0/hold_s");
  EXPECT_EQ(field({{{"percent", 1}, {"hold_s", -1}}}), "steps/0/hold_s");
  EXPECT_EQ(field({{{"percent", 5}, {"hold_s", 1}}, {{"percent", 4}, {"hold_s", 1}}}), "steps/1/percent");
  EXPECT_EQ(field({1, 2}), "steps/0/percent");
  EXPECT_EQ(post(one + "/rollout", {{"version", "9.9.9"}}, admin()).status, 404);
  EXPECT_EQ(post(one + "/rollout", nlohmann::json::object(), admin()).status, 400);
}

TEST_F(PluginRollout, ShadowPinAndFollow) {
  auto reply = post(one + "/shadow", {{"version", "1.1.0"}}, admin());
  ASSERT_EQ(reply.status, 200) << reply.body.dump();
  EXPECT_EQ(reply.body["release"]["shadow"], true);
  EXPECT_EQ(post(one + "/shadow", {{"version", nullptr}}, admin()).body["release"]["candidate"], nullptr);
  EXPECT_EQ(post(one + "/shadow", nlohmann::json::object(), admin()).status, 400);
  reply = post(one + "/pin", {{"version", "1.1.0"}}, admin());
  EXPECT_EQ(reply.body["release"]["stable"], "1.1.0");
  EXPECT_EQ(post(one + "/follow", nullptr, admin()).body["release"]["own"], false);
  EXPECT_EQ(post(one + "/pin", {{"version", "1.1.0"}}, everybody()).status, 400) << "everybody cannot be pinned";
  EXPECT_EQ(post(one + "/follow", nullptr, everybody()).status, 400);
}

TEST_F(PluginRollout, CompareHealthAndPolicy) {
  post(one + "/canary", {{"version", "1.1.0"}, {"percent", 50}}, admin());
  const auto compared = get(one + "/compare", admin());
  ASSERT_EQ(compared.status, 200) << compared.body.dump();
  EXPECT_EQ(compared.body["stable"]["version"], "1.0.0");
  EXPECT_EQ(compared.body["candidate"]["version"], "1.1.0");
  EXPECT_EQ(compared.body["verdict"]["state"], "watching");
  EXPECT_EQ(get(one + "/compare", bearer(row(b_.admin))).body["candidate"], nullptr);
  const auto health = post(one + "/health", nullptr, admin());
  EXPECT_EQ(health.body["result"], "OK") << health.body.dump();
  EXPECT_EQ(ask("PUT", one + "/policy", {{"extension", "hotdesk.filter/1"}, {"fail_closed", true}}, admin()).status, 200);
  EXPECT_EQ(ask("PUT", one + "/policy", {{"extension", "none"}, {"fail_closed", true}}, admin()).status, 400);
  EXPECT_EQ(ask("PUT", one + "/policy", {{"extension", "hotdesk.filter/1"}}, admin()).status, 400);
}

TEST_F(PluginRollout, MarksAreTheOperators) {
  const std::string mark = one + "/versions/1.1.0/mark";
  EXPECT_EQ(ask("PUT", mark, {{"reason", "x"}}, admin()).status, 403);
  EXPECT_EQ(ask("PUT", mark, nlohmann::json::object(), owner()).status, 400);
  const auto reply = ask("PUT", mark, {{"reason", "leaks"}}, owner());
  ASSERT_EQ(reply.status, 200) << reply.body.dump();
  EXPECT_EQ(reply.body["versions"][1]["bad"]["reason"], "leaks");
  const auto refused = post(one + "/rollout", {{"version", "1.1.0"}}, admin());
  EXPECT_EQ(refused.status, 409);
  EXPECT_NE(refused.body["detail"].get<std::string>().find("leaks"), std::string::npos);
  EXPECT_EQ(ask("DELETE", mark, nullptr, owner()).body["versions"][1]["bad"], nullptr);
  EXPECT_EQ(ask("DELETE", mark, nullptr, owner()).status, 404);
  EXPECT_EQ(post(one + "/rollout", {{"version", "1.1.0"}}, admin()).status, 200);
}

TEST_F(PluginRollout, EventsArePaged) {
  const auto reply = get(one + "/events?limit=5", admin());
  ASSERT_EQ(reply.status, 200) << reply.body.dump();
  EXPECT_TRUE(reply.body["data"].is_array());
  EXPECT_EQ(get("/api/v1/plugins/none/events", admin()).status, 404);
}

}  // namespace
}  // namespace hotdesk::api
