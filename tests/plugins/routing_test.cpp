#include <gtest/gtest.h>

#include "opened.hpp"

namespace hotdesk::plugins {
namespace {

hotdesk_id id_of(int n) {
  hotdesk_id id{};
  id.bytes[15] = static_cast<std::uint8_t>(n);
  return id;
}

hotdesk_agent agent(int n, unsigned open, unsigned capacity = 5, std::int64_t last = 0) {
  hotdesk_agent one{};
  one.size = sizeof one;
  one.id = id_of(n);
  one.open = open;
  one.capacity = capacity;
  one.last_assigned_at = last;
  return one;
}

class Routing : public ::testing::Test {
 protected:
  /// The chosen agent's number; 0: queue; -1: anything else.
  int route(const std::vector<hotdesk_agent>& agents, int last = 0) {
    if (!plugin_) plugin_.emplace(library_.query(), host_);
    const auto routed = plugin_->route(agents, id_of(last));
    reason_ = routed.reason;
    if (routed.code != HOTDESK_OK) return -1;
    return routed.target == HOTDESK_ROUTE_AGENT ? routed.agent.bytes[15] : routed.target == HOTDESK_ROUTE_QUEUE ? 0 : -1;
  }
  sdk::FakeHost host_;
  std::string reason_;

 private:
  Opened library_{"org.hotdesk.routing", "1.0.0"};
  std::optional<sdk::FakePlugin> plugin_;
};

TEST_F(Routing, LeastBusyThenLongestIdle) {
  EXPECT_EQ(route({agent(1, 3), agent(2, 1), agent(3, 2)}), 2);
  EXPECT_EQ(reason_, "least busy");
  EXPECT_EQ(route({agent(1, 1, 5, 200), agent(3, 1, 5, 100)}), 3);
}

TEST_F(Routing, SameAgentAsLastTimeIfThereIsRoom) {
  EXPECT_EQ(route({agent(1, 3), agent(2, 0)}, 1), 1);
  EXPECT_EQ(reason_, "same agent as last time");
  EXPECT_EQ(route({agent(1, 5), agent(2, 0)}, 1), 2) << "full";
  EXPECT_EQ(route({agent(2, 0)}, 1), 2) << "away";
}

TEST_F(Routing, StickinessCanBeOff) {
  host_.set("/sticky", false);
  EXPECT_EQ(route({agent(1, 3), agent(2, 0)}, 1), 2);
}

TEST_F(Routing, CapacityIsTheAgentsOrTheTenants) {
  EXPECT_EQ(route({agent(1, 5), agent(2, 5)}), 0);
  EXPECT_EQ(route({}), 0);
  EXPECT_EQ(reason_, "nobody is available");
}

TEST_F(Routing, MostOpenIsAskedOfEverybody) {
  host_.set("/max_open", 2);
  EXPECT_EQ(route({agent(1, 2, 9)}), 0);
  EXPECT_EQ(route({agent(1, 1, 9)}), 1);
}

TEST_F(Routing, InTurn) {
  host_.set("/strategy", "round_robin");
  std::string order;
  for (int i = 0; i < 6; ++i) order += std::to_string(route({agent(1, 0), agent(2, 4), agent(3, 1)}));
  EXPECT_EQ(order, "132132") << "equal turns go by load first, then strictly in turn";
}

TEST_F(Routing, InTurnCarriesOnFromTheRecordAfterARestart) {
  host_.set("/strategy", "round_robin");
  EXPECT_EQ(route({agent(1, 0, 5, 300), agent(2, 4, 5, 100), agent(3, 1, 5, 200)}), 2);
}

}  // namespace
}  // namespace hotdesk::plugins
