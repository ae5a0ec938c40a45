#include "plugins/rollout/shadow.hpp"

#include <gtest/gtest.h>

#include "hotdesk/plugin/filter.h"
#include "hotdesk/plugin/router.h"

namespace hotdesk::plugins {
namespace {

Outcome filter(std::int32_t verdict, std::string text = {}, std::string reason = {}) {
  return {HOTDESK_OK, FilterReply{verdict, std::move(text), std::move(reason)}, {}, {}};
}
Outcome failed(hotdesk_result code) { return {code, {}, {}, {}}; }

TEST(Shadow, VerdictAndTextCountReasonsDoNot) {
  EXPECT_FALSE(differs(filter(HOTDESK_FILTER_PASS), filter(HOTDESK_FILTER_PASS, "left over")));
  EXPECT_TRUE(differs(filter(HOTDESK_FILTER_PASS), filter(HOTDESK_FILTER_BLOCK)));
  EXPECT_FALSE(differs(filter(HOTDESK_FILTER_BLOCK, {}, "a"), filter(HOTDESK_FILTER_BLOCK, {}, "b")));
  EXPECT_TRUE(differs(filter(HOTDESK_FILTER_REWRITE, "a"), filter(HOTDESK_FILTER_REWRITE, "b")));
  EXPECT_TRUE(differs(filter(HOTDESK_FILTER_PASS), failed(HOTDESK_SKIP)));
  EXPECT_FALSE(differs(failed(HOTDESK_SKIP), failed(HOTDESK_SKIP)));
}

TEST(Shadow, TargetAndAgentCount) {
  const auto route = [](std::int32_t target, const Uuid& agent) { return Outcome{HOTDESK_OK, RouteReply{target, agent, {}, "why", 0}, {}, {}}; };
  std::array<std::uint8_t, 16> bytes{1};
  const Uuid ann(bytes);
  EXPECT_FALSE(differs(route(HOTDESK_ROUTE_AGENT, ann), route(HOTDESK_ROUTE_AGENT, ann)));
  EXPECT_TRUE(differs(route(HOTDESK_ROUTE_AGENT, ann), route(HOTDESK_ROUTE_AGENT, Uuid{})));
  EXPECT_TRUE(differs(route(HOTDESK_ROUTE_AGENT, ann), route(HOTDESK_ROUTE_QUEUE, ann)));
  EXPECT_TRUE(differs(route(0, ann), filter(0))) << "answers of two methods";
}

}  // namespace
}  // namespace hotdesk::plugins
