#include <gmock/gmock.h>

#include "contract/world.hpp"
#include "plugins/memory_store.hpp"

// The rows of the plugin platform, over every PluginStore: the databases and the one in memory.
namespace hotdesk::contract {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

struct Subject {
  std::string name;
  std::optional<Backend> backend;  ///< none: MemoryStore
};
void PrintTo(const Subject& subject, std::ostream* out) { *out << subject.name; }

std::vector<Subject> subjects() {
  std::vector<Subject> out;
  for (const Backend& backend : backends()) out.push_back({backend.name, backend});
  out.push_back({"memory", std::nullopt});
  return out;
}

class PluginRows : public ::testing::TestWithParam<Subject> {
 protected:
  PluginRows() {
    if (GetParam().backend) world_.emplace(*GetParam().backend, folder_.path());
  }
  plugins::PluginStore& store() { return world_ ? world_->ports().plugins() : memory_; }
  Uuid make_tenant(const std::string& name) { return world_ ? world_->make_tenant(name).id : make_uuid(1); }
  void reopen() {
    if (world_) world_->reopen();
  }
  std::string newest_action(const plugins::Scope& tenant) {
    if (!world_) return memory_.audit().empty() ? "" : memory_.audit().back().action;
    const auto rows = world_->ports().logs().list_audit(tenant.value_or(Uuid{}), "", 1);
    return rows && !rows->items.empty() ? rows->items[0].action : "";
  }

