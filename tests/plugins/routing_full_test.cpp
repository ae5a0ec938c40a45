// org.hotdesk.routing 1.1.0 through its entry point.
#include <gtest/gtest.h>

#include <deque>

#include "opened.hpp"

namespace hotdesk::plugins {
namespace {

hotdesk_id id_of(int n) {
  hotdesk_id id{};
  id.bytes[15] = static_cast<std::uint8_t>(n);
  return id;
}

class FullRouting : public ::testing::Test {
 protected:
  static constexpr std::int64_t tuesday_noon = 1'795'492'800'000;  // 2026-11-24 04:00 UTC, 12:00 in Shanghai

  FullRouting() { host.set_now(tuesday_noon); }
  /// Agents are numbered from 1, named "a1", "a2", …
  void agent(unsigned open, unsigned capacity = 5, std::int64_t last = 0) {
    hotdesk_agent one{};
    one.size = sizeof one;
    const int n = static_cast<int>(agents.size()) + 1;
    one.id = id_of(n);
    one.open = open;
    one.capacity = capacity;
    one.last_assigned_at = last;
    one.username = keep("a" + std::to_string(n));
    agents.push_back(one);
  }
  void label(std::string text) { labels.push_back(keep(std::move(text))); }
  void attribute(std::string name, std::string value) {
    attributes.push_back({sizeof(hotdesk_attribute), 0, keep(std::move(name)), keep(std::move(value))});
  }
  void department(int n, std::string name) { departments.push_back({sizeof(hotdesk_department), 0, id_of(n), keep(std::move(name))}); }

  /// "3": agent 3; "queue", "queue 5000" (again_ms), "bot", "department 7".
  std::string route(std::int64_t waited_ms = 0) {
    if (!plugin_) plugin_.emplace(library_.query(), host);
    request.available = {agents.data(), agents.size(), sizeof(hotdesk_agent)};
    request.labels = {labels.data(), labels.size(), sizeof(hotdesk_text)};
    request.attributes = {attributes.data(), attributes.size(), sizeof(hotdesk_attribute)};
    request.departments = {departments.data(), departments.size(), sizeof(hotdesk_department)};
    request.now = host.now();
    request.waiting_since = host.now() - waited_ms;
    const auto routed = plugin_->start_route(request);
    reason = routed->reason;
    if (routed->code != HOTDESK_OK) return "code " + std::to_string(routed->code);
    if (routed->target == HOTDESK_ROUTE_AGENT) return std::to_string(routed->agent.bytes[15]);
    if (routed->target == HOTDESK_ROUTE_BOT) return "bot";
    if (routed->target == HOTDESK_ROUTE_DEPARTMENT) return "department " + std::to_string(routed->department.bytes[15]);
    return routed->again_ms == 0 ? "queue" : "queue " + std::to_string(routed->again_ms);
  }
  hotdesk_text keep(std::string text) { return sdk::to_text(kept_.emplace_back(std::move(text))); }
  void refuses(const char* pointer) {
    EXPECT_THROW(route(), std::runtime_error);
    EXPECT_EQ(host.failed_path(), pointer);
  }

  sdk::FakeHost host;
  hotdesk_route_request request{};
  std::vector<hotdesk_agent> agents;
  std::vector<hotdesk_text> labels;
  std::vector<hotdesk_attribute> attributes;
  std::vector<hotdesk_department> departments;
  std::string reason;

