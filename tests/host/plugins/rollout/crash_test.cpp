// A process that dies in a plugin and is started again: the next start keeps the version out.
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "host/plugins/rollout/rolling.hpp"

namespace hotdesk::plugins {
namespace {

using namespace test;

#ifndef HOTDESK_SANITIZED
/// A child with this room's memory dies in the plugin; the journal is on the disk.
void die_in(Rolling& room, const Uuid& tenant) {
  EXPECT_DEATH(room.filter(tenant, "boom"), "test.rolling@4.0.0");
}

TEST(CrashAtStart, AStableVersionGoesBackToTheOneBeforeAndIsMarked) {
  Rolling room;
  ASSERT_TRUE(room.host->activate(std::nullopt, rolling, "4.0.0", admin));
  die_in(room, tenant_a);
  room.reopen();
  EXPECT_EQ(room.filter(tenant_a, "boom"), "1.0.0:boom");
  const auto view = room.view(rolling);
  EXPECT_EQ(view.release.stable, "1.0.0");
  ASSERT_TRUE(view.rollout);
  EXPECT_EQ(view.rollout->state, "rolled_back");
  EXPECT_EQ(nlohmann::json::parse(view.rollout->evidence)["signal"], "SIGSEGV");
  const auto bad = room.version(rolling, "4.0.0").bad;
  ASSERT_TRUE(bad);
  EXPECT_NE(bad->reason.find("SIGSEGV"), std::string::npos);
  EXPECT_FALSE(room.host->activate(std::nullopt, rolling, "4.0.0", admin));
}

TEST(CrashAtStart, ACandidateLeavesItsRollout) {
  Rolling room;
  ASSERT_TRUE(room.host->start_rollout(tenant_a, rolling, "4.0.0", room.plan({{10'000, 600}}), admin));
  die_in(room, tenant_a);
  room.reopen();
  const auto view = room.view(rolling, tenant_a);
  EXPECT_EQ(view.release.candidate, "");
  EXPECT_EQ(view.release.stable, "1.0.0");
  EXPECT_EQ(view.rollout->state, "rolled_back");
  EXPECT_EQ(room.filter(tenant_a, "boom"), "1.0.0:boom");
}

TEST(CrashAtStart, CountsOnce) {
  Rolling room;
  ASSERT_TRUE(room.host->activate(std::nullopt, rolling, "4.0.0", admin));
  die_in(room, tenant_a);
  room.reopen();
  ASSERT_TRUE(room.host->unmark(std::nullopt, rolling, "4.0.0", admin));
  ASSERT_TRUE(room.host->activate(std::nullopt, rolling, "4.0.0", admin));
  room.reopen();
  EXPECT_EQ(room.filter(tenant_a, "hi"), "4.0.0:hi") << "the old line in the journal is dealt with";
}

TEST(CrashAtStart, WithNothingToGoBackToItDoesNotRunInThisProcess) {
  Rolling room;
  MemoryStore only;
  room.close();
  room.options.initial = {{rolling, "4.0.0"}};
  ASSERT_TRUE(room.open_with(only));
  die_in(room, tenant_a);
  ASSERT_TRUE(room.open_with(only));
  EXPECT_EQ(room.host->find(std::nullopt, rolling)->release.stable, "4.0.0");
  const auto answer = room.filter(tenant_a, "boom");  // in a runner it dies alone; without one the slot counts as failing
  EXPECT_TRUE(answer == "(pass)" || answer.starts_with("(failed)")) << answer;
}
#endif

}  // namespace
}  // namespace hotdesk::plugins
