#include "conversations/routing.hpp"

#include <gmock/gmock.h>

#include "host/conversations/fakes.hpp"

namespace hotdesk::conversations {
namespace {

using ::testing::SizeIs;

class Departments final : public tenants::TenantRepository {
 public:
  Result<> create_tenant(const tenants::Tenant&, const tenants::Department&, const tenants::AuditEntry&) override { return {}; }
  Result<> rename_tenant(const Uuid&, const std::string&, const tenants::AuditEntry&) override { return {}; }
  Result<std::optional<tenants::Tenant>> find_tenant(const Uuid&) override { return std::optional<tenants::Tenant>{}; }
  Result<std::vector<tenants::Tenant>> list_tenants() override { return std::vector<tenants::Tenant>{}; }
  Result<std::vector<tenants::Department>> list_departments(const Uuid&) override { return all; }
  std::vector<tenants::Department> all;
};

class ScriptedRouter final : public Router {
 public:
  RouteAnswer route(const RouteRequest& request) override {
    asked.push_back(request);
    return answer;
  }
  RouteAnswer answer;
  std::vector<RouteRequest> asked;
};

class RoutingTest : public ::testing::Test {
 protected:
  RoutingTest() {
    rows.status = Status::waiting;
    Waiting one;
    one.conversation = rows.id;
    one.visitor = rows.visitor;
    one.department = sales;
    one.language = "de";
    one.attributes = {{"tier", "gold"}};
    rows.waiting = {one};
    for (const auto& [id, name] : {std::pair(sales, "Sales"), std::pair(support, "Support")}) {
      tenants::Department department;
      department.id = id;
      department.name = name;
      departments.all.push_back(department);
    }
    AgentLoad agent;
    agent.id = ann;
    agent.name = "Ann";
    agent.username = "ann";
    agent.state = "online";
    agent.capacity = 3;
    rows.loads = {agent};
    presence->connected(rows.tenant, ann);
  }
  void pass() {
    routing.poke(rows.tenant);
    pool.settle();
  }
  template <class What>
  const What* last() const {
    return rows.changes.empty() ? nullptr : std::get_if<What>(&rows.changes.back().what);
  }

  const Uuid sales = make_uuid(11), support = make_uuid(12), ann = make_uuid(13);
  Rows rows;
  Departments departments;
  ScriptedRouter router;
  SteppedPool pool;
  FakeClock clock;
  std::unique_ptr<cluster::Presence> presence = cluster::make_memory_presence(clock);
  Routing routing{rows, departments, rows, router, *presence, pool, clock};
};

TEST_F(RoutingTest, ARouterIsToldAllThatItMayDecideBy) {
  pass();
  ASSERT_THAT(router.asked, SizeIs(1));
  const RouteRequest& asked = router.asked[0];
  EXPECT_EQ(asked.channel, "widget");
  EXPECT_EQ(asked.now, clock.now_ms());
  ASSERT_THAT(asked.departments, SizeIs(2));
  EXPECT_EQ(asked.departments[1].name, "Support");
  EXPECT_EQ(asked.waiting.language, "de");
  EXPECT_EQ(asked.waiting.attributes.at(0).second, "gold");
  ASSERT_THAT(asked.available, SizeIs(1));
  EXPECT_EQ(asked.available[0].username, "ann");
  ASSERT_NE(last<Assigned>(), nullptr) << "a router that says nothing leaves it to the host";
  EXPECT_EQ(last<Assigned>()->assignee, ann);
}

TEST_F(RoutingTest, ABotGetsItOnce) {
  router.answer.kind = RouteAnswer::Kind::bot;
  pass();
  EXPECT_NE(last<GivenToBot>(), nullptr);
  rows.waiting[0].bot_had_it = true;
  pass();
  ASSERT_NE(last<Assigned>(), nullptr) << "what a bot passed to people is not given to it again";
  EXPECT_EQ(last<Assigned>()->assignee, ann);
}

TEST_F(RoutingTest, AnotherDepartmentGetsItButNotForEver) {
  router.answer.kind = RouteAnswer::Kind::department;
  router.answer.department = support;
  pass();
  ASSERT_NE(last<Assigned>(), nullptr);
  EXPECT_EQ(last<Assigned>()->department, support);
  EXPECT_FALSE(last<Assigned>()->assignee);
  for (int i = 0; i < 10 && !last<Assigned>()->assignee; ++i) pass();
  EXPECT_TRUE(last<Assigned>()->assignee) << "two rules that send it to and fro must end";
}

TEST_F(RoutingTest, ADepartmentThatIsNoneIsIgnored) {
  router.answer.kind = RouteAnswer::Kind::department;
  router.answer.department = make_uuid(99);
  pass();
  ASSERT_NE(last<Assigned>(), nullptr);
  EXPECT_EQ(last<Assigned>()->assignee, ann);
}

TEST_F(RoutingTest, ItIsAskedAgainWhenARouterWantsIt) {
  router.answer.kind = RouteAnswer::Kind::queue;
  router.answer.again_ms = 5'000;
  pass();
  EXPECT_TRUE(rows.changes.empty());
  clock.advance(4'999);
  routing.tick();
  pool.settle();
  EXPECT_THAT(router.asked, SizeIs(1));
  clock.advance(1);
  router.answer.again_ms = 0;
  routing.tick();
  pool.settle();
  EXPECT_THAT(router.asked, SizeIs(2));
  clock.advance(60'000);
  routing.tick();
  pool.settle();
  EXPECT_THAT(router.asked, SizeIs(2));
}

}  // namespace
}  // namespace hotdesk::conversations