 private:
  Opened library_{"org.hotdesk.routing", "1.1.0"};
  std::deque<std::string> kept_;
  std::optional<sdk::FakePlugin> plugin_;
};

TEST_F(FullRouting, WithoutSettingsAsTheVersionBefore) {
  EXPECT_EQ(route(), "queue");
  EXPECT_EQ(reason, "nobody is available");
  agent(3);
  agent(1, 5, 200);
  agent(1, 5, 100);
  EXPECT_EQ(route(), "3");
  EXPECT_EQ(reason, "least busy");
  request.last_agent = id_of(1);
  EXPECT_EQ(route(), "1");
  EXPECT_EQ(reason, "same agent as last time");
}

TEST_F(FullRouting, InTurn) {
  host.set("/strategy", "round_robin");
  agent(0);
  agent(4);
  agent(1);
  std::string order;
  for (int i = 0; i < 6; ++i) order += route();
  EXPECT_EQ(order, "132132");
}

TEST_F(FullRouting, ByWeight) {
  host.set("/strategy", "weighted");
  host.set("/agents/0/agent", "a1");
  host.set("/agents/0/weight", 3);
  agent(0, 100);
  agent(0, 100);
  for (int i = 0; i < 40; ++i) ++agents[static_cast<std::size_t>(std::stoi(route()) - 1)].open;
  EXPECT_EQ(agents[0].open, 30U);
  EXPECT_EQ(agents[1].open, 10U);
}

TEST_F(FullRouting, CapacityIsTheLeastOfThree) {
  host.set("/max_open", 4);
  host.set("/agents/0/agent", "a2");
  host.set("/agents/0/most", 1);
  agent(4, 9);
  agent(1, 9);
  agent(3, 3);
  EXPECT_EQ(route(), "queue");
  EXPECT_EQ(reason, "everybody has as many conversations as they can take");
  agents[0].open = 3;
  EXPECT_EQ(route(), "1");
}

TEST_F(FullRouting, SkillsByLabelAndLanguageThenAnybody) {
  host.set("/agents/0/agent", "a1");
  host.set("/agents/0/skills", "refund, en");
  host.set("/agents/1/agent", "a2");
  host.set("/agents/1/skills", "refund");
  host.set("/skill_wait_s", 30);
  agent(4);
  agent(0);
  agent(0);
  label("refund");
  label("colour");
  request.language = keep("en-GB");
  EXPECT_EQ(route(), "1") << "both skills, although busiest";
  agents[0].open = 5;
  EXPECT_EQ(route(), "queue 30000");
  EXPECT_EQ(reason, "waits for the skill en");
  EXPECT_EQ(route(29'500), "queue 1000") << "at least a second";
  EXPECT_EQ(route(30'000), "2");
}

TEST_F(FullRouting, RulesAboutAgents) {
  host.set("/rules/0/if", "channel");
  host.set("/rules/0/is", "wechat");
  host.set("/rules/0/then", "only_agents");
  host.set("/rules/0/target", "a2, a3");
  host.set("/rules/1/if", "attribute:plan");
  host.set("/rules/1/is", "gold*");
  host.set("/rules/1/then", "prefer_agents");
  host.set("/rules/1/target", "a3");
  agent(0);
  agent(1);
  agent(2);
  EXPECT_EQ(route(), "1");
  request.channel = keep("wechat");
  EXPECT_EQ(route(), "2");
  attribute("plan", "gold-2026");
  EXPECT_EQ(route(), "3");
  EXPECT_EQ(reason, "least busy, preferred");
  agents[2].open = 5;
  EXPECT_EQ(route(), "2") << "preferred, not insisted on";
  agents[1].open = 5;
  EXPECT_EQ(route(), "queue");
  EXPECT_EQ(reason, "none of the agents of the rule is free: channel wechat");
}

TEST_F(FullRouting, RulesThatSendElsewhere) {
  host.set("/rules/0/if", "language");
  host.set("/rules/0/is", "en*");
  host.set("/rules/0/then", "department");
  host.set("/rules/0/target", "International");
  host.set("/rules/1/if", "label");
  host.set("/rules/1/is", "faq");
  host.set("/rules/1/then", "bot");
  host.set("/rules/2/if", "department");
  host.set("/rules/2/is", "Night");
  host.set("/rules/2/then", "queue");
  agent(0);
  department(7, "International");
  department(8, "Night");
  request.language = keep("en-US");
  EXPECT_EQ(route(), "department 7");
  request.department = id_of(7);
  EXPECT_EQ(route(), "1") << "it is there already";
  label("faq");
  EXPECT_EQ(route(), "bot");
  labels.clear();
  request.department = id_of(8);
  request.language = {};
  EXPECT_EQ(route(), "queue");
  departments.clear();
  request.language = keep("en");
  EXPECT_EQ(route(), "1") << "a department that is gone does not stop anything";
}

TEST_F(FullRouting, PlacesAndAgentsForVips) {
  host.set("/vip_reserve", 2);
  host.set("/vip_agents", "a2");
  agent(3);
  agent(4);
  EXPECT_EQ(route(), "queue") << "the last two places of each are kept free";
  request.priority = 1;
  EXPECT_EQ(route(), "2");
  EXPECT_EQ(reason, "least busy, for VIPs");
  request.priority = 0;
  attribute("vip", "yes");
  EXPECT_EQ(route(), "2");
  attributes.clear();
  attribute("vip", "no");
  EXPECT_EQ(route(), "queue");
}

TEST_F(FullRouting, OverflowAfterATime) {
  host.set("/overflow/0/department", "Sales");
  host.set("/overflow/0/after_s", 60);
  host.set("/overflow/0/to", "Support");
  host.set("/bot_after_s", 90);
  department(1, "Sales");
  department(2, "Support");
  request.department = id_of(1);
  EXPECT_EQ(route(20'000), "queue 40000");
  EXPECT_EQ(route(60'000), "department 2");
  EXPECT_EQ(reason, "nobody took it in 60 s");
  request.department = id_of(2);
  EXPECT_EQ(route(60'000), "queue 30000") << "until the bot";
  EXPECT_EQ(route(90'000), "bot");
  agent(0);
  EXPECT_EQ(route(90'000), "1") << "somebody is there";
}

TEST_F(FullRouting, BusinessHours) {
  host.set("/hours/0/days", "mon-fri");
  host.set("/hours/0/from", "09:00");
  host.set("/hours/0/to", "18:00");
  agent(0);
  EXPECT_EQ(route(), "1");
  host.set_now(tuesday_noon + 6 * 3'600'000);  // 18:00
  EXPECT_EQ(route(), "queue 3600000") << "it opens in 15 hours, but looks again in one";
  EXPECT_EQ(reason, "outside business hours");
  host.set_now(tuesday_noon + 20 * 3'600'000 + 30 * 60'000);  // Wednesday 08:30
  EXPECT_EQ(route(), "queue 1800000");
  host.set_now(tuesday_noon + 21 * 3'600'000);
  EXPECT_EQ(route(), "1");
}

TEST_F(FullRouting, HolidaysAndExtraWorkdays) {
  host.set("/hours/0/days", "mon-fri");
  host.set("/hours/0/from", "09:00");
  host.set("/hours/0/to", "18:00");
  host.set("/holidays/0", "2026-11-23..2026-11-27");
  host.set("/workdays/0", "2026-11-28");  // a Saturday
  host.set("/outside_hours", "bot");
  agent(0);
  EXPECT_EQ(route(), "bot");
  host.set_now(tuesday_noon + 4 * 86'400'000LL);
  EXPECT_EQ(route(), "1");
  host.set_now(tuesday_noon + 5 * 86'400'000LL);
  EXPECT_EQ(route(), "bot") << "Sunday";
}

TEST_F(FullRouting, NightShiftAndDaylightSaving) {
  host.set("/time_zone", "Europe/Berlin");
  host.set("/hours/0/days", "sat");
  host.set("/hours/0/from", "22:00");
  host.set("/hours/0/to", "04:00");
  host.set("/outside_hours", "bot");
  agent(0);
  // The night of 2026-03-29, in which 02:00 becomes 03:00: 04:00 is 02:00 UTC.
  constexpr std::int64_t midnight_utc = 1'774'742'400'000;
  host.set_now(midnight_utc - 3'600'000 * 3 - 60'000);  // 21:59
  EXPECT_EQ(route(), "bot");
  host.set_now(midnight_utc - 3'600'000 * 3);
  EXPECT_EQ(route(), "1");
  host.set_now(midnight_utc + 2 * 3'600'000 - 1'000);
  EXPECT_EQ(route(), "1");
  host.set_now(midnight_utc + 2 * 3'600'000);
  EXPECT_EQ(route(), "bot");
}

TEST_F(FullRouting, OlderHostsTellLess) {
  agent(1);
  agent(0);
  agents[0].size = agents[1].size = offsetof(hotdesk_agent, username);
  EXPECT_EQ(route(), "2");
}

struct Wrong {
  const char* name;
  const char* path;
  std::vector<std::pair<const char*, const char*>> texts;
};
class RoutingSettings : public FullRouting, public ::testing::WithParamInterface<Wrong> {};
TEST_P(RoutingSettings, AreRefusedByName) {
  for (const auto& [pointer, text] : GetParam().texts) host.set(pointer, text);
  refuses(GetParam().path);
}
INSTANTIATE_TEST_SUITE_P(
    Table, RoutingSettings,
    ::testing::Values(Wrong{"zone", "/time_zone", {{"/time_zone", "Mars/Olympus"}}},
                      Wrong{"days", "/hours/0/days", {{"/hours/0/days", "monday"}, {"/hours/0/from", "09:00"}, {"/hours/0/to", "10:00"}}},
                      Wrong{"from", "/hours/0/from", {{"/hours/0/days", "mon"}, {"/hours/0/from", "9"}, {"/hours/0/to", "10:00"}}},
                      Wrong{"holiday", "/holidays/0", {{"/holidays/0", "2026-02-30"}}},
                      Wrong{"backwards", "/holidays/0", {{"/holidays/0", "2026-02-03..2026-02-01"}}},
                      Wrong{"rule_field", "/rules/0/if", {{"/rules/0/if", "weather"}, {"/rules/0/is", "x"}, {"/rules/0/then", "bot"}}},
                      Wrong{"rule_agents", "/rules/0/target", {{"/rules/0/if", "label"}, {"/rules/0/is", "x"}, {"/rules/0/then", "only_agents"}}},
                      Wrong{"twice", "/agents/1/agent", {{"/agents/0/agent", "x"}, {"/agents/1/agent", "x"}}},
                      Wrong{"itself", "/overflow/0/to", {{"/overflow/0/department", "A"}, {"/overflow/0/to", "A"}}},
                      Wrong{"circle", "/overflow/0/to", {{"/overflow/0/department", "A"}, {"/overflow/0/to", "B"}, {"/overflow/1/department", "B"}, {"/overflow/1/to", "A"}}},
                      Wrong{"circle_any", "/overflow/0/to", {{"/overflow/0/department", "*"}, {"/overflow/0/to", "A"}, {"/overflow/1/department", "A"}, {"/overflow/1/to", "B"}}}),
    [](const auto& i) { return std::string(i.param.name); });

}  // namespace
}  // namespace hotdesk::plugins
