#include "delivery/members.hpp"

#include <gtest/gtest.h>

namespace hotdesk::delivery {
namespace {

conversations::Conversation conversation(int n) {
  conversations::Conversation out;
  out.id = make_uuid(n);
  out.tenant = *parse_uuid("00000000-0000-7000-8000-000000000001");
  out.visitor = make_uuid(1000 + n);
  return out;
}

TEST(Members, TheNewestCommitCounts) {
  Members members;
  auto c = conversation(1);
  members.put(c);
  c.assignee = make_uuid(5);
  members.put(c);
  EXPECT_EQ(members.find(c.tenant, c.id)->assignee, c.assignee);
}

TEST(Members, AnotherTenantFindsNothing) {
  Members members;
  const auto c = conversation(1);
  members.put(c);
  EXPECT_FALSE(members.find(make_uuid(9), c.id));
}

TEST(Members, ItIsBounded) {
  Members members(2);
  const auto a = conversation(1), b = conversation(2), c = conversation(3);
  members.put(a);
  members.put(b);
  EXPECT_TRUE(members.find(a.tenant, a.id));
  members.put(c);
  EXPECT_FALSE(members.find(b.tenant, b.id)) << "the longest unused went";
  EXPECT_TRUE(members.find(a.tenant, a.id));
}

}  // namespace
}  // namespace hotdesk::delivery
