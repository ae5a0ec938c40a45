// I14: who waits when the host dies is routed when it is back, once; and what ends a log-in ends its sockets and tokens.
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "net/http_client.hpp"
#include "support/server_process.hpp"
#include "support/wire_client.hpp"

namespace hotdesk::system {
namespace {
using support::WireClient;
using Json = nlohmann::json;

Json message(const std::string& conv, const std::string& text) {
  return {{"t", "pub"}, {"mid", make_uuid(SystemClock{}.now_ms()).text()}, {"conv", conv}, {"kind", "text"}, {"body", {{"text", text}}}};
}

struct OwedWork : ::testing::Test {
  /// Reads the agent's own feed from its beginning.
  static std::vector<Json> own_feed(WireClient& client) {
    client.send_json({{"t", "sync"}, {"id", "all"}, {"cur", 0}, {"max", 100}});
    return client.next("page").at("items").get<std::vector<Json>>();
  }
  support::TemporaryFolder folder;
  support::World world = support::make_world(folder.path(), 2, 6);
};

TEST_F(OwedWork, WhoWaitsWhenTheHostDiesIsRoutedOnce) {
  support::ServerProcess server(world);
  server.start();
  const Uuid id = make_uuid(1);
  std::string conv;
  {
    WireClient visitor;
    ASSERT_TRUE(visitor.connect(server.port(), world.visitor_set(id)).open);
    conv = visitor.hello().at("conv").get<std::string>();
    EXPECT_EQ(visitor.answer_to(message(conv, "is anybody there")).at("t"), "ack");
    server.kill9();
  }
  server.start();
  WireClient first;
  WireClient second;
  ASSERT_TRUE(first.connect(server.port(), world.agent_set(world.agents[0].id)).open);
  first.hello("first");
  Json entry;
  do entry = first.next("evt");
  while (entry.at("kind") != "assigned" || entry.contains("feed"));
  EXPECT_EQ(entry.at("conv"), conv);
  ASSERT_TRUE(second.connect(server.port(), world.agent_set(world.agents[1].id)).open);
  second.hello("second");
  int assigned = 0;
  for (auto* agent : {&first, &second})
    for (const auto& item : own_feed(*agent)) assigned += item.at("kind") == "assigned" && item.at("conv") == conv ? 1 : 0;
  EXPECT_EQ(assigned, 1);
  EXPECT_EQ(server.terminate(), 0);
}

TEST_F(OwedWork, AnAccountThatIsSwitchedOffIsOutAtOnce) {
  support::ServerProcess server(world);
  server.start();
  WireClient agent;
  ASSERT_TRUE(agent.connect(server.port(), world.agent_set(world.agents[0].id)).open);
  const std::string rt = agent.hello().at("rt");
  net::HttpClientOptions options;
  options.unix_socket = server.socket_path();
  net::HttpClient admin(options);
  const auto answer = admin.request("PATCH", "/api/v1/users/" + world.agents[0].id.text() + "?tenant=" + world.tenant.id.text(),
                                    R"({"active": false})", {{"Content-Type", "application/json"}});
  ASSERT_TRUE(answer);
  ASSERT_EQ(answer->status, 200) << answer->content();
  EXPECT_EQ(agent.wait_for_close(), 4200);
  WireClient again;
  EXPECT_EQ(again.resume(server.port(), rt).status, 403);
  WireClient fresh;
  EXPECT_EQ(fresh.connect(server.port(), world.agent_set(world.agents[0].id)).status, 403);
  EXPECT_EQ(server.terminate(), 0);
}

TEST_F(OwedWork, ManyConnectionsFromOneAddressAreToldToWait) {
  support::ServerProcess server(world, R"({"limits": {"connects_per_second": 5, "connects_burst": 10}})");
  server.start();
  int opened = 0;
  WireClient::Outcome refused;
  for (int i = 0; i < 200 && refused.status == 0; ++i) {
    WireClient client;
    const auto outcome = client.connect(server.port(), world.visitor_set());
    if (outcome.open) ++opened;
    else if (outcome.status != 0) refused = outcome;
  }
  EXPECT_GE(opened, 10);
  EXPECT_EQ(refused.status, 429);
  EXPECT_TRUE(refused.retry_after);
  EXPECT_EQ(server.terminate(), 0);
}

}  // namespace
}  // namespace hotdesk::system
