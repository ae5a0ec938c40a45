#include "cluster/presence.hpp"

#include <gtest/gtest.h>

namespace hotdesk::cluster {
namespace {

struct PresenceTest : ::testing::Test {
  FakeClock clock;
  std::unique_ptr<Presence> presence = make_memory_presence(clock, 15'000);
  std::vector<bool> edges;
  const Uuid tenant = make_uuid(1);
  const Uuid user = make_uuid(2);
  void SetUp() override {
    presence->on_edge([this](const Presence::Edge& edge) { edges.push_back(edge.online); });
  }
};

TEST_F(PresenceTest, TheFirstSocketIsTheEdge) {
  presence->connected(tenant, user);
  presence->connected(tenant, user);
  EXPECT_EQ(edges, std::vector<bool>{true});
  EXPECT_TRUE(presence->is_online(tenant, user));
  EXPECT_FALSE(presence->is_online(make_uuid(3), user)) << "of another tenant";
}

TEST_F(PresenceTest, OfflineOnlyAfterTheGrace) {
  presence->connected(tenant, user);
  presence->disconnected(tenant, user);
  clock.advance(15'000);
  presence->tick();
  EXPECT_TRUE(presence->is_online(tenant, user));
  clock.advance(1);
  presence->tick();
  EXPECT_FALSE(presence->is_online(tenant, user));
  EXPECT_EQ(edges, (std::vector<bool>{true, false}));
}

TEST_F(PresenceTest, AReconnectIsNoAbsence) {
  presence->connected(tenant, user);
  presence->disconnected(tenant, user);
  clock.advance(10'000);
  presence->connected(tenant, user);
  clock.advance(60'000);
  presence->tick();
  EXPECT_TRUE(presence->is_online(tenant, user));
  EXPECT_EQ(edges, std::vector<bool>{true});
}

TEST_F(PresenceTest, OneOfTwoSocketsLess) {
  presence->connected(tenant, user);
  presence->connected(tenant, user);
  presence->disconnected(tenant, user);
  clock.advance(60'000);
  presence->tick();
  EXPECT_TRUE(presence->is_online(tenant, user));
}

}  // namespace
}  // namespace hotdesk::cluster
