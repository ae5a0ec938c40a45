// Plans on the real room: every edge, and what a restart in the middle of one leaves.
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "host/plugins/rollout/rolling.hpp"

namespace hotdesk::plugins {
namespace {

using namespace test;

TEST(Rollout, GoesThroughItsStepsAndPromotes) {
  Rolling room;
  auto view = room.host->start_rollout(std::nullopt, rolling, "1.1.0", room.plan({{100, 60}, {1'000, 30}, {10'000, 10}}), admin);
  ASSERT_TRUE(view) << view.error().text;
  EXPECT_EQ(view->rollout->state, "running");
  EXPECT_EQ(view->release.percent, 100);
  EXPECT_EQ(view->rollout->next_at, room.clock.now_ms() + 60'000);
  room.pass(59);
  EXPECT_EQ(room.release().percent, 100);
  room.pass(1);
  EXPECT_EQ(room.release().percent, 1'000);
  room.pass(30);
  EXPECT_EQ(room.release().percent, 10'000);
  EXPECT_EQ(room.filter(tenant_a, "hi", uuid(50), uuid(60)), "1.1.0:hi");
  EXPECT_EQ(room.release().stable, "1.0.0") << "100 % is held before it is promoted";
  room.pass(10);
  EXPECT_EQ(room.release().stable, "1.1.0");
  EXPECT_EQ(room.release().candidate, "");
  EXPECT_EQ(room.view(rolling).rollout->state, "done");
  std::vector<std::string> actions;
  for (const auto& entry : room.store.audit())
    if (entry.action.starts_with("plugin.rollout")) actions.push_back(entry.action);
  EXPECT_EQ(actions, (std::vector<std::string>{"plugin.rollout.start", "plugin.rollout.step", "plugin.rollout.step", "plugin.rollout.done"}));
}

TEST(Rollout, PausesResumesAndStops) {
  Rolling room;
  ASSERT_TRUE(room.host->start_rollout(std::nullopt, rolling, "1.1.0", room.plan({{100, 60}, {1'000, 60}}), admin));
  EXPECT_EQ(room.host->pause_rollout(std::nullopt, rolling, admin)->rollout->state, "paused");
  room.pass(1'000);
  EXPECT_EQ(room.release().percent, 100);
  EXPECT_EQ(room.host->resume_rollout(std::nullopt, rolling, admin)->rollout->state, "running");
  room.pass(59);
  EXPECT_EQ(room.release().percent, 100) << "its step begins anew";
  room.pass(1);
  EXPECT_EQ(room.release().percent, 1'000);
  EXPECT_EQ(room.host->stop_rollout(std::nullopt, rolling, admin)->rollout->state, "done");
  EXPECT_EQ(room.release().candidate, "1.1.0") << "it keeps the share it has";
  EXPECT_EQ(room.host->stop_rollout(std::nullopt, rolling, admin).error().code, Errc::conflict);
}

TEST(Rollout, AnotherHandPausesOrEndsIt) {
  Rolling room;
  const auto start = [&] { return room.host->start_rollout(std::nullopt, rolling, "1.1.0", room.plan({{100, 60}, {1'000, 60}}), admin); };
  ASSERT_TRUE(start());
  EXPECT_EQ(start().error().code, Errc::conflict) << "one at a time";
  auto view = room.host->canary(std::nullopt, rolling, "1.1.0", 2'500, admin);
  ASSERT_TRUE(view);
  EXPECT_EQ(view->rollout->state, "paused");
  EXPECT_EQ(room.host->resume_rollout(std::nullopt, rolling, admin)->release.percent, 100) << "the plan's own again";
  EXPECT_EQ(room.host->rollback(std::nullopt, rolling, admin)->rollout->state, "rolled_back");
  ASSERT_TRUE(start());
  EXPECT_EQ(room.host->promote(std::nullopt, rolling, admin)->rollout->state, "done");
}

TEST(Rollout, WrongOnesChangeNothing) {
  Rolling room;
  EXPECT_EQ(room.host->start_rollout(std::nullopt, rolling, "1.1.0", {}, admin).error().where, "steps");
  EXPECT_EQ(room.host->start_rollout(std::nullopt, rolling, "1.0.0", default_plan(), admin).error().code, Errc::conflict);
  EXPECT_EQ(room.host->start_rollout(std::nullopt, rolling, "9.0.0", default_plan(), admin).error().code, Errc::not_found);
  EXPECT_EQ(room.host->start_rollout(std::nullopt, "none", "9.0.0", default_plan(), admin).error().code, Errc::not_found);
  EXPECT_EQ(room.host->pause_rollout(std::nullopt, rolling, admin).error().code, Errc::conflict);
  room.store.fail_all(true);
  EXPECT_EQ(room.host->start_rollout(std::nullopt, rolling, "1.1.0", default_plan(), admin).error().code, Errc::storage);
  room.store.fail_all(false);
  EXPECT_EQ(room.release().candidate, "");
  EXPECT_FALSE(room.view(rolling).rollout);
}

TEST(Rollout, AStoreThatIsAwayOnlyDelaysAStep) {
  Rolling room;
  ASSERT_TRUE(room.host->start_rollout(std::nullopt, rolling, "1.1.0", room.plan({{100, 60}, {1'000, 60}}), admin));
  room.store.fail_all(true);
  room.pass(61);
  EXPECT_EQ(room.release().percent, 100);
  EXPECT_EQ(room.view(rolling).rollout->state, "running");
  room.store.fail_all(false);
  room.pass(1);
  EXPECT_EQ(room.release().percent, 1'000);
}

TEST(Rollout, TwoTenantsHaveTwoPlansAtOnce) {
  Rolling room;
  ASSERT_TRUE(room.host->start_rollout(tenant_a, rolling, "1.1.0", room.plan({{10'000, 60}}), admin));
  ASSERT_TRUE(room.host->start_rollout(tenant_b, rolling, "2.0.0", room.plan({{10'000, 90}}), admin));
  EXPECT_EQ(room.filter(tenant_a, "hi", uuid(50), uuid(60)), "1.1.0:hi");
  EXPECT_EQ(room.filter(tenant_b, "hi", uuid(51), uuid(60)), "2.0.0:hi");
  room.pass(60);
  EXPECT_EQ(room.release(tenant_a).stable, "1.1.0");
  EXPECT_EQ(room.release(tenant_b).stable, "1.0.0");
  room.pass(30);
  EXPECT_EQ(room.release(tenant_b).stable, "2.0.0");
  EXPECT_EQ(room.release().stable, "1.0.0") << "everybody else";
}

TEST(Rollout, APinIsATenantsOwnRowAndFollowGivesItUp) {
  Rolling room;
  EXPECT_EQ(room.host->pin(std::nullopt, rolling, "1.0.0", admin).error().code, Errc::invalid);
  ASSERT_TRUE(room.host->pin(tenant_b, rolling, "1.0.0", admin));
  ASSERT_TRUE(room.host->activate(std::nullopt, rolling, "1.1.0", admin));
  EXPECT_EQ(room.filter(tenant_a, "hi"), "1.1.0:hi");
  EXPECT_EQ(room.filter(tenant_b, "hi"), "1.0.0:hi");
  ASSERT_TRUE(room.host->follow(tenant_b, rolling, admin));
  EXPECT_EQ(room.filter(tenant_b, "hi"), "1.1.0:hi");
}

/// Dies after its n-th write: what was written stays, nothing else is.
class Dying final : public PluginStore {
 public:
  Dying(MemoryStore& inner, int writes) : inner_(inner), left_(writes) {}
  bool dead() const { return left_ < 0; }
  Result<std::vector<ReleaseRow>> list_releases() override { return inner_.list_releases(); }
  Result<> save_release(const ReleaseRow& row, const tenants::AuditEntry& audit) override { return write([&] { return inner_.save_release(row, audit); }); }
  Result<> erase_release(const std::string& a, const Scope& b, const tenants::AuditEntry& c) override { return write([&] { return inner_.erase_release(a, b, c); }); }
  Result<std::vector<ConfigRow>> list_configs() override { return inner_.list_configs(); }
  Result<> save_config(const ConfigRow& row, const tenants::AuditEntry& audit) override { return inner_.save_config(row, audit); }
  Result<std::vector<PolicyRow>> list_policies() override { return inner_.list_policies(); }
  Result<> save_policy(const PolicyRow& row, const tenants::AuditEntry& audit) override { return inner_.save_policy(row, audit); }
  Result<std::vector<PinRow>> list_pins(std::size_t limit) override { return inner_.list_pins(limit); }
  Result<> save_pins(const std::vector<PinRow>& pins) override { return write([&] { return inner_.save_pins(pins); }); }
  Result<> erase_pins(const std::string& a, const Scope& b, const std::string& c) override { return write([&] { return inner_.erase_pins(a, b, c); }); }
  Result<std::vector<KvEntry>> kv_list(const Uuid& a, const std::string& b, std::string_view c) override { return inner_.kv_list(a, b, c); }
  Result<std::optional<std::string>> kv_get(const Uuid& a, const std::string& b, std::string_view c) override { return inner_.kv_get(a, b, c); }
  Result<> kv_set(const Uuid& a, const std::string& b, std::string_view c, std::string_view d) override { return inner_.kv_set(a, b, c, d); }
  Result<> kv_erase(const Uuid& a, const std::string& b, std::string_view c) override { return inner_.kv_erase(a, b, c); }
  Result<std::vector<RolloutRow>> list_rollouts() override { return inner_.list_rollouts(); }
  Result<> save_rollout(const RolloutRow& row, const tenants::AuditEntry& audit) override { return write([&] { return inner_.save_rollout(row, audit); }); }
  Result<> erase_rollout(const std::string& a, const Scope& b, const tenants::AuditEntry& c) override { return write([&] { return inner_.erase_rollout(a, b, c); }); }
  Result<> save_step(const ReleaseRow& a, const RolloutRow& b, const tenants::AuditEntry& c) override { return write([&] { return inner_.save_step(a, b, c); }); }
  Result<std::vector<MarkRow>> list_marks() override { return inner_.list_marks(); }
  Result<> save_mark(const MarkRow& row, const tenants::AuditEntry& audit) override { return write([&] { return inner_.save_mark(row, audit); }); }
  Result<> erase_mark(const std::string& a, const std::string& b, const tenants::AuditEntry& c) override { return write([&] { return inner_.erase_mark(a, b, c); }); }

 private:
  template <class Write>
  Result<> write(const Write& write) {
    const std::lock_guard lock(mutex_);
    if (--left_ < 0) return fail(Errc::storage, "died");
    return write();
  }
  MemoryStore& inner_;
  std::mutex mutex_;
  int left_;
};

/// The whole story of a plan; stops early when the store has died. `died`: whether it did.
void live(Rolling& room, Dying& store) {
  if (!room.open_with(store)) return;
  auto view = room.host->find(std::nullopt, rolling);
  if (view->release.stable == "1.0.0" && view->release.candidate.empty())
    (void)room.host->start_rollout(std::nullopt, rolling, "1.1.0", room.plan({{100, 60}, {1'000, 60}, {10'000, 60}}), admin);
  for (int second = 0; second < 240 && !store.dead(); second += 20) {
    room.pass(20);
    room.filter(tenant_a, "hi", uuid(100 + second), uuid(200 + second));
  }
  room.host->settle();
}

/// A release and its plan always fit each other.
void expect_sound(Rolling& room) {
  const auto releases = room.store.list_releases().value();
  const auto rollouts = room.store.list_rollouts().value();
  for (const auto& rollout : rollouts)
    for (const auto& release : releases) {
      if (release.component != rolling || release.tenant != rollout.tenant) continue;
      const auto plan = parse_plan(rollout.plan).value();
      if (rollout.state == "running") {
        EXPECT_EQ(release.candidate, rollout.version);
        EXPECT_EQ(release.percent, plan.steps.at(static_cast<std::size_t>(rollout.step)).percent);
      }
      if (rollout.state == "done") {
        EXPECT_EQ(release.stable, rollout.version);
        EXPECT_EQ(release.candidate, "");
      }
    }
}

TEST(Rollout, SurvivesADeathAfterEveryWrite) {
  int edges = 0;
  for (int writes = 0; writes < 100; ++writes) {
    Rolling room;
    bool died = false;
    {
      Dying store(room.store, writes);
      live(room, store);
      died = store.dead();
      room.close();
    }
    expect_sound(room);
    Dying immortal(room.store, 1'000'000);
    live(room, immortal);
    const auto view = room.host->find(std::nullopt, rolling).value();
    EXPECT_EQ(view.release.stable, "1.1.0") << "died after " << writes << " writes";
    EXPECT_EQ(view.rollout->state, "done") << "died after " << writes << " writes";
    expect_sound(room);
    room.close();
    if (!died) break;
    ++edges;
  }
  std::printf("  a death after each of %d writes: the plan ended well every time\n", edges);
  EXPECT_GE(edges, 5);
  EXPECT_LT(edges, 99);
}

TEST(Rollout, AHoldGoesOnOverARestart) {
  Rolling room;
  ASSERT_TRUE(room.host->start_rollout(std::nullopt, rolling, "1.1.0", room.plan({{100, 60}, {1'000, 60}}), admin));
  room.pass(40);
  room.reopen();
  room.pass(19);
  EXPECT_EQ(room.release().percent, 100);
  room.pass(1);
  EXPECT_EQ(room.release().percent, 1'000);
  room.reopen();
  EXPECT_EQ(room.release().percent, 1'000);
  EXPECT_EQ(room.view(rolling).rollout->state, "running");
}

}  // namespace
}  // namespace hotdesk::plugins
