#include "plugins/plugins.hpp"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "host/plugins/room.hpp"
#include "hotdesk/plugin/types.h"

/// Row 10: a function of this name in the executable, exported; plugins have their own.
extern "C" __attribute__((visibility("default"))) int hotdesk_test_helper(void);
extern "C" int hotdesk_test_helper(void) { return 1000; }

namespace hotdesk::plugins {
namespace {

using namespace test;

TEST(Release, BeginsWithTheLowestVersionUnlessToldOtherwise) {
  Room room(good);
  EXPECT_EQ(room.filter(tenant_a, "hi"), "1.0.0:hi");
  EXPECT_EQ(room.inspect(tenant_a, "hi").seen_by, "test.echo@1.0.0");
  EXPECT_EQ(room.view(echo).name, "Echo");
  EXPECT_EQ(room.view(echo).state, "active");
  Room other(good);
  other.close();
  MemoryStore fresh;
  other.options.initial = {{echo, "2.0.0"}};
  Plugins host(other.options, fresh, other.visits, other.clock, {}, {});
  ASSERT_TRUE(host.start({tenant_a}));
  EXPECT_EQ(host.find(std::nullopt, echo)->release.stable, "2.0.0");
}

TEST(Release, ActivateActsOnTheNextCallAndRollbackGoesBack) {
  Room room(good);
  ASSERT_TRUE(room.host->activate(std::nullopt, echo, "2.0.0", admin));
  EXPECT_EQ(room.filter(tenant_a, "hi"), "2.0.0:hi");
  auto view = room.host->rollback(std::nullopt, echo, admin);
  ASSERT_TRUE(view);
  EXPECT_EQ(view->release.stable, "1.0.0");
  EXPECT_EQ(view->release.previous, "2.0.0");
  EXPECT_EQ(room.filter(tenant_a, "hi"), "1.0.0:hi");
  room.host->settle();
  EXPECT_EQ(room.host->totals().live, 1U) << "what was replaced is unmapped";
  EXPECT_EQ(room.version(echo, "2.0.0").state, "installed");
  EXPECT_EQ(room.version(echo, "1.0.0").state, "active");
  const auto audit = room.store.audit();
  EXPECT_EQ(audit.back().action, "plugin.rollback");
  EXPECT_EQ(audit.back().actor_name, "Ann");
  EXPECT_EQ(nlohmann::json::parse(audit.back().detail)["was"], "2.0.0");
  EXPECT_TRUE(room.has_edge("plugin.load"));
  EXPECT_TRUE(room.has_edge("plugin.unload"));
}

TEST(Release, ActivateLoadsAFreshImageEachTime) {
  Room room(good);
  const auto before = room.host->totals().loaded;
  ASSERT_TRUE(room.host->activate(std::nullopt, echo, "1.0.0", admin));
  EXPECT_EQ(room.host->totals().loaded, before + 1);
  EXPECT_EQ(room.filter(tenant_a, "hi"), "1.0.0:hi");
  EXPECT_EQ(room.view(echo).release.previous, "");
}

TEST(Release, OneTenantsActivationIsFreshButNeverTouchesAnothers) {
  Room room(good);
  ASSERT_TRUE(room.host->activate(tenant_b, echo, "2.0.0", admin));
  const auto before = room.host->totals().loaded;
  ASSERT_TRUE(room.host->activate(tenant_b, echo, "2.0.0", admin));
  EXPECT_EQ(room.host->totals().loaded, before + 1) << "its own alone";
  ASSERT_TRUE(room.host->activate(tenant_b, echo, "1.0.0", admin));
  EXPECT_EQ(room.host->totals().loaded, before + 1) << "joins the image that tenant a is on";
  EXPECT_EQ(room.filter(tenant_b, "hi"), "1.0.0:hi");
}

TEST(Release, TwoTenantsRunTwoVersionsAtOnce) {
  Room room(good);
  ASSERT_TRUE(room.host->activate(tenant_b, echo, "2.0.0", admin));
  EXPECT_EQ(room.filter(tenant_a, "hi"), "1.0.0:hi");
  EXPECT_EQ(room.filter(tenant_b, "hi"), "2.0.0:hi");
  EXPECT_TRUE(room.view(echo, tenant_b).release.own);
  EXPECT_EQ(room.version(echo, "2.0.0", tenant_b).calls, 1U);
  EXPECT_EQ(room.version(echo, "2.0.0", tenant_a).calls, 0U) << "another tenant's numbers are not shown";
  ASSERT_TRUE(room.host->activate(std::nullopt, echo, "4.0.0", admin));
  EXPECT_EQ(room.filter(tenant_a, "hi"), "4.0.0:hi");
  EXPECT_EQ(room.filter(tenant_b, "hi"), "2.0.0:hi") << "a tenant's row overrides * wholly";
}

TEST(Release, DisableAndEnable) {
  Room room(good);
  auto view = room.host->disable(tenant_a, echo, admin);
  ASSERT_TRUE(view);
  EXPECT_EQ(view->state, "disabled");
  EXPECT_EQ(room.filter(tenant_a, "hi"), "(pass)");
  EXPECT_EQ(room.filter(tenant_b, "hi"), "1.0.0:hi");
  ASSERT_TRUE(room.host->enable(tenant_a, echo, admin));
  EXPECT_EQ(room.filter(tenant_a, "hi"), "1.0.0:hi");
}

TEST(Release, OutlivesARestart) {
  Room room(good);
  ASSERT_TRUE(room.host->activate(std::nullopt, echo, "2.0.0", admin));
  ASSERT_TRUE(room.host->activate(tenant_b, echo, "4.0.0", admin));
  ASSERT_TRUE(room.host->set_config(tenant_b, echo, R"({"prefix":"b"})", admin));
  room.close();
  room.open();
  EXPECT_EQ(room.filter(tenant_a, "hi"), "2.0.0:hi");
  EXPECT_EQ(room.filter(tenant_b, "hi"), "b4.0.0:hi");
  EXPECT_EQ(room.view(echo).release.previous, "1.0.0");
}

TEST(Release, FailedVerbChangesNothing) {
  Room room(good);
  const auto audited = room.store.audit().size();
  EXPECT_EQ(room.host->activate(std::nullopt, echo, "9.0.0", admin).error().code, Errc::not_found);
  EXPECT_EQ(room.host->activate(std::nullopt, "test.nothing", "1.0.0", admin).error().code, Errc::not_found);
  EXPECT_EQ(room.host->rollback(std::nullopt, echo, admin).error().code, Errc::conflict);
  // The file is damaged after the scan: the hash of the sealed copy tells.
  std::ofstream(library_in(room.options.path / "test.echo/2.0.0"), std::ios::app) << "x";
  const auto damaged = room.host->activate(std::nullopt, echo, "2.0.0", admin);
  ASSERT_FALSE(damaged);
  EXPECT_NE(damaged.error().text.find("differs from its SHA-256"), std::string::npos);
  room.store.fail_all(true);
  EXPECT_EQ(room.host->activate(std::nullopt, echo, "4.0.0", admin).error().code, Errc::storage);
  room.store.fail_all(false);
  EXPECT_EQ(room.filter(tenant_a, "hi"), "1.0.0:hi");
  EXPECT_EQ(room.view(echo).release.stable, "1.0.0");
  EXPECT_EQ(room.store.audit().size(), audited);
  room.host->settle();
  EXPECT_EQ(room.host->totals().live, 1U);
  EXPECT_EQ(room.version(echo, "2.0.0").state, "failed_init");
}

TEST(Configuration, IsTheTenantsAndActsOnTheNextCall) {
  Room room(good);
  const auto view = room.host->set_config(tenant_a, echo, R"({"prefix":"a"})", admin);
  ASSERT_TRUE(view);
  EXPECT_EQ(view->config, R"({"prefix":"a"})");
  EXPECT_EQ(room.filter(tenant_a, "hi"), "a1.0.0:hi");
  EXPECT_EQ(room.filter(tenant_b, "hi"), "1.0.0:hi");
}

TEST(Configuration, WrongOneIsRefusedWithItsPlace) {
  Room room(good);
  const auto by_schema = room.host->set_config(tenant_a, echo, R"({"prefix":3})", admin);
  ASSERT_FALSE(by_schema);
  EXPECT_EQ(by_schema.error().where, "/prefix");
  const auto by_plugin = room.host->set_config(tenant_a, echo, R"({"prefix":"refuse"})", admin);
  ASSERT_FALSE(by_plugin);
  EXPECT_EQ(by_plugin.error().where, "/prefix");
  EXPECT_EQ(by_plugin.error().text, "must not be refuse");
  EXPECT_EQ(room.host->set_config(tenant_a, echo, "{", admin).error().code, Errc::invalid);
  EXPECT_EQ(room.host->set_config(tenant_a, echo, std::string(300'000, ' ') + "{}", admin).error().code, Errc::too_big);
  EXPECT_EQ(room.filter(tenant_a, "hi"), "1.0.0:hi");
  EXPECT_EQ(room.view(echo, tenant_a).config, "{}");
}

TEST(Configuration, TenantsThatDoNotFitTheNewVersionStayAndAreListed) {
  Room room(good);
  ASSERT_TRUE(room.host->set_config(tenant_a, echo, R"({"prefix":"a"})", admin));
  const auto view = room.host->activate(std::nullopt, echo, "3.0.0", admin);
  ASSERT_TRUE(view) << view.error().text;
  EXPECT_EQ(view->held_back, std::vector<Uuid>{tenant_b});
  EXPECT_EQ(room.filter(tenant_a, "hi"), "a3.0.0:hi");
  EXPECT_EQ(room.filter(tenant_b, "hi"), "1.0.0:hi");
  ASSERT_TRUE(room.host->set_config(tenant_b, echo, R"({"prefix":"b"})", admin));
  EXPECT_EQ(room.filter(tenant_b, "hi"), "b3.0.0:hi") << "fits now";
  EXPECT_TRUE(room.view(echo).held_back.empty());
  EXPECT_EQ(room.host->activate(uuid(77), echo, "3.0.0", admin).error().code, Errc::invalid) << "a tenant that asks for it is told";
}

TEST(FirstUse, NewTenantIsServedOffTheLoop) {
  Room room(good);
  room.visits.loops.push_back(std::make_unique<Loop>());
  std::promise<std::pair<std::string, bool>> answer;
  const Uuid fresh = uuid(50);
  room.visits.loops[0]->run_and_wait([&] {
    delivery::FilterInput input;
    input.tenant = fresh;
    input.kind = "text";
    input.text = "hi";
    const auto now = room.host->filter().inspect(input, [&](delivery::FilterVerdict v) {
      answer.set_value({v.text, std::this_thread::get_id() == std::this_thread::get_id()});
    });
    EXPECT_FALSE(now.has_value());
  });
  EXPECT_EQ(answer.get_future().get().first, "1.0.0:hi");
  room.visits.loops[0]->run_and_wait([&] { EXPECT_EQ(room.filter(fresh, "again"), "1.0.0:again"); });
}

TEST(Threads, BlockingVerbOnAMarkedThreadIsRefused) {
  Room room(good);
  room.visits.loops.push_back(std::make_unique<Loop>());
  room.visits.loops[0]->run_and_wait([&] {
    EXPECT_EQ(room.host->activate(std::nullopt, echo, "2.0.0", admin).error().code, Errc::internal);
    EXPECT_EQ(room.host->list(std::nullopt).error().code, Errc::internal);
  });
}

TEST(FailingFilter, IsCountedAndThePolicyDecides) {
  Room room(bad, {tenant_a});
  const auto views = room.host->list(std::nullopt);
  for (const auto& view : *views) {
    if (view.id == "test.mannered" || !view.enabled) continue;
    ASSERT_TRUE(room.host->disable(std::nullopt, view.id, admin)) << view.id;
  }
  const std::string id = "test.mannered";
  for (const char* text : {"error", "pending", "unknown result", "own memory", "broken text"})
    EXPECT_EQ(room.filter(tenant_a, text), "(pass)") << "open: carries on";
  EXPECT_EQ(room.version(id, "1.0.0").errors, 5U);
  EXPECT_EQ(room.filter(tenant_a, "unknown verdict"), "(pass)");
  EXPECT_EQ(room.filter(tenant_a, "too much"), "(pass)");
  EXPECT_EQ(room.version(id, "1.0.0").errors, 5U);
  ASSERT_TRUE(room.host->set_policy(tenant_a, "hotdesk.filter/1", true, admin));
  EXPECT_EQ(room.filter(tenant_a, "error"), "(failed) test.mannered@1.0.0 failed");
  EXPECT_EQ(room.filter(tenant_a, "fine"), "(pass)") << "failed is never the same answer as no change";
  ASSERT_TRUE(room.host->set_policy(tenant_a, "hotdesk.filter/1", false, admin));
  EXPECT_EQ(room.filter(tenant_a, "error"), "(pass)");
  EXPECT_EQ(room.host->set_policy(tenant_a, "hotdesk.gray/1", true, admin).error().code, Errc::invalid);
  const auto gone = room.host->totals().gone;
  EXPECT_EQ(room.filter(tenant_a, "stale handle"), "(pass)");
  EXPECT_EQ(room.filter(tenant_a, "stale handle"), "(pass)");
  EXPECT_EQ(room.host->totals().gone, gone + 2) << "a stale handle is told it is gone, and counted";
  EXPECT_EQ(room.version(id, "1.0.0").errors, 7U);
}

/// Row 14: exceptions, within the SDK and against the ABI.
TEST(FailingFilter, ExceptionsStopAtTheEdge) {
  Room room(good);
  EXPECT_EQ(room.filter(tenant_a, "throw!"), "(pass)");
  EXPECT_TRUE(room.logged("inspect failed: HOTDESK_E_INTERNAL (boom)"));
  EXPECT_EQ(room.filter(tenant_a, "invalid!"), "(pass)");
  EXPECT_TRUE(room.logged("inspect failed: HOTDESK_E_INVALID (field: wrong)"));
  EXPECT_EQ(room.version(echo, "1.0.0").errors, 2U);
  Room against(bad, {tenant_a});
  EXPECT_EQ(against.filter(tenant_a, "x"), "(pass)");
  EXPECT_EQ(against.version("test.throws", "1.0.0").errors, 1U);
}

TEST(Chain, RunsInInstallOrderEachSeeingWhatTheFormerLeft) {
  Room room(good);
  room.close();
  std::filesystem::copy(HOTDESK_SHIPPED "/org.hotdesk.filtering", room.options.path / "org.hotdesk.filtering", std::filesystem::copy_options::recursive);
  room.open();
  ASSERT_TRUE(room.host->activate(std::nullopt, "org.hotdesk.filtering", "1.1.0", admin));
  const auto verdict = room.inspect(tenant_a, "badword");
  EXPECT_EQ(verdict.text, "1.0.0:*******");
  EXPECT_EQ(verdict.seen_by, "test.echo@1.0.0,org.hotdesk.filtering@1.1.0");
  EXPECT_EQ(room.filter(tenant_a, "block!"), "(refuse) blocked by 1.0.0");
  EXPECT_EQ(room.version("org.hotdesk.filtering", "1.1.0").calls, 1U) << "the first refusal ends the chain";
  EXPECT_EQ(room.version(echo, "1.0.0").refused, 1U);
  EXPECT_EQ(room.version(echo, "1.0.0").rewritten, 1U);
}

TEST(Interposition, PluginCallsItsOwnFunction) {
  Room room(good);
  EXPECT_EQ(room.filter(tenant_a, "helper!"), "1");
  EXPECT_EQ(hotdesk_test_helper(), 1000);
}

TEST(Services, KeysAreTheTenantsAndOutliveTheVersion) {
  Room room(good);
  EXPECT_EQ(room.filter(tenant_a, "set one"), std::to_string(HOTDESK_OK));
  EXPECT_EQ(room.filter(tenant_a, "get"), "one");
  EXPECT_EQ(room.filter(tenant_b, "get"), "none");
  ASSERT_TRUE(room.host->activate(std::nullopt, echo, "2.0.0", admin));
  EXPECT_EQ(room.filter(tenant_a, "get"), "one");
  EXPECT_EQ(room.filter(tenant_a, "set " + std::string(70'000, 'x')), std::to_string(HOTDESK_E_BUDGET));
  room.close();
  room.open();
  EXPECT_EQ(room.filter(tenant_a, "get"), "one") << "stored";
}

TEST(Services, NumbersAndLines) {
  Room room(good);
  room.filter(tenant_a, "count");
  room.filter(tenant_b, "count");
  bool counted = false;
  for (const auto& metric : room.host->metrics())
    if (metric.name == "counted" && metric.plugin == echo) {
      EXPECT_EQ(metric.value, 4);
      counted = true;
    }
  EXPECT_TRUE(counted);
  EXPECT_TRUE(room.logged("test.echo@1.0.0 created"));
}

TEST(Services, TimersFireAndEndWithTheInstance) {
  Room room(good);
  EXPECT_EQ(room.filter(tenant_a, "timer!"), "started");
  for (int i = 0; i < 2000 && room.filter(tenant_a, "fired?") == "0"; ++i) usleep(5000);
  EXPECT_NE(room.filter(tenant_a, "fired?"), "0");
  ASSERT_TRUE(room.host->activate(std::nullopt, echo, "2.0.0", admin));
  room.host->settle();
  EXPECT_EQ(room.host->totals().live, 1U);
}

TEST(View, IsTheRestObject) {
  Room room(good);
  room.filter(tenant_a, "hi");
  const auto json = nlohmann::json::parse(to_json(room.view(echo, tenant_a)));
  EXPECT_EQ(json["id"], echo);
  EXPECT_EQ(json["lane"], "inline");
  EXPECT_EQ(json["versions"].size(), 4U);
  EXPECT_EQ(json["versions"][0]["version"], "1.0.0");
  EXPECT_EQ(json["versions"][0]["calls"], 1);
  EXPECT_GT(json["versions"][0]["p99_us"].get<double>(), 0);
  EXPECT_TRUE(json["versions"][0]["loaded_at"].is_string());
  EXPECT_TRUE(json["versions"][1]["loaded_at"].is_null());
  EXPECT_EQ(json["release"]["stable"], "1.0.0");
  EXPECT_TRUE(json["release"]["candidate"].is_null());
  EXPECT_TRUE(json["config_schema"].is_object());
}

TEST(Folder, NewVersionsAppearOnRescan) {
  Room room(good);
  std::filesystem::rename(room.options.path / "test.echo/4.0.0", room.folder.path() / "aside");
  ASSERT_TRUE(room.host->rescan());
  EXPECT_EQ(room.view(echo).versions.size(), 3U);
  std::filesystem::rename(room.folder.path() / "aside", room.options.path / "test.echo/4.0.0");
  ASSERT_TRUE(room.host->rescan());
  EXPECT_EQ(room.view(echo).versions.size(), 4U);
  EXPECT_EQ(room.view(echo).release.stable, "1.0.0") << "a file's arrival upgrades nobody";
}

TEST(Router, ShippedOneAnswersAndDisabledOneSkips) {
  Room room(HOTDESK_SHIPPED);
  conversations::RouteRequest request;
  request.tenant = tenant_a;
  const auto agent = [](int id, const char* name, int open) {
    conversations::AgentLoad load;
    load.id = uuid(id);
    load.name = name;
    load.state = "online";
    load.open = open;
    load.capacity = 5;
    return load;
  };
  request.available = {agent(11, "Bo", 2), agent(12, "Cy", 1)};
  auto answer = room.host->router().route(request);
  EXPECT_EQ(answer.kind, conversations::RouteAnswer::Kind::agent);
  EXPECT_EQ(answer.agent, uuid(12));
  EXPECT_EQ(answer.reason, "least busy");
  request.waiting.last_agent = uuid(11);
  EXPECT_EQ(room.host->router().route(request).agent, uuid(11));
  request.available.clear();
  EXPECT_EQ(room.host->router().route(request).kind, conversations::RouteAnswer::Kind::queue);
  ASSERT_TRUE(room.host->disable(std::nullopt, "org.hotdesk.routing", admin));
  EXPECT_EQ(room.host->router().route(request).kind, conversations::RouteAnswer::Kind::skip);
}

TEST(Story, SwapOfTheFilteringPlugin) {
  Room room(HOTDESK_SHIPPED);
  EXPECT_EQ(room.filter(tenant_a, "竞品怎么样"), "(pass)");
  ASSERT_TRUE(room.host->activate(tenant_a, "org.hotdesk.filtering", "1.1.0", admin));
  EXPECT_EQ(room.filter(tenant_a, "竞品怎么样"), "＊＊怎么样");
  ASSERT_TRUE(room.host->rollback(tenant_a, "org.hotdesk.filtering", admin));
  EXPECT_EQ(room.filter(tenant_a, "竞品怎么样"), "(pass)");
}

}  // namespace
}  // namespace hotdesk::plugins
