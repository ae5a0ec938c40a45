// The SDK's edge: what a plugin class does, seen through the C tables that a host calls.
#include <gtest/gtest.h>

#include "hotdesk/sdk/fake_host.hpp"
#include "hotdesk/sdk/sdk.hpp"

namespace {

namespace sdk = hotdesk::sdk;

int alive = 0;

class Sample final : public sdk::Plugin, public sdk::Filter, public sdk::Router {
 public:
  explicit Sample(const sdk::Host& host) : Plugin(host), word_(host.config().text("/word").value_or("word")) {
    if (word_.empty()) throw sdk::bad_config("/word", "must not be empty");
    if (word_ == "odd") throw 42;
    ++alive;
    host.start_timer<&Sample::tick>(1000, 1000, *this);
  }
  ~Sample() override { --alive; }

  sdk::Verdict inspect(const sdk::Message& message) override {
    if (message.text() == "throw") throw std::runtime_error("boom");
    if (message.text() == "throw odd") throw 42;
    if (message.text() == "memory") throw std::bad_alloc();
    if (message.text() == "positive") throw sdk::Error(HOTDESK_SKIP, "not an error code");
    if (message.text() == "limited") throw sdk::Error(HOTDESK_E_OVERLOAD, "later", "field");
    if (message.text() == word_) return sdk::block("not " + word_);
    if (message.from_visitor()) return sdk::pass();
    host().kv_set("last", message.text());
    return sdk::rewrite("[" + std::string(message.text()) + "]");
  }
  sdk::Route route(const sdk::RouteRequest& request) override {
    if (request.agents() == 0) return sdk::skip();
    return sdk::to_agent(request.agent(request.agents() - 1).id, "the last");
  }
  void tick() {
    host().count("ticks");
    throw std::runtime_error("from a timer");
  }

 private:
  std::string word_;
};

}  // namespace

#define HOTDESK_PLUGIN_ID "test.sample"
#define HOTDESK_PLUGIN_VERSION "1.0.0"
#define HOTDESK_PLUGIN_BUILD_ID "test"
HOTDESK_PLUGIN(Sample);

namespace {

TEST(Sdk, DescriptorSaysWhatTheBuildSaid) {
  const auto* descriptor = hotdesk_plugin_query(HOTDESK_ABI_MAJOR, HOTDESK_ABI_MINOR);
  ASSERT_NE(descriptor, nullptr);
  EXPECT_STREQ(descriptor->id, "test.sample");
  EXPECT_EQ(descriptor->size, sizeof(hotdesk_plugin_descriptor));
  EXPECT_EQ(descriptor->get_extension("hotdesk.unknown/1"), nullptr);
  EXPECT_NE(descriptor->get_extension(HOTDESK_EXT_FILTER), nullptr);
  EXPECT_EQ(hotdesk_plugin_query(HOTDESK_ABI_MAJOR + 1, 0), nullptr);
}

TEST(Sdk, VerdictsGoThroughTheTables) {
  sdk::FakeHost host;
  sdk::FakePlugin plugin(&hotdesk_plugin_query, host);
  EXPECT_EQ(plugin.inspect("hello").verdict, HOTDESK_FILTER_PASS);
  EXPECT_EQ(plugin.inspect("word").reason, "not word");
  EXPECT_EQ(plugin.inspect("hello", HOTDESK_ROLE_AGENT).text, "[hello]");
  EXPECT_EQ(host.kv()["last"], "hello");
}

TEST(Sdk, NothingThrownPassesTheEdge) {
  sdk::FakeHost host;
  sdk::FakePlugin plugin(&hotdesk_plugin_query, host);
  EXPECT_EQ(plugin.inspect("throw").code, HOTDESK_E_INTERNAL);
  EXPECT_EQ(host.failed_text(), "boom");
  EXPECT_EQ(plugin.inspect("throw odd").code, HOTDESK_E_INTERNAL);
  EXPECT_EQ(plugin.inspect("memory").code, HOTDESK_E_BUDGET);
  EXPECT_EQ(plugin.inspect("limited").code, HOTDESK_E_OVERLOAD);
  EXPECT_EQ(host.failed_path(), "field");
  EXPECT_EQ(plugin.inspect("positive").code, HOTDESK_E_INTERNAL) << "an exception is never a success";
  host.advance(3500);
  EXPECT_EQ(host.metrics().at("ticks"), 3) << "a timer that throws fires again";
}

TEST(Sdk, ConstructorRefusesAConfiguration) {
  sdk::FakeHost host;
  host.set("/word", "");
  EXPECT_THROW(sdk::FakePlugin(&hotdesk_plugin_query, host), std::runtime_error);
  EXPECT_EQ(host.failed_path(), "/word");
  EXPECT_EQ(host.failed_text(), "must not be empty");
  host.set("/word", "odd");
  EXPECT_THROW(sdk::FakePlugin(&hotdesk_plugin_query, host), std::runtime_error);
  EXPECT_EQ(alive, 0);
}

TEST(Sdk, Routes) {
  sdk::FakeHost host;
  sdk::FakePlugin plugin(&hotdesk_plugin_query, host);
  EXPECT_EQ(plugin.route({}).code, HOTDESK_SKIP);
  hotdesk_agent agent{};
  agent.size = sizeof agent;
  agent.id.bytes[0] = 7;
  const auto routed = plugin.route({hotdesk_agent{}, agent});
  EXPECT_EQ(routed.target, HOTDESK_ROUTE_AGENT);
  EXPECT_EQ(routed.agent.bytes[0], 7);
  EXPECT_EQ(routed.reason, "the last");
}

TEST(Abi, HasReadsTheSizeThatTheOtherSideGave) {
  hotdesk_filter table{};
  table.size = offsetof(hotdesk_filter, cancel);
  EXPECT_FALSE(HOTDESK_HAS(&table, hotdesk_filter, cancel)) << "an older table ends before it";
  EXPECT_FALSE(HOTDESK_HAS(&table, hotdesk_filter, inspect)) << "there, but NULL";
  table.size = sizeof table;
  table.cancel = [](hotdesk_instance*, hotdesk_call, void*) {};
  EXPECT_TRUE(HOTDESK_HAS(&table, hotdesk_filter, cancel));
}

TEST(Abi, ArraysAreReadByTheirStride) {
  struct Longer {  // an element as a later minor may have it
    hotdesk_agent agent;
    std::uint64_t more;
  };
  Longer items[2]{};
  items[1].agent.open = 5;
  const hotdesk_array array{items, 2, sizeof(Longer)};
  EXPECT_EQ(HOTDESK_AT(hotdesk_agent, array, 1)->open, 5U);
}

}  // namespace
