// A worse version on the real room: whose calls leave it, how soon, and what is left to read.
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "host/plugins/rollout/rolling.hpp"

namespace hotdesk::plugins {
namespace {

using namespace test;

const Uuid tenant_c = uuid(3);
const Uuid tenant_d = uuid(4);

TEST(Rollback, AFailingCandidateOfOneTenantGoesAtTheNextTick) {
  Rolling room;
  ASSERT_TRUE(room.host->start_rollout(tenant_a, rolling, "2.0.0", room.plan({{5'000, 600}, {10'000, 600}}), admin));
  room.chat(tenant_a, 300, "2.0.0");
  room.pass(1);
  const auto view = room.view(rolling, tenant_a);
  EXPECT_EQ(view.release.candidate, "");
  ASSERT_TRUE(view.rollout);
  EXPECT_EQ(view.rollout->state, "rolled_back");
  EXPECT_NE(view.rollout->reason.find("calls failed"), std::string::npos) << view.rollout->reason;
  const auto evidence = nlohmann::json::parse(view.rollout->evidence);
  EXPECT_EQ(evidence["rule"], "errors");
  EXPECT_EQ(evidence["stable"]["version"], "1.0.0");
  EXPECT_GT(evidence["candidate"]["errors"], 4);
  EXPECT_EQ(evidence["stable"]["errors"], 0);
  EXPECT_EQ(room.chat(tenant_a, 200, "1.0.0"), 200);
  EXPECT_TRUE(room.has_edge("plugin.breaker.open"));
  EXPECT_EQ(room.store.audit().back().action, "plugin.rollback");
  EXPECT_EQ(room.store.audit().back().actor_name, "breaker");
  EXPECT_EQ(room.host->totals().rollbacks, 1U);
  room.reopen();
  EXPECT_EQ(room.view(rolling, tenant_a).rollout->state, "rolled_back") << "told after a restart too";
}

TEST(Rollback, AGoodCandidateStays) {
  Rolling room;
  ASSERT_TRUE(room.host->canary(std::nullopt, rolling, "1.1.0", 5'000, admin));
  for (int i = 0; i < 20; ++i) {
    room.chat(tenant_a, 200, "1.1.0");
    room.pass(1);
  }
  EXPECT_EQ(room.release().candidate, "1.1.0");
  EXPECT_EQ(room.view(rolling).breaker.state, "closed");
  const auto compared = nlohmann::json::parse(room.host->compare(std::nullopt, rolling).value());
  EXPECT_EQ(compared["verdict"]["state"], "well");
  EXPECT_EQ(compared["candidate"]["version"], "1.1.0");
  EXPECT_GT(compared["candidate"]["calls"], 1'500);
  EXPECT_GT(compared["stable"]["calls"], 1'500);
}

TEST(Rollback, OneTenantsTroubleIsTheirsUntilThreeHaveIt) {
  Rolling room;
  room.reopen({tenant_a, tenant_b, tenant_c, tenant_d});
  ASSERT_TRUE(room.host->canary(std::nullopt, rolling, "2.0.0", 10'000, admin));
  for (const auto& tenant : {tenant_a, tenant_b}) {
    room.chat(tenant, 100, "2.0.0");
    room.pass(1);
    EXPECT_EQ(room.release().candidate, "2.0.0");
    EXPECT_EQ(room.chat(tenant, 20, "1.0.0"), 20) << "0 % for them at once";
    EXPECT_GT(room.chat(tenant_d, 4, "2.0.0"), 0);
  }
  EXPECT_EQ(room.view(rolling, tenant_a).breaker.state, "open");
  EXPECT_EQ(room.view(rolling, tenant_d).breaker.state, "closed");
  room.chat(tenant_c, 100, "2.0.0");
  room.pass(1);
  EXPECT_EQ(room.release().candidate, "") << "three: for everybody";
  EXPECT_EQ(room.view(rolling).rollout->state, "rolled_back") << "though nobody made a plan";
  EXPECT_EQ(room.chat(tenant_d, 20, "1.0.0"), 20);
}

TEST(Rollback, ATenantIsTriedAgainWithAFewAndASecondTripMarksTheVersion) {
  Rolling room;
  room.reopen({tenant_a, tenant_b, tenant_c, tenant_d});
  ASSERT_TRUE(room.host->canary(std::nullopt, rolling, "2.0.0", 10'000, admin));
  room.chat(tenant_a, 100, "2.0.0");
  room.pass(1);
  ASSERT_EQ(room.chat(tenant_a, 20, "1.0.0"), 20);
  room.pass(60);
  EXPECT_EQ(room.view(rolling, tenant_a).breaker.state, "half_open");
  EXPECT_GT(room.chat(tenant_a, 2'000, "1.0.0"), 1'900) << "1 % tries it";
  room.pass(1);
  const auto view = room.view(rolling);
  EXPECT_EQ(view.release.candidate, "");
  EXPECT_TRUE(room.version(rolling, "2.0.0").bad);
  const auto again = room.host->canary(std::nullopt, rolling, "2.0.0", 100, admin);
  ASSERT_FALSE(again);
  EXPECT_EQ(again.error().code, Errc::conflict);
  EXPECT_NE(again.error().text.find("clear the mark"), std::string::npos) << again.error().text;
  for (const auto& refused : {room.host->activate(std::nullopt, rolling, "2.0.0", admin), room.host->pin(tenant_a, rolling, "2.0.0", admin),
                              room.host->set_shadow(tenant_a, rolling, "2.0.0", admin),
                              room.host->start_rollout(tenant_a, rolling, "2.0.0", default_plan(), admin)})
    EXPECT_FALSE(refused);
  ASSERT_TRUE(room.host->unmark(std::nullopt, rolling, "2.0.0", admin));
  EXPECT_TRUE(room.host->canary(std::nullopt, rolling, "2.0.0", 100, admin));
}

TEST(Rollback, ASlowCandidateGoesAfterThreeWindows) {
  Rolling room;
  ASSERT_TRUE(room.host->canary(tenant_a, rolling, "3.0.0", 9'000, admin));
  int windows = 0;
  while (room.release(tenant_a).candidate == "3.0.0" && windows < 20) {
    room.chat(tenant_a, 150, "3.0.0");
    room.pass(1);
    ++windows;
  }
  const auto view = room.view(rolling, tenant_a);
  ASSERT_EQ(view.release.candidate, "");
  EXPECT_EQ(nlohmann::json::parse(view.rollout->evidence)["rule"], "latency");
  EXPECT_GE(windows, 7) << "a thousand calls first";
}

TEST(Rollback, AFreshStableVersionGoesBackToTheOneBefore) {
  Rolling room;
  room.chat(tenant_a, 200, "1.0.0");
  ASSERT_TRUE(room.host->activate(std::nullopt, rolling, "2.0.0", admin));
  room.chat(tenant_a, 100, "2.0.0");
  room.pass(1);
  EXPECT_EQ(room.release().stable, "2.0.0") << "one of two tenants";
  EXPECT_EQ(room.chat(tenant_a, 20, "1.0.0"), 20) << "which is back at once";
  room.chat(tenant_b, 100, "2.0.0");
  room.pass(1);
  EXPECT_EQ(room.release().stable, "1.0.0");
  EXPECT_EQ(room.release().previous, "") << "rollback must not lead back to it";
  EXPECT_EQ(room.view(rolling).rollout->version, "2.0.0");
  EXPECT_EQ(room.view(rolling).rollout->state, "rolled_back");
}

TEST(Rollback, NotAfterTheWindow) {
  Rolling room;
  ASSERT_TRUE(room.host->activate(tenant_a, rolling, "2.0.0", admin));
  room.pass(15 * 60 + 1);
  room.chat(tenant_a, 400, "2.0.0");
  room.pass(1);
  EXPECT_EQ(room.release(tenant_a).stable, "2.0.0") << "25 % of errors, and nothing fresh to compare with";
}

TEST(Rollback, ACrashIsEnough) {
  Rolling room;
  ASSERT_TRUE(room.host->canary(tenant_a, rolling, "1.1.0", 10'000, admin));
  ASSERT_EQ(room.chat(tenant_a, 5, "1.1.0"), 5);
  room.host->on_trouble({tenant_a, rolling, "1.1.0", "crash", "SIGSEGV in its runner"});
  room.host->settle();
  EXPECT_EQ(room.chat(tenant_a, 5, "1.0.0"), 5);
  const auto view = room.view(rolling, tenant_a);
  EXPECT_EQ(view.rollout->state, "rolled_back");
  EXPECT_EQ(nlohmann::json::parse(view.rollout->evidence)["rule"], "crash");
  EXPECT_NE(view.rollout->reason.find("SIGSEGV"), std::string::npos);
}

TEST(Rollback, WithoutAnotherVersionTheSlotFailsForAWhileAndIsTriedAgain) {
  Rolling room;
  ASSERT_TRUE(room.host->activate(tenant_a, rolling, "4.0.0", admin));
  room.pass(15 * 60 + 1);
  for (int i = 0; i < 3; ++i) room.host->on_trouble({tenant_a, rolling, "4.0.0", "crash", "killed"});
  room.host->settle();
  EXPECT_EQ(room.filter(tenant_a, "hi"), "(pass)") << "fail-open";
  EXPECT_EQ(room.view(rolling, tenant_a).breaker.state, "open");
  ASSERT_TRUE(room.host->set_policy(tenant_a, "hotdesk.filter/1", true, admin));
  EXPECT_TRUE(room.filter(tenant_a, "hi").starts_with("(failed)"));
  room.pass(5);
  EXPECT_EQ(room.filter(tenant_a, "hi"), "4.0.0:hi") << "half-open";
  room.chat(tenant_a, 60, "4.0.0");
  room.pass(1);
  EXPECT_EQ(room.view(rolling, tenant_a).breaker.state, "closed");
  EXPECT_FALSE(room.version(rolling, "4.0.0").bad);
}

TEST(Rollback, IsTriedAgainWhenTheStoreWasAway) {
  Rolling room;
  ASSERT_TRUE(room.host->canary(tenant_a, rolling, "2.0.0", 10'000, admin));
  room.chat(tenant_a, 100, "2.0.0");
  room.store.fail_all(true);
  room.pass(1);
  EXPECT_EQ(room.release(tenant_a).candidate, "2.0.0") << "not stored";
  EXPECT_EQ(room.chat(tenant_a, 20, "1.0.0"), 20) << "and yet nobody meets it";
  room.store.fail_all(false);
  room.pass(1);
  EXPECT_EQ(room.release(tenant_a).candidate, "");
}

TEST(Marks, AreNotChosenAtAFirstStartAndOnlyCountForTheirBuild) {
  Rolling room;
  ASSERT_TRUE(room.host->mark(std::nullopt, rolling, "1.0.0", "known to be wrong", admin));
  EXPECT_EQ(room.version(rolling, "1.0.0").bad->reason, "known to be wrong");
  EXPECT_EQ(room.host->mark(std::nullopt, rolling, "9.0.0", "x", admin).error().code, Errc::not_found);
  EXPECT_EQ(room.host->unmark(std::nullopt, rolling, "1.1.0", admin).error().code, Errc::not_found);
  room.close();
  MemoryStore fresh;
  auto mark = room.store.list_marks()->front();
  ASSERT_TRUE(fresh.save_mark(mark, {}));
  ASSERT_TRUE(room.open_with(fresh));
  EXPECT_EQ(room.host->find(std::nullopt, rolling)->release.stable, "1.1.0");
  room.close();
  MemoryStore other;
  mark.build_id = "another build";
  ASSERT_TRUE(other.save_mark(mark, {}));
  ASSERT_TRUE(room.open_with(other));
  EXPECT_EQ(room.host->find(std::nullopt, rolling)->release.stable, "1.0.0");
}

TEST(Marks, ACandidateThatIsMarkedByHandGoesAtOnce) {
  Rolling room;
  ASSERT_TRUE(room.host->canary(tenant_a, rolling, "1.1.0", 10'000, admin));
  ASSERT_TRUE(room.host->mark(tenant_a, rolling, "1.1.0", "a customer called", admin));
  EXPECT_EQ(room.release(tenant_a).candidate, "");
}

TEST(Shadow, CountsDifferencesAndChangesNothing) {
  Rolling room;
  ASSERT_TRUE(room.host->set_shadow(tenant_a, rolling, "1.1.0", admin));
  EXPECT_EQ(room.chat(tenant_a, 40, "1.0.0"), 40) << "its answers are dropped";
  const auto view = room.view(rolling, tenant_a);
  EXPECT_TRUE(view.release.shadow);
  EXPECT_EQ(view.release.candidate, "1.1.0");
  room.host->settle();
  const auto shadow = room.version(rolling, "1.1.0", tenant_a).shadow;
  ASSERT_TRUE(shadow);
  EXPECT_EQ(shadow->calls, 40U);
  EXPECT_EQ(shadow->differences, 40U) << "it puts another version before the text";
  EXPECT_EQ(room.host->canary(tenant_a, rolling, "1.1.0", 10'000, admin)->release.shadow, false) << "from watching to serving";
  EXPECT_EQ(room.chat(tenant_a, 5, "1.1.0"), 5);
  EXPECT_EQ(room.host->set_shadow(tenant_a, rolling, "2.0.0", admin).error().code, Errc::conflict) << "it has a candidate";
  ASSERT_TRUE(room.host->rollback(tenant_a, rolling, admin));
  ASSERT_TRUE(room.host->set_shadow(tenant_a, rolling, "2.0.0", admin));
  EXPECT_EQ(room.host->set_shadow(tenant_a, rolling, "", admin)->release.candidate, "");
}

}  // namespace
}  // namespace hotdesk::plugins
