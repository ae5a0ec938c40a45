#include <gmock/gmock.h>

#include "contract/world.hpp"

// Conversations with a bot: what is owed, what pays it, and who may.
namespace hotdesk::contract {
namespace {

using conversations::Actor;
using conversations::Outcome;
using conversations::Status;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

class Bots : public Contract {
 protected:
  TenantCase shop = world.make_tenant("shop");
  Actor visitor = world.make_visitor("Vic");
  const Actor bot{tenants::Role::bot, {}, "Bot"};
  const Actor host{tenants::Role::system, {}, "hotdesk"};

  Uuid open_with_bot(const std::string& text) {
    const Uuid id = world.current(shop, visitor);
    auto change = world.message(shop, id, visitor, text);
    std::get<conversations::Message>(change.what).bot = true;
    const auto done = world.commit(std::move(change));
    EXPECT_EQ(done.outcome, Outcome::ok);
    EXPECT_EQ(done.after.value().status, Status::bot);
    return id;
  }
  conversations::Change answer(const Uuid& id, std::int64_t seq, const std::string& text, const Uuid& mid = make_uuid(1)) {
    auto change = world.message(shop, id, bot, text, mid);
    std::get<conversations::Message>(change.what).answers = seq;
    std::get<conversations::Message>(change.what).mac.clear();
    return change;
  }
  std::vector<conversations::OwedTurn> owed() { return world.ports().conversations().list_owed_turns(shop.id, 10).value(); }
};
HOTDESK_CONTRACT(Bots);

TEST_P(Bots, AnAnswerPaysWhatIsOwedOnce) {
  const Uuid id = open_with_bot("how much?");
  EXPECT_THAT(kinds(world.feed(shop, shop.department, true)), IsEmpty()) << "nobody waits for a person";
  world.reopen();
  auto turns = owed();
  ASSERT_EQ(turns.size(), 1u);
  EXPECT_EQ(turns[0].conversation, id);
  EXPECT_EQ(turns[0].visitor, visitor.id);
  EXPECT_EQ(turns[0].text, "how much?");
  EXPECT_EQ(turns[0].seq, 2);
  const Uuid mid = make_uuid(7);
  EXPECT_EQ(world.commit(answer(id, turns[0].seq, "Five.", mid)).outcome, Outcome::ok);
  EXPECT_THAT(owed(), IsEmpty());
  const auto again = world.commit(answer(id, turns[0].seq, "Five, or so.", mid));
  EXPECT_EQ(again.outcome, Outcome::dup);
  EXPECT_EQ(again.body, text_body("Five."));
  world.reopen();
  EXPECT_THAT(owed(), IsEmpty());
  EXPECT_THAT(kinds(world.page(shop, id)), ElementsAre("opened", "text", "text"));
}

TEST_P(Bots, TheNewestMessageIsOwedAndAnEarlierAnswerDoesNotPayIt) {
  const Uuid id = open_with_bot("one");
  EXPECT_EQ(world.say(shop, id, visitor, "two").seq, 3);
  ASSERT_EQ(owed().size(), 1u);
  EXPECT_EQ(owed()[0].text, "two");
  world.commit(answer(id, 2, "to one"));
  ASSERT_EQ(owed().size(), 1u);
  EXPECT_EQ(owed()[0].seq, 3);
  EXPECT_EQ(world.ports().conversations().find_owed_turn(shop.id, id).value().value().text, "two");
  EXPECT_EQ(world.commit(world.change(shop, id, host, conversations::Passed{3})).outcome, Outcome::ok);
  EXPECT_THAT(owed(), IsEmpty()) << "the bot chose to say nothing";
  EXPECT_EQ(world.commit(world.change(shop, id, host, conversations::Passed{3})).outcome, Outcome::nothing);
  world.reopen();
  EXPECT_THAT(owed(), IsEmpty());
  EXPECT_FALSE(world.ports().conversations().find_owed_turn(shop.id, id).value());
}

TEST_P(Bots, HandingOverMakesItWaitAndTellsStaffWhy) {
  const Uuid id = open_with_bot("a person, please");
  conversations::HandedOver handed;
  handed.seq = 2;
  handed.component = "parrot";
  handed.reason = "asked for a person";
  EXPECT_EQ(world.commit(world.change(shop, id, visitor, handed)).outcome, Outcome::forbidden);
  const auto done = world.commit(world.change(shop, id, host, handed));
  ASSERT_EQ(done.outcome, Outcome::ok);
  EXPECT_EQ(done.after->status, Status::waiting);
  EXPECT_EQ(world.commit(world.change(shop, id, host, handed)).outcome, Outcome::conflict);
  EXPECT_THAT(kinds(world.feed(shop, shop.department, true)), ElementsAre("waiting"));
  EXPECT_THAT(owed(), IsEmpty());
  const auto waiting = world.ports().conversations().list_waiting(shop.id, 10).value();
  ASSERT_EQ(waiting.size(), 1u);
  EXPECT_TRUE(waiting[0].bot_had_it);
  EXPECT_NE(world.page(shop, id, true).back().body.find("asked for a person"), std::string::npos);
  EXPECT_EQ(world.page(shop, id, false).back().body.find("asked for a person"), std::string::npos);
  EXPECT_EQ(world.feed(shop, visitor.id).back().body.find("asked for a person"), std::string::npos);
  for (const auto& entry : done.entries) {
    if (entry.owner != visitor.id) continue;
    EXPECT_EQ(entry.entry.body.find("asked for a person"), std::string::npos);
  }
  EXPECT_EQ(world.commit(answer(id, 2, "late")).outcome, Outcome::conflict) << "a bot that lost its conversation is silent";
}

TEST_P(Bots, APersonTakesItAndTheBotIsOut) {
  const Uuid id = open_with_bot("hello");
  const Actor agent = world.make_agent(shop, "Ann");
  world.assign(shop, id, agent);
  EXPECT_THAT(owed(), IsEmpty());
  EXPECT_EQ(world.commit(answer(id, 2, "late")).outcome, Outcome::conflict);
  world.commit(world.change(shop, id, agent, conversations::Closed{}));
  auto back = world.message(shop, id, visitor, "me again");
  std::get<conversations::Message>(back.what).bot = true;
  EXPECT_EQ(world.commit(std::move(back)).after.value().status, Status::waiting) << "who spoke with a person goes on with people";
}

TEST_P(Bots, ARouterMayGiveAWaitingConversationToOne) {
  const Uuid id = world.open(shop, visitor, "hello");
  ASSERT_FALSE(world.ports().conversations().list_waiting(shop.id, 10).value().at(0).bot_had_it);
  EXPECT_EQ(world.commit(world.change(shop, id, host, conversations::GivenToBot{})).after.value().status, Status::bot);
  EXPECT_EQ(world.commit(world.change(shop, id, host, conversations::GivenToBot{})).outcome, Outcome::conflict);
  EXPECT_THAT(kinds(world.feed(shop, shop.department, true)), ElementsAre("waiting", "assigned"));
  ASSERT_EQ(owed().size(), 1u);
  EXPECT_EQ(owed()[0].text, "hello");
}

TEST_P(Bots, ARecalledMessageIsOwedNothing) {
  const Uuid id = world.current(shop, visitor);
  const Uuid mid = make_uuid(world.now());
  auto change = world.message(shop, id, visitor, "oops", mid);
  std::get<conversations::Message>(change.what).bot = true;
  world.commit(std::move(change));
  conversations::Message recall;
  recall.mid = make_uuid(world.now());
  recall.kind = "recall";
  recall.body = "{\"mid\":\"" + mid.text() + "\"}";
  recall.mac = "0123456789abcdef";
  recall.target = mid;
  EXPECT_EQ(world.commit(world.change(shop, id, visitor, recall)).outcome, Outcome::ok);
  EXPECT_THAT(owed(), IsEmpty());
}

}  // namespace
}  // namespace hotdesk::contract