 private:
  TempFolder folder_;
  std::optional<World> world_;
  plugins::MemoryStore memory_;
};
INSTANTIATE_TEST_SUITE_P(Stores, PluginRows, ::testing::ValuesIn(subjects()), [](const auto& one) { return one.param.name; });

TEST_P(PluginRows, AReleaseMayBeAShadow) {
  plugins::ReleaseRow row;
  row.component = "filtering";
  row.stable = "1.0.0";
  row.candidate = "1.1.0";
  row.shadow = true;
  ASSERT_TRUE(store().save_release(row, audit("plugin.shadow")));
  reopen();
  EXPECT_TRUE(store().list_releases().value().at(0).shadow);
  row.shadow = false;
  ASSERT_TRUE(store().save_release(row, audit("plugin.shadow")));
  EXPECT_FALSE(store().list_releases().value().at(0).shadow);
}

TEST_P(PluginRows, ATenantsGrantStandsBesideEverybodys) {
  const Uuid shop = make_tenant("shop");
  plugins::GrantRow row;
  row.component = "ai-bridge";
  row.lane = "runner";
  row.permissions = {"http:api.example.com", "knowledge"};
  row.budgets = "{\"kv_bytes\":1}";
  ASSERT_TRUE(store().save_grant(row, audit("plugin.grant")));
  EXPECT_EQ(newest_action(std::nullopt), "plugin.grant");
  plugins::GrantRow own = row;
  own.tenant = shop;
  own.lane = "";
  own.permissions = {};
  ASSERT_TRUE(store().save_grant(own, audit("plugin.grant.own")));
  EXPECT_EQ(newest_action(shop), "plugin.grant.own");
  if (GetParam().backend) {
    EXPECT_EQ(newest_action(std::nullopt), "plugin.grant") << "everybody's log and a tenant's are two";
  }
  row.lane = "pool";
  ASSERT_TRUE(store().save_grant(row, audit("plugin.grant")));
  reopen();
  const auto rows = store().list_grants().value();
  ASSERT_EQ(rows.size(), 2u);
  EXPECT_EQ(rows[0].tenant, std::nullopt);
  EXPECT_EQ(rows[0].lane, "pool");
  EXPECT_THAT(rows[0].permissions, ElementsAre("http:api.example.com", "knowledge"));
  EXPECT_EQ(rows[0].budgets, "{\"kv_bytes\":1}");
  EXPECT_EQ(rows[1].tenant, shop);
  EXPECT_EQ(rows[1].lane, "");
  EXPECT_THAT(rows[1].permissions, IsEmpty());
  ASSERT_TRUE(store().erase_grant("ai-bridge", shop, audit("plugin.grant.erase")));
  ASSERT_TRUE(store().erase_grant("nothing", std::nullopt, audit("x")));
  ASSERT_EQ(store().list_grants().value().size(), 1u);
  EXPECT_FALSE(store().list_grants().value()[0].tenant);
}

TEST_P(PluginRows, AStepMovesReleaseAndPlanTogether) {
  const Uuid shop = make_tenant("shop");
  plugins::RolloutRow plan;
  plan.component = "filtering";
  plan.tenant = shop;
  plan.version = "1.1.0";
  plan.plan = "{\"steps\":[{\"percent\":100,\"hold_s\":600}]}";
  plan.since = 5'000'000'000'000;
  plan.state = "running";
  ASSERT_TRUE(store().save_rollout(plan, audit("plugin.rollout")));
  plugins::ReleaseRow release;
  release.component = "filtering";
  release.tenant = shop;
  release.stable = "1.0.0";
  release.candidate = "1.1.0";
  release.percent = 1000;
  plan.step = 1;
  plan.since += 1;
  plan.evidence = "{\"calls\":3}";
  ASSERT_TRUE(store().save_step(release, plan, audit("plugin.step")));
  EXPECT_EQ(newest_action(shop), "plugin.step");
  reopen();
  ASSERT_EQ(store().list_rollouts().value().size(), 1u);
  const auto stored = store().list_rollouts().value()[0];
  EXPECT_EQ(stored.tenant, shop);
  EXPECT_EQ(stored.version, "1.1.0");
  EXPECT_EQ(stored.plan, plan.plan);
  EXPECT_EQ(stored.step, 1);
  EXPECT_EQ(stored.since, plan.since);
  EXPECT_EQ(stored.state, "running");
  EXPECT_EQ(stored.reason, "");
  EXPECT_EQ(stored.evidence, "{\"calls\":3}");
  EXPECT_EQ(store().list_releases().value().at(0).percent, 1000);
  plan.tenant.reset();
  EXPECT_FALSE(store().save_step(release, plan, audit("x"))) << "of two different scopes";
  EXPECT_EQ(store().list_rollouts().value().size(), 1u);
  ASSERT_TRUE(store().erase_rollout("filtering", shop, audit("plugin.stop")));
  EXPECT_THAT(store().list_rollouts().value(), IsEmpty());
}

TEST_P(PluginRows, MarksAreOfAVersion) {
  plugins::MarkRow mark;
  mark.component = "filtering";
  mark.version = "1.1.0";
  mark.build_id = "abc";
  mark.reason = "It crashed.";
  mark.evidence = "{\"line\":\"x\"}";
  mark.at = 7;
  ASSERT_TRUE(store().save_mark(mark, audit("plugin.mark")));
  EXPECT_EQ(newest_action(std::nullopt), "plugin.mark");
  mark.reason = "It crashed again.";
  ASSERT_TRUE(store().save_mark(mark, audit("plugin.mark")));
  mark.version = "1.2.0";
  ASSERT_TRUE(store().save_mark(mark, audit("plugin.mark")));
  reopen();
  auto rows = store().list_marks().value();
  ASSERT_EQ(rows.size(), 2u);
  EXPECT_EQ(rows[0].reason, "It crashed again.");
  EXPECT_EQ(rows[0].build_id, "abc");
  EXPECT_EQ(rows[0].evidence, "{\"line\":\"x\"}");
  EXPECT_EQ(rows[0].at, 7);
  ASSERT_TRUE(store().erase_mark("filtering", "1.1.0", audit("plugin.unmark")));
  ASSERT_TRUE(store().erase_mark("filtering", "9.9.9", audit("plugin.unmark")));
  rows = store().list_marks().value();
  ASSERT_EQ(rows.size(), 1u);
  EXPECT_EQ(rows[0].version, "1.2.0");
}

TEST_P(PluginRows, AStateIsKeptUntilItsWindowEnds) {
  const Uuid shop = make_tenant("shop");
  const Uuid other = make_tenant("other");
  plugins::StateRow state;
  state.tenant = shop;
  state.component = "counter";
  state.version = "1.0.0";
  state.schema = 4'000'000'000U;
  state.blob = std::string("\0\xff", 2) + std::string(300'000, 'x');
  state.at = 100;
  ASSERT_TRUE(store().save_state(state));
  state.blob += "!";
  ASSERT_TRUE(store().save_state(state));
  plugins::StateRow later = state;
  later.tenant = other;
  later.at = 200;
  later.blob.clear();
  ASSERT_TRUE(store().save_state(later));
  reopen();
  const auto found = store().find_state(shop, "counter", "1.0.0").value();
  ASSERT_TRUE(found);
  EXPECT_EQ(found->blob, state.blob);
  EXPECT_EQ(found->schema, 4'000'000'000U);
  EXPECT_EQ(found->at, 100);
  EXPECT_FALSE(store().find_state(shop, "counter", "1.0.1").value());
  EXPECT_FALSE(store().find_state(shop, "other", "1.0.0").value());
  ASSERT_TRUE(store().find_state(other, "counter", "1.0.0").value());
  EXPECT_EQ(store().find_state(other, "counter", "1.0.0").value()->blob, "");
  ASSERT_TRUE(store().erase_states(200));
  EXPECT_FALSE(store().find_state(shop, "counter", "1.0.0").value());
  EXPECT_TRUE(store().find_state(other, "counter", "1.0.0").value());
  state.blob.assign(16 * 1024 * 1024 + 1, 'x');
  const auto refused = store().save_state(state);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, Errc::too_big);
}

TEST_P(PluginRows, SecretsAreNamedAndBounded) {
  const Uuid shop = make_tenant("shop");
  const Uuid other = make_tenant("other");
  tenants::AuditEntry entry = audit("plugin.secret");
  entry.at = 42;
  ASSERT_TRUE(store().save_secret(shop, "ai-bridge", "api_key", "sk-1", entry));
  ASSERT_TRUE(store().save_secret(shop, "ai-bridge", "api_key", "sk-2", entry));
  ASSERT_TRUE(store().save_secret(shop, "ai-bridge", "a", std::string(4096, 'k'), entry));
  reopen();
  const auto names = store().list_secrets(shop, "ai-bridge").value();
  ASSERT_EQ(names.size(), 2u);
  EXPECT_EQ(names[0].name, "a");
  EXPECT_EQ(names[1].name, "api_key");
  EXPECT_EQ(names[1].updated_at, 42);
  EXPECT_EQ(store().find_secret(shop, "ai-bridge", "api_key").value(), "sk-2");
  EXPECT_FALSE(store().find_secret(shop, "filtering", "api_key").value()) << "another plugin's";
  EXPECT_FALSE(store().find_secret(other, "ai-bridge", "api_key").value()) << "another tenant's";
  EXPECT_EQ(store().save_secret(shop, "ai-bridge", "b", std::string(4097, 'k'), entry).error().code, Errc::too_big);
  EXPECT_EQ(store().save_secret(shop, "ai-bridge", "no blanks", "x", entry).error().code, Errc::invalid);
  EXPECT_EQ(store().save_secret(shop, "ai-bridge", "b", "", entry).error().code, Errc::invalid);
  for (int i = 2; i < 32; ++i) ASSERT_TRUE(store().save_secret(shop, "ai-bridge", "n" + std::to_string(i), "x", entry)) << i;
  EXPECT_EQ(store().save_secret(shop, "ai-bridge", "one_more", "x", entry).error().code, Errc::conflict);
  ASSERT_TRUE(store().save_secret(shop, "ai-bridge", "n2", "y", entry)) << "one that exists may change";
  ASSERT_TRUE(store().erase_secret(shop, "ai-bridge", "api_key", entry));
  ASSERT_TRUE(store().erase_secret(shop, "ai-bridge", "api_key", entry));
  EXPECT_FALSE(store().find_secret(shop, "ai-bridge", "api_key").value());
}

}  // namespace
}  // namespace hotdesk::contract
