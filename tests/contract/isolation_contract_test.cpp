// I10: whatever one tenant knows of another's ids, it gets the answers it would get for ids that do not exist.
#include <gmock/gmock.h>

#include "contract/world.hpp"

namespace hotdesk::contract {
namespace {

using conversations::Actor;
using conversations::Outcome;

class Isolation : public Contract {
 protected:
  TenantCase shop = world.make_tenant("shop");
  TenantCase thief = world.make_tenant("thief");
  Actor ann = world.make_agent(shop, "Ann");
  Actor bad = world.make_agent(thief, "Bad", tenants::Role::admin);
  Actor vera = world.make_visitor("Vera");
  Uuid id = world.open(shop, vera, "our secret");
};
HOTDESK_CONTRACT(Isolation);

TEST_P(Isolation, ReadsOfAnotherTenantReturnNothing) {
  world.assign(shop, id, ann);
  auto& log = world.ports().log();
  const auto text = world.message(shop, id, vera, "x");
  ASSERT_EQ(world.commit(text).outcome, Outcome::ok);
  const Uuid mid = std::get<conversations::Message>(text.what).mid;
  for (const Uuid& owner : {vera.id, ann.id, shop.department})
    for (const bool department : {false, true}) EXPECT_TRUE(log.read_feed(thief.id, {owner, department}, 0, 100).value().items.empty());
  EXPECT_EQ(log.read_conversation(thief.id, id, 0, std::nullopt, 100, true).error().code, Errc::not_found);
  EXPECT_FALSE(log.find_mid(thief.id, id, mid).value());
  EXPECT_FALSE(log.is_member(thief.id, id, bad.id).value());
  EXPECT_FALSE(log.is_member(shop.id, id, bad.id).value()) << "another tenant's staff is nobody here";
  EXPECT_TRUE(log.is_member(shop.id, id, ann.id).value());
  EXPECT_FALSE(log.is_member(shop.id, id, make_uuid(1)).value());
  EXPECT_EQ(log.heads(thief.id, {{vera.id, false}, {shop.department, true}}).value(), (std::vector<std::int64_t>{0, 0}));
  EXPECT_FALSE(log.load_position(thief.id, ann.id, tenants::Role::agent, Uuid{}, world.now()).value().known);
  EXPECT_FALSE(log.load_position(thief.id, vera.id, tenants::Role::visitor, thief.site, world.now()).value().known);
  EXPECT_FALSE(log.load_position(shop.id, vera.id, tenants::Role::visitor, thief.site, world.now()).value().site_active);
  auto& conversations = world.ports().conversations();
  EXPECT_FALSE(conversations.find_conversation(thief.id, id, bad.id).value());
  EXPECT_TRUE(conversations.list_conversations(thief.id, bad.id, {}).value().items.empty());
  EXPECT_TRUE(conversations.list_waiting(thief.id, 10).value().empty());
  EXPECT_TRUE(conversations.list_loads(thief.id, shop.department).value().empty());
  EXPECT_EQ(conversations.count(thief.id, 0).value().messages, 0);
}

TEST_P(Isolation, WritesIntoAnotherTenantAreRefusedAndLeaveNothing) {
  const auto before = world.page(shop, id);
  const std::size_t queue = world.feed(shop, shop.department, true).size();
  const auto tries = [&](const TenantCase& tenant, const Actor& actor) {
    conversations::Message recall;
    recall.mid = make_uuid(world.now());
    recall.kind = "recall";
    recall.target = before.back().mid;
    for (const conversations::What& what : std::vector<conversations::What>{
             std::get<conversations::Message>(world.message(tenant, id, actor, "x").what), recall, conversations::Assigned{.assignee = bad.id},
             conversations::Transferred{.assignee = bad.id}, conversations::Closed{}, conversations::Reopened{},
             conversations::Rated{1, ""}, conversations::Labeled{{"x"}, {}}, conversations::Read{2}}) {
      const auto done = world.commit(world.change(tenant, id, actor, what));
      EXPECT_EQ(done.outcome, Outcome::forbidden) << what.index();
      EXPECT_TRUE(done.entries.empty());
      EXPECT_FALSE(done.after);
    }
  };
  tries(thief, bad);                                  // its own tenant, our conversation
  tries(shop, bad);                                   // even if a caller mixed the tenants up
  tries(thief, vera);                                 // our visitor under their tenant
  tries(shop, world.make_visitor("Mallory"));         // another visitor of ours
  EXPECT_EQ(world.page(shop, id).size(), before.size());
  EXPECT_EQ(world.feed(shop, shop.department, true).size(), queue);
  EXPECT_TRUE(world.feed(thief, bad.id).empty());
  EXPECT_TRUE(world.feed(thief, thief.department, true).empty());
}

TEST_P(Isolation, AnAgentOfAnotherTenantCannotBeAssigned) {
  conversations::Assigned assigned;
  assigned.assignee = bad.id;
  EXPECT_EQ(world.commit(world.change(shop, id, ann, assigned)).outcome, Outcome::rejected);
  assigned.assignee = ann.id;
  assigned.department = thief.department;
  EXPECT_EQ(world.commit(world.change(shop, id, ann, assigned)).outcome, Outcome::rejected);
  auto opening = world.message(shop, conversation_id(shop.id, make_uuid(7), 0), {tenants::Role::visitor, make_uuid(7), "x"}, "x");
  std::get<conversations::Message>(opening.what).opening->site = thief.site;
  EXPECT_EQ(world.commit(opening).outcome, Outcome::forbidden) << "a site of another tenant";
}

TEST_P(Isolation, UnknownTenantsAreRefused) {
  TenantCase nobody{make_uuid(1), make_uuid(2), make_uuid(3)};
  EXPECT_EQ(world.say(nobody, id, vera, "x").outcome, Outcome::forbidden);
  EXPECT_EQ(world.ports().log().read_feed(nobody.id, {vera.id, false}, 0, 10).error().code, Errc::not_found);
}

TEST_P(Isolation, TheSameVisitorIdInTwoTenantsIsTwoPeople) {
  const Uuid other = world.open(thief, vera, "their secret");
  EXPECT_NE(other, id);
  EXPECT_EQ(world.feed(shop, vera.id).back().body, text_body("our secret"));
  EXPECT_EQ(world.feed(thief, vera.id).back().body, text_body("their secret"));
}

}  // namespace
}  // namespace hotdesk::contract
