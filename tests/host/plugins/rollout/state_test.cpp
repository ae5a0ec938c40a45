// What a plugin knows goes from version to version, or stays with the conversations that it knows.
#include <gtest/gtest.h>

#include <atomic>
#include <thread>

#include "host/plugins/rollout/rolling.hpp"

namespace hotdesk::plugins {
namespace {

using namespace test;

const std::string counter = "test.stateful";
const Uuid talk = uuid(100);
const Uuid visitor = uuid(200);

struct Counting : Rolling {
  Counting() : Rolling(HOTDESK_TEST_PLUGINS "/stateful") {}
  std::string say(const Uuid& conversation = talk) { return filter(tenant_a, "hi", conversation, visitor); }
  void say_times(int times) {
    for (int i = 0; i < times; ++i) say();
  }
  Result<PluginView> activate(const char* version) { return host->activate(tenant_a, counter, version, admin); }
};

TEST(State, GoesUpWithAnActivationAndDownWithARollback) {
  Counting room;
  room.say_times(2);
  ASSERT_EQ(room.say(), "1.0.0:3");
  ASSERT_TRUE(room.activate("2.0.0"));
  EXPECT_EQ(room.say(), "2.0.0:4");
  EXPECT_EQ(room.host->totals().handovers, 1U);
  EXPECT_TRUE(room.has_edge("plugin.state.handover"));
  EXPECT_EQ(room.version(counter, "1.0.0", tenant_a).state, "draining") << "it stays for the rollback window";
  room.host->settle();
  const auto kept = room.store.find_state(tenant_a, counter, "1.0.0").value();
  ASSERT_TRUE(kept);
  EXPECT_EQ(kept->schema, 1U);
  EXPECT_NE(kept->blob.find(" 3\n"), std::string::npos) << kept->blob;
  ASSERT_TRUE(room.host->rollback(tenant_a, counter, admin));
  EXPECT_EQ(room.say(), "1.0.0:5") << "with what the newer one counted";
}

TEST(State, OfTheSameVersionSurvivesAFreshImage) {
  Counting room;
  room.say_times(3);
  const auto loaded = room.host->totals().loaded;
  ASSERT_TRUE(room.host->activate(std::nullopt, counter, "1.0.0", admin));
  EXPECT_EQ(room.host->totals().loaded, loaded + 1);
  EXPECT_EQ(room.say(), "1.0.0:4");
}

void expect_drain(const char* version) {
  Counting room;
  room.say_times(3);
  ASSERT_TRUE(room.activate(version));
  EXPECT_EQ(room.say(), "1.0.0:4") << "an open conversation stays where it is known";
  EXPECT_EQ(room.say(uuid(101)), std::string(version) + ":1") << "a new one doesn't";
  EXPECT_EQ(room.say(uuid(101)), std::string(version) + ":2");
  EXPECT_TRUE(room.has_edge("plugin.state.refused"));
  room.pass(15 * 60 - 1);
  EXPECT_EQ(room.say(), "1.0.0:5");
  room.pass(2);
  EXPECT_EQ(room.say(), std::string(version) + ":1") << "the time to end is over";
  room.host->settle();
  EXPECT_EQ(room.version(counter, "1.0.0", tenant_a).state == "draining", false);
}
TEST(State, ThatIsRefusedDrainsByConversation) { expect_drain("3.0.0"); }
TEST(State, WithoutACommonSchemaDrainsByConversation) { expect_drain("4.0.0"); }

TEST(State, OfAFormerVersionThatTakesNothingBackIsAsItWas) {
  Counting room;
  ASSERT_TRUE(room.activate("3.0.0"));
  room.say_times(3);
  ASSERT_TRUE(room.activate("2.0.0"));
  ASSERT_EQ(room.say(), "2.0.0:4");
  ASSERT_TRUE(room.host->rollback(tenant_a, counter, admin));
  EXPECT_EQ(room.say(), "3.0.0:4") << "3, and this one";
}

TEST(State, APromotionLeavesEachConversationItsOwn) {
  Counting room;
  ASSERT_TRUE(room.host->canary(tenant_a, counter, "2.0.0", 5'000, admin));
  const auto visitor_of = [](int n) { return uuid(3'000 + n); };
  const auto say = [&](int n) { return room.filter(tenant_a, "hi", uuid(4'000 + n), visitor_of(n)); };
  std::vector<std::string> first;
  for (int n = 0; n < 40; ++n) first.push_back(say(n).substr(0, 5));
  ASSERT_TRUE(room.host->promote(tenant_a, counter, admin));
  for (int n = 0; n < 40; ++n) EXPECT_EQ(say(n), first[static_cast<std::size_t>(n)] + ":2");
  EXPECT_EQ(say(77), "2.0.0:1");
}

TEST(State, NothingIsRefusedWhileItChangesHands) {
  Counting room;
  std::atomic<bool> stop{false};
  std::atomic<int> failed{0}, answered{0};
  std::vector<std::thread> people;
  for (int n = 0; n < 4; ++n)
    people.emplace_back([&, n] {
      while (!stop) {
        const auto answer = room.filter(tenant_a, "hi", uuid(500 + n), uuid(600 + n));
        if (answer.find(".0.0:") == answer.npos) ++failed;
        ++answered;
      }
    });
  for (int swap = 0; swap < 20; ++swap) ASSERT_TRUE(room.activate(swap % 2 == 0 ? "2.0.0" : "1.0.0"));
  stop = true;
  for (auto& one : people) one.join();
  std::printf("  20 hand-overs while 4 people wrote %d messages: %d failed\n", answered.load(), failed.load());
  EXPECT_EQ(failed, 0);
  EXPECT_EQ(room.host->totals().handovers, 20U);
}

}  // namespace
}  // namespace hotdesk::plugins
