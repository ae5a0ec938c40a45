#include <gmock/gmock.h>

#include "base/json.hpp"
#include "contract/world.hpp"

namespace hotdesk::contract {
namespace {

using conversations::Actor;
using conversations::Outcome;
using conversations::Status;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

class Conversations : public Contract {};
HOTDESK_CONTRACT(Conversations);

TEST_P(Conversations, FirstMessageMakesEverythingInOneCommit) {
  const TenantCase shop = world.make_tenant("shop");
  const Actor ann = world.make_agent(shop, "Ann");
  const Actor vera = world.make_visitor("Vera");
  const Uuid id = world.current(shop, vera);
  EXPECT_EQ(id, conversation_id(shop.id, vera.id, 0));
  auto position = world.ports().log().load_position(shop.id, vera.id, tenants::Role::visitor, shop.site, world.now()).value();
  EXPECT_FALSE(position.known);
  EXPECT_TRUE(position.active && position.site_active);

  auto done = world.commit(world.message(shop, id, vera, "hello"));
  ASSERT_EQ(done.outcome, Outcome::ok) << done.text;
  EXPECT_EQ(done.seq, 2);
  ASSERT_TRUE(done.after);
  EXPECT_EQ(done.after->status, Status::waiting);
  EXPECT_EQ(done.after->visitor_name, "Vera");
  EXPECT_EQ(done.after->department_name, "Support");
  EXPECT_EQ(done.after->last->text, "hello");

  EXPECT_THAT(kinds(world.page(shop, id)), ElementsAre("opened", "text"));
  const auto own = world.feed(shop, vera.id);
  EXPECT_THAT(kinds(own), ElementsAre("opened", "text"));
  EXPECT_EQ(own[1].body, text_body("hello"));
  EXPECT_EQ(own[1].from.name, "Vera");
  EXPECT_EQ(own[1].conversation, id);
  const auto queue = world.feed(shop, shop.department, true);
  ASSERT_THAT(kinds(queue), ElementsAre("waiting"));
  EXPECT_THAT(queue[0].body, HasSubstr("Vera"));
  EXPECT_EQ(queue[0].seq, 0);
  EXPECT_TRUE(world.feed(shop, ann.id).empty());

  position = world.ports().log().load_position(shop.id, vera.id, tenants::Role::visitor, shop.site, world.now()).value();
  EXPECT_TRUE(position.known);
  EXPECT_EQ(position.name, "Vera");
  EXPECT_EQ(position.heads.at(0).second, 2);
  EXPECT_EQ(position.conversation, id);
}

TEST_P(Conversations, OtherIdsAreRefused) {
  const TenantCase shop = world.make_tenant("shop");
  const Actor vera = world.make_visitor("Vera");
  EXPECT_EQ(world.commit(world.message(shop, make_uuid(1), vera, "x")).outcome, Outcome::forbidden);
  EXPECT_EQ(world.commit(world.message(shop, conversation_id(shop.id, vera.id, 1), vera, "x")).outcome, Outcome::forbidden);
  EXPECT_EQ(world.current(shop, vera), conversation_id(shop.id, vera.id, 0));
}

TEST_P(Conversations, AgentsTalkOnceTheyAreMembers) {
  const TenantCase shop = world.make_tenant("shop");
  const Actor ann = world.make_agent(shop, "Ann");
  const Actor bob = world.make_agent(shop, "Bob", tenants::Role::admin);
  const Actor vera = world.make_visitor("Vera");
  const Uuid id = world.open(shop, vera);
  EXPECT_EQ(world.say(shop, id, ann, "not yet").outcome, Outcome::forbidden);
  world.assign(shop, id, ann);
  EXPECT_EQ(world.say(shop, id, ann, "hi Vera").outcome, Outcome::ok);
  EXPECT_EQ(world.say(shop, id, bob, "me too").outcome, Outcome::forbidden);
  EXPECT_THAT(kinds(world.feed(shop, ann.id)), ElementsAre("assigned", "text"));
  EXPECT_THAT(kinds(world.feed(shop, vera.id)), ElementsAre("opened", "text", "assigned", "text"));
  EXPECT_THAT(kinds(world.feed(shop, shop.department, true)), ElementsAre("waiting", "assigned"));
  const auto found = world.ports().conversations().find_conversation(shop.id, id, vera.id).value().value();
  EXPECT_EQ(found.status, Status::open);
  EXPECT_EQ(found.assignee, ann.id);
  EXPECT_EQ(found.seq, 4);
  EXPECT_EQ(found.last->text, "hi Vera");
  EXPECT_EQ(found.read, 2) << "writing implies having read, the rest is not";
}

TEST_P(Conversations, ARepeatedMidIsADupWithTheSameNumber) {
  const TenantCase shop = world.make_tenant("shop");
  const Actor vera = world.make_visitor("Vera");
  const Uuid id = world.current(shop, vera);
  const auto change = world.message(shop, id, vera, "once");
  const auto first = world.commit(change);
  const auto second = world.commit(change);
  EXPECT_EQ(first.outcome, Outcome::ok);
  EXPECT_EQ(second.outcome, Outcome::dup);
  EXPECT_EQ(second.seq, first.seq);
  EXPECT_EQ(second.body, text_body("once"));
  EXPECT_EQ(world.page(shop, id).size(), 2u);
}

}  // namespace
}  // namespace hotdesk::contract
