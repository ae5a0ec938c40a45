// A version grows by itself while people chat, over a kill -9 too; a worse one is taken back, one that kills the host is kept out.
#include <gtest/gtest.h>

#include <chrono>
#include <functional>
#include <nlohmann/json.hpp>
#include <stdexcept>
#include <thread>

#include "system/crowd.hpp"
#include "net/http_client.hpp"
#include "support/server_process.hpp"
#include "support/wire_client.hpp"

namespace hotdesk::system {
namespace {
using Json = nlohmann::json;
using Clock = std::chrono::steady_clock;

const std::string rolling = "/api/v1/plugins/test.rolling";

struct RolloutStory : ::testing::Test {
  Json ask(const std::string& method, const std::string& target, const Json& body = nullptr) {
    net::HttpClientOptions options;
    options.unix_socket = server.socket_path();
    net::HttpClient client(options);
    const auto answer = client.request(method, target, body.is_null() ? "" : body.dump(), {{"Content-Type", "application/json"}});
    if (!answer) throw std::runtime_error(answer.error().text);
    EXPECT_LT(answer->status, 300) << target << " " << answer->content();
    return Json::parse(answer->content());
  }
  Json plugin() { return ask("GET", rolling); }
  static Json version(const Json& plugin, const std::string& name) {
    for (const Json& one : plugin.at("versions"))
      if (one.at("version") == name) return one;
    return {};
  }
  /// Asks until it holds; throws after a minute and a half. @return how long that took
  std::int64_t wait_ms(const char* what, const std::function<bool()>& holds) {
    const auto begin = Clock::now();
    while (!holds()) {
      if (Clock::now() - begin > std::chrono::seconds(90)) throw std::runtime_error(std::string("waited in vain until ") + what + ": " + plugin().dump());
      std::this_thread::sleep_for(std::chrono::milliseconds(20));
    }
    return std::chrono::duration_cast<std::chrono::milliseconds>(Clock::now() - begin).count();
  }
  /// A message of a visitor who was never here. @return the type of what answers it
  std::string say(const std::string& text) {
    support::WireClient visitor;
    EXPECT_TRUE(visitor.connect(server.port(), world.visitor_set()).open);
    const std::string conv = visitor.hello().at("conv");
    return visitor.answer_to(message(conv, text)).at("t");
  }
  static Json message(const std::string& conv, const std::string& text) {
    return {{"t", "pub"}, {"mid", make_uuid(SystemClock{}.now_ms()).text()}, {"conv", conv}, {"kind", "text"}, {"body", {{"text", text}}}};
  }
  static Json steps(const std::vector<std::pair<int, int>>& all) {
    Json out = Json::array();
    for (const auto& [percent, hold] : all) out.push_back({{"percent", percent}, {"hold_s", hold}});
    return out;
  }

