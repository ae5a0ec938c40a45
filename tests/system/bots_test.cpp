// A visitor and a bot on a real server: the answer grows and then stands, a crash in its middle costs nothing, a person takes
// over when asked.
#include <gtest/gtest.h>

#include <chrono>
#include <nlohmann/json.hpp>

#include "support/server_process.hpp"
#include "support/wire_client.hpp"

namespace hotdesk::system {
namespace {
using support::WireClient;
using Json = nlohmann::json;

Json message(const std::string& conv, const std::string& text) {
  return {{"t", "pub"}, {"mid", make_uuid(SystemClock{}.now_ms()).text()}, {"conv", conv}, {"kind", "text"}, {"body", {{"text", text}}}};
}

struct Bots : ::testing::Test {
  /// The next entry of this kind.
  static Json next_entry(WireClient& client, const std::string& kind) {
    Json entry;
    do entry = client.next("evt");
    while (entry.at("kind") != kind);
    return entry;
  }
  /// The conversation's entries, as its visitor may see them.
  static std::vector<Json> page(WireClient& client, const std::string& conv) {
    client.send_json({{"t", "sync"}, {"id", "all"}, {"conv", conv}, {"after", 0}, {"max", 100}});
    return client.next("page").at("items").get<std::vector<Json>>();
  }
  static int count_of_bot(const std::vector<Json>& items) {
    int count = 0;
    for (const auto& item : items) count += item.at("from").at("role") == "bot" ? 1 : 0;
    return count;
  }
  support::TemporaryFolder folder;
  support::World world = support::make_world(folder.path(), 1, 6);
  support::ServerProcess server{world, Json{{"plugins", {{"path", HOTDESK_PARROT}}}}.dump()};
};

TEST_F(Bots, AnAnswerGrowsAndThenStands) {
  server.start();
  WireClient visitor;
  ASSERT_TRUE(visitor.connect(server.port(), world.visitor_set(make_uuid(1))).open);
  const std::string conv = visitor.hello().at("conv");
  visitor.send_json(message(conv, "slow and steady"));
  std::string written, mid;
  for (bool done = false; !done;) {
    const Json delta = visitor.next("delta");
    EXPECT_EQ(delta.at("conv"), conv);
    written += delta.at("text").get<std::string>();
    mid = delta.at("mid");
    done = delta.at("done");
  }
  EXPECT_EQ(written, "You said slow and steady.");
  const Json entry = next_entry(visitor, "text");
  EXPECT_EQ(entry.at("mid"), mid);
  EXPECT_EQ(entry.at("from").at("role"), "bot");
  EXPECT_EQ(entry.at("body").at("text"), written);
  EXPECT_EQ(server.terminate(), 0);
}

TEST_F(Bots, SourcesAreNamed) {
  server.start();
  WireClient visitor;
  ASSERT_TRUE(visitor.connect(server.port(), world.visitor_set(make_uuid(1))).open);
  const std::string conv = visitor.hello().at("conv");
  visitor.send_json(message(conv, "hello"));
  const Json entry = next_entry(visitor, "text");
  EXPECT_EQ(entry.at("body").at("text"), "You said hello.");
  EXPECT_EQ(entry.at("body").at("citations").at(0).at("url"), "https://example.com/parrot");
  EXPECT_EQ(server.terminate(), 0);
}

TEST_F(Bots, ACrashInTheMiddleOfATurnCostsNothingAndDoublesNothing) {
  server.start();
  const Uuid id = make_uuid(1);
  std::string conv;
  {
    WireClient visitor;
    ASSERT_TRUE(visitor.connect(server.port(), world.visitor_set(id)).open);
    conv = visitor.hello().at("conv");
    visitor.send_json(message(conv, "slow"));
    EXPECT_FALSE(visitor.next("delta").at("done"));
    server.kill9();
  }
  server.start();
  WireClient visitor;
  ASSERT_TRUE(visitor.connect(server.port(), world.visitor_set(id)).open);
  visitor.hello();
  std::vector<Json> items;
  for (const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(15);
       count_of_bot(items) == 0 && std::chrono::steady_clock::now() < end;)
    items = page(visitor, conv);
  ASSERT_EQ(count_of_bot(items), 1);
  EXPECT_EQ(items.back().at("body").at("text"), "You said slow.");
  visitor.close();
  server.kill9();
  server.start();
  WireClient again;
  ASSERT_TRUE(again.connect(server.port(), world.visitor_set(id)).open);
  again.hello();
  again.send_json(message(conv, "once more"));
  EXPECT_EQ(next_entry(again, "text").at("body").at("text"), "You said once more.") << "what was answered is not answered again";
  EXPECT_EQ(count_of_bot(page(again, conv)), 2);
  EXPECT_EQ(server.terminate(), 0);
}

TEST_F(Bots, APersonTakesOverWhenAsked) {
  server.start();
  WireClient agent;
  ASSERT_TRUE(agent.connect(server.port(), world.agent_set(world.agents[0].id)).open);
  agent.hello("agent");
  WireClient visitor;
  ASSERT_TRUE(visitor.connect(server.port(), world.visitor_set(make_uuid(1))).open);
  const std::string conv = visitor.hello().at("conv");
  visitor.send_json(message(conv, "hello"));
  EXPECT_EQ(next_entry(visitor, "text").at("from").at("role"), "bot");
  EXPECT_EQ(count_of_bot(page(visitor, conv)), 1);
  visitor.send_json(message(conv, "human"));
  EXPECT_EQ(next_entry(visitor, "text").at("body").at("text"), "One moment.");
  const Json handed = next_entry(visitor, "system");
  EXPECT_EQ(handed.at("body").at("code"), "handed_over");
  EXPECT_FALSE(handed.at("body").contains("note")) << "why is not the visitor's business";
  Json entry;
  do entry = next_entry(agent, "assigned");
  while (entry.contains("feed"));
  EXPECT_EQ(entry.at("conv"), conv);
  agent.send_json({{"t", "sync"}, {"id", "all"}, {"conv", conv}, {"after", 0}, {"max", 100}});
  std::string why;
  const Json seen = agent.next("page");
  for (const auto& item : seen.at("items"))
    if (item.at("kind") == "system" && item.at("body").at("code") == "handed_over") why = item.at("body").value("note", "");
  EXPECT_EQ(why, "asked for a person") << seen.dump();
  visitor.send_json(message(conv, "thank you"));
  EXPECT_EQ(next_entry(agent, "text").at("body").at("text"), "thank you");
  EXPECT_EQ(count_of_bot(page(visitor, conv)), 2) << "the bot is out";
  EXPECT_EQ(server.terminate(), 0);
}

TEST_F(Bots, ABotThatFailsOrPassesLeavesItToAPerson) {
  server.start();
  WireClient agent;
  ASSERT_TRUE(agent.connect(server.port(), world.agent_set(world.agents[0].id)).open);
  agent.hello("agent");
  for (const std::string text : {"fail", "skip"}) {
    WireClient visitor;
    ASSERT_TRUE(visitor.connect(server.port(), world.visitor_set(make_uuid(SystemClock{}.now_ms()))).open);
    const std::string conv = visitor.hello().at("conv");
    visitor.send_json(message(conv, text));
    Json entry;
    do entry = next_entry(agent, "assigned");
    while (entry.contains("feed") || entry.at("conv") != conv);
    EXPECT_EQ(count_of_bot(page(visitor, conv)), 0) << text;
  }
  EXPECT_EQ(server.terminate(), 0);
}

}  // namespace
}  // namespace hotdesk::system