  support::TemporaryFolder folder;
  support::World world = support::make_world(folder.path(), 2);
  support::ServerProcess server{world, Json{{"plugins", {{"path", HOTDESK_ROLLING}}}, {"limits", {{"exempt", {"127.0.0.0/8"}}}}}.dump()};
};

TEST_F(RolloutStory, APlanGoesItsWayUnderChatAndOverAKill9) {
  server.start();
  support::History history((folder.path() / "history.jsonl").string());
  CrowdOptions options;
  options.visitors = 6;
  options.outstanding = 1;
  options.agents_answer = false;  // two agents would fall behind in a talk of half a minute
  Crowd crowd(world, server.port(), history, options);
  crowd.start();
  ask("POST", rolling + "/rollout", {{"version", "1.1.0"}, {"steps", steps({{1, 1}, {10, 15}, {50, 6}, {100, 1}})}});
  wait_ms("it is at 10 %", [&] { return plugin().at("release").at("percent") == 10.0; });
  crowd.wait_for_acks(50);
  server.kill9();
  server.start();
  crowd.move_to(server.port());
  const Json back = plugin();
  EXPECT_EQ(back.at("rollout").at("state"), "running");
  EXPECT_EQ(back.at("release").at("percent"), 10.0) << "its hold goes on";
  crowd.wait_for_acks(50);
  wait_ms("it is at 50 %", [&] { return plugin().at("release").at("percent").get<double>() >= 50.0; });
  // Who talks already keeps the version that the conversation met first; new visitors are divided.
  for (int i = 0; i < 20; ++i) say("hello");
  EXPECT_GT(version(plugin(), "1.1.0").at("calls"), 0);
  wait_ms("it is done", [&] { return plugin().at("rollout").at("state") == "done"; });
  crowd.wait_for_acks(50);
  crowd.finish();
  const Json end = plugin();
  EXPECT_EQ(end.at("release").at("stable"), "1.1.0");
  EXPECT_EQ(end.at("release").at("candidate"), nullptr);
  std::vector<std::string> edges;
  const Json events = ask("GET", rolling + "/events?limit=100");
  for (const Json& event : events.at("data"))
    if (event.at("action").get<std::string>().starts_with("plugin.rollout")) edges.push_back(event.at("action"));
  EXPECT_EQ(edges, (std::vector<std::string>{"plugin.rollout.done", "plugin.rollout.step", "plugin.rollout.step", "plugin.rollout.step",
                                             "plugin.rollout.start"})) << events.dump();
  EXPECT_EQ(server.terminate(), 0);
}

TEST_F(RolloutStory, AVersionThatFailsIsTakenBackWithinSeconds) {
  server.start();
  support::History history((folder.path() / "history.jsonl").string());
  CrowdOptions options;
  options.visitors = 20;
  Crowd crowd(world, server.port(), history, options);
  crowd.start();
  crowd.wait_for_acks(50);
  const auto begin = Clock::now();
  ask("POST", rolling + "/rollout", {{"version", "2.0.0"}, {"steps", steps({{50, 600}, {100, 600}})}});
  wait_ms("it is rolled back", [&] { return plugin().at("rollout").at("state") == "rolled_back"; });
  const auto took = std::chrono::duration_cast<std::chrono::milliseconds>(Clock::now() - begin).count();
  const Json after = plugin();
  std::printf("  from the rollout's start to its automatic rollback under chat: %lld ms (%s)\n", static_cast<long long>(took),
              after.at("rollout").at("reason").get<std::string>().c_str());
  EXPECT_EQ(after.at("release").at("candidate"), nullptr);
  EXPECT_EQ(after.at("release").at("stable"), "1.0.0");
  EXPECT_GE(after.at("rollout").at("evidence").at("candidate").at("errors"), 5);
  EXPECT_LT(took, 10'000);
  crowd.wait_for_acks(50);
  EXPECT_EQ(version(plugin(), "2.0.0").at("calls"), version(after, "2.0.0").at("calls")) << "nobody meets it any more";
  crowd.finish();
  EXPECT_EQ(crowd.refused(), 0);
  EXPECT_EQ(server.terminate(), 0);
}

TEST_F(RolloutStory, AVersionThatKillsTheHostIsKeptOutAtTheNextStart) {
  server.start();
  ask("POST", rolling + "/activate", {{"version", "4.0.0"}});
  {
    support::WireClient visitor;
    ASSERT_TRUE(visitor.connect(server.port(), world.visitor_set()).open);
    const std::string conv = visitor.hello().at("conv");
    visitor.send_json(message(conv, "boom"));
    const auto begin = Clock::now();
    while (server.running() && Clock::now() - begin < std::chrono::seconds(20)) std::this_thread::sleep_for(std::chrono::milliseconds(10));
    ASSERT_FALSE(server.running()) << "built-in plugins run in the host";
  }
  server.start();
  const Json after = plugin();
  EXPECT_EQ(after.at("release").at("stable"), "1.0.0");
  EXPECT_EQ(after.at("rollout").at("state"), "rolled_back");
  EXPECT_EQ(version(after, "4.0.0").at("bad").at("evidence").at("signal"), "SIGSEGV") << after.dump();
  EXPECT_EQ(say("boom"), "ack");
  EXPECT_EQ(server.terminate(), 0);
}

}  // namespace
}  // namespace hotdesk::system
