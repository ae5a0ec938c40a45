#include <gmock/gmock.h>

#include <algorithm>

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

TEST_P(Conversations, TheSameMidWithOtherContentOrSenderIsReuse) {
  const TenantCase shop = world.make_tenant("shop");
  const Actor ann = world.make_agent(shop, "Ann");
  const Actor vera = world.make_visitor("Vera");
  const Uuid id = world.open(shop, vera);
  world.assign(shop, id, ann);
  const Uuid mid = make_uuid(world.now());
  ASSERT_EQ(world.commit(world.message(shop, id, vera, "mine", mid)).outcome, Outcome::ok);
  EXPECT_EQ(world.commit(world.message(shop, id, vera, "changed", mid)).outcome, Outcome::reuse);
  EXPECT_EQ(world.commit(world.message(shop, id, ann, "mine", mid)).outcome, Outcome::reuse);
  const Actor stranger = world.make_agent(shop, "Bob");
  EXPECT_EQ(world.commit(world.message(shop, id, stranger, "mine", mid)).outcome, Outcome::forbidden) << "a mid is no oracle";
}

TEST_P(Conversations, AfterHoldsTheOrder) {
  const TenantCase shop = world.make_tenant("shop");
  const Actor vera = world.make_visitor("Vera");
  const Uuid id = world.current(shop, vera);
  auto first = world.message(shop, id, vera, "1");
  auto second = world.message(shop, id, vera, "2");
  const auto& first_message = std::get<conversations::Message>(first.what);
  std::get<conversations::Message>(second.what).after = first_message.mid;
  EXPECT_EQ(world.commit(second).outcome, Outcome::order);
  EXPECT_FALSE(world.ports().visitors().find_visitor(shop.id, vera.id).value().has_value()) << "a refusal made rows";
  auto one = world.submit(first);  // in one batch or two: committed, or ahead in the queue
  auto two = world.submit(second);
  EXPECT_EQ(one.get().outcome, Outcome::ok);
  EXPECT_EQ(two.get().outcome, Outcome::ok);
  EXPECT_EQ(world.page(shop, id).back().body, text_body("2"));
}

TEST_P(Conversations, AVisitorReopensWithinTheWindow) {
  const TenantCase shop = world.make_tenant("shop");
  const Actor ann = world.make_agent(shop, "Ann");
  const Actor vera = world.make_visitor("Vera");
  const Uuid id = world.open(shop, vera);
  world.assign(shop, id, ann);
  ASSERT_EQ(world.commit(world.change(shop, id, ann, conversations::Closed{"done"})).outcome, Outcome::ok);
  EXPECT_EQ(world.commit(world.change(shop, id, ann, conversations::Closed{"done"})).outcome, Outcome::nothing);
  EXPECT_EQ(world.say(shop, id, ann, "too late").outcome, Outcome::closed);
  world.clock().advance(reopen_window_ms - 1);
  EXPECT_EQ(world.current(shop, vera), id);
  const auto done = world.say(shop, id, vera, "one more thing");
  ASSERT_EQ(done.outcome, Outcome::ok);
  EXPECT_EQ(done.after->status, Status::waiting);
  EXPECT_FALSE(done.after->assignee);
  EXPECT_THAT(kinds(world.page(shop, id)), ElementsAre("opened", "text", "assigned", "closed", "reopened", "text"));
  EXPECT_THAT(kinds(world.feed(shop, ann.id)), ElementsAre("assigned", "closed", "reopened")) << "told, then no member any more";
  EXPECT_THAT(kinds(world.feed(shop, shop.department, true)), ElementsAre("waiting", "assigned", "closed", "waiting"));
  const auto waiting = world.ports().conversations().list_waiting(shop.id, 10).value();
  ASSERT_EQ(waiting.size(), 1u);
  EXPECT_EQ(waiting[0].last_agent, ann.id);
  EXPECT_EQ(waiting[0].since, world.now());
}

TEST_P(Conversations, LaterTheNextOneBegins) {
  const TenantCase shop = world.make_tenant("shop");
  const Actor ann = world.make_agent(shop, "Ann");
  const Actor vera = world.make_visitor("Vera");
  const Uuid first = world.open(shop, vera);
  world.assign(shop, first, ann);
  const auto early = world.message(shop, first, vera, "before");
  ASSERT_EQ(world.commit(early).outcome, Outcome::ok);
  ASSERT_EQ(world.commit(world.change(shop, first, ann, conversations::Closed{})).outcome, Outcome::ok);
  world.clock().advance(reopen_window_ms);
  const auto refused = world.say(shop, first, vera, "hello again");
  EXPECT_EQ(refused.outcome, Outcome::closed);
  const Uuid second = conversation_id(shop.id, vera.id, 1);
  EXPECT_EQ(refused.next, second);
  EXPECT_EQ(world.current(shop, vera), second);
  EXPECT_EQ(world.commit(early).outcome, Outcome::dup) << "a committed mid is a dup, whatever has changed since";
  ASSERT_EQ(world.say(shop, second, vera, "hello again").outcome, Outcome::ok);
  EXPECT_EQ(world.commit(world.change(shop, first, ann, conversations::Reopened{})).outcome, Outcome::conflict);
  EXPECT_EQ(world.ports().conversations().list_waiting(shop.id, 10).value().at(0).last_agent, ann.id);
  const auto position = world.ports().log().load_position(shop.id, vera.id, tenants::Role::visitor, shop.site, world.now()).value();
  EXPECT_EQ(position.conversation, second);
}

TEST_P(Conversations, ClosedByTheVisitorIsFinishedAtOnce) {
  const TenantCase shop = world.make_tenant("shop");
  const Actor ann = world.make_agent(shop, "Ann");
  const Actor vera = world.make_visitor("Vera");
  const Uuid id = world.open(shop, vera);
  ASSERT_EQ(world.commit(world.change(shop, id, vera, conversations::Closed{})).outcome, Outcome::ok);
  EXPECT_EQ(world.current(shop, vera), conversation_id(shop.id, vera.id, 1));
  EXPECT_EQ(world.say(shop, id, vera, "x").outcome, Outcome::closed);
  ASSERT_EQ(world.commit(world.change(shop, id, ann, conversations::Reopened{})).outcome, Outcome::ok);
  EXPECT_EQ(world.current(shop, vera), id);
  EXPECT_EQ(world.say(shop, id, vera, "back").outcome, Outcome::ok);
}

TEST_P(Conversations, CloseAndNextInOneBatch) {
  const TenantCase shop = world.make_tenant("shop");
  const Actor vera = world.make_visitor("Vera");
  const Uuid id = world.open(shop, vera);
  // Without waiting in between, so that the writer may put them into one batch.
  auto closed = world.submit(world.change(shop, id, vera, conversations::Closed{}));
  auto refused = world.submit(world.message(shop, id, vera, "late"));
  auto next = world.submit(world.message(shop, conversation_id(shop.id, vera.id, 1), vera, "new"));
  EXPECT_EQ(closed.get().outcome, Outcome::ok);
  const auto late = refused.get();
  EXPECT_EQ(late.outcome, Outcome::closed);
  EXPECT_EQ(late.next, conversation_id(shop.id, vera.id, 1));
  EXPECT_EQ(next.get().outcome, Outcome::ok);
}

TEST_P(Conversations, NotesNeverReachVisitors) {
  const TenantCase shop = world.make_tenant("shop");
  const Actor ann = world.make_agent(shop, "Ann");
  const Actor vera = world.make_visitor("Vera");
  const Uuid id = world.open(shop, vera);
  world.assign(shop, id, ann);
  auto note = world.message(shop, id, ann, "looks angry");
  std::get<conversations::Message>(note.what).kind = "note";
  const Uuid mid = std::get<conversations::Message>(note.what).mid;
  const auto done = world.commit(note);
  ASSERT_EQ(done.outcome, Outcome::ok);
  for (const auto& entry : done.entries) EXPECT_NE(entry.owner, vera.id);
  auto recall = world.message(shop, id, ann, "");
  auto& what = std::get<conversations::Message>(recall.what);
  what.kind = "recall";
  what.target = mid;
  ASSERT_EQ(world.commit(recall).outcome, Outcome::ok);
  EXPECT_THAT(kinds(world.feed(shop, vera.id)), ElementsAre("opened", "text", "assigned"));
  EXPECT_THAT(kinds(world.page(shop, id, false)), ElementsAre("opened", "text", "assigned"));
  EXPECT_EQ(world.ports().log().read_conversation(shop.id, id, 0, std::nullopt, 10, false).value().head, 3);
  EXPECT_THAT(kinds(world.page(shop, id, true)), ElementsAre("opened", "text", "assigned", "note", "recall"));
  // A visitor's mark is clamped to what a visitor can see.
  EXPECT_EQ(world.commit(world.change(shop, id, vera, conversations::Read{99})).seq, 3);
  auto visitors_note = world.message(shop, id, vera, "me too");
  std::get<conversations::Message>(visitors_note.what).kind = "note";
  EXPECT_EQ(world.commit(visitors_note).outcome, Outcome::forbidden);
}

TEST_P(Conversations, TransferTellsBothAgentsAndHidesTheNoteFromTheVisitor) {
  const TenantCase shop = world.make_tenant("shop");
  const Actor ann = world.make_agent(shop, "Ann");
  const Actor bob = world.make_agent(shop, "Bob");
  const Actor vera = world.make_visitor("Vera");
  const Uuid id = world.open(shop, vera);
  world.assign(shop, id, ann);
  conversations::Transferred transfer;
  transfer.assignee = bob.id;
  transfer.note = "wants a refund";
  const auto done = world.commit(world.change(shop, id, ann, transfer));
  ASSERT_EQ(done.outcome, Outcome::ok);
  for (const auto& entry : done.entries)
    if (entry.owner == vera.id) {
      EXPECT_THAT(entry.entry.body, ::testing::Not(HasSubstr("refund")));
    }
  EXPECT_THAT(world.feed(shop, bob.id).back().body, HasSubstr("refund"));
  EXPECT_THAT(world.feed(shop, ann.id).back().body, HasSubstr("refund"));
  EXPECT_EQ(world.feed(shop, ann.id).back().kind, "transferred");
  EXPECT_THAT(world.feed(shop, vera.id).back().body, ::testing::Not(HasSubstr("refund")));
  EXPECT_THAT(world.page(shop, id, false).back().body, ::testing::Not(HasSubstr("refund")));
  EXPECT_THAT(world.page(shop, id, true).back().body, HasSubstr("refund"));
  EXPECT_EQ(world.say(shop, id, ann, "bye").outcome, Outcome::forbidden) << "a former member";
  EXPECT_EQ(world.say(shop, id, bob, "hello").outcome, Outcome::ok);
  EXPECT_EQ(world.feed(shop, ann.id).back().kind, "transferred") << "and gets nothing any more";
}

TEST_P(Conversations, AssignmentStatesItsExpectation) {
  const TenantCase shop = world.make_tenant("shop");
  const Actor ann = world.make_agent(shop, "Ann");
  const Actor bob = world.make_agent(shop, "Bob");
  const Actor vera = world.make_visitor("Vera");
  const Uuid id = world.open(shop, vera);
  conversations::Assigned take;
  take.assignee = ann.id;
  take.expected = Status::waiting;
  take.taken = true;
  ASSERT_EQ(world.commit(world.change(shop, id, ann, take)).outcome, Outcome::ok);
  EXPECT_EQ(world.feed(shop, shop.department, true).back().kind, "taken");
  take.assignee = bob.id;
  EXPECT_EQ(world.commit(world.change(shop, id, bob, take)).outcome, Outcome::conflict);
  take.expected.reset();
  take.assignee = make_uuid(1);
  EXPECT_EQ(world.commit(world.change(shop, id, bob, take)).outcome, Outcome::rejected);
  take.assignee = ann.id;
  EXPECT_EQ(world.commit(world.change(shop, id, bob, take)).outcome, Outcome::nothing);
  EXPECT_EQ(world.commit(world.change(shop, id, vera, take)).outcome, Outcome::forbidden);
  ASSERT_EQ(world.commit(world.change(shop, id, ann, conversations::Assigned{})).outcome, Outcome::ok) << "back to the list";
  EXPECT_EQ(world.ports().conversations().list_waiting(shop.id, 10).value().size(), 1u);
  EXPECT_EQ(world.feed(shop, shop.department, true).back().kind, "waiting");
  const auto loads = world.ports().conversations().list_loads(shop.id, shop.department).value();
  ASSERT_EQ(loads.size(), 2u);
  EXPECT_EQ(loads[0].name, "Ann");
  EXPECT_EQ(loads[0].open, 0);
  EXPECT_EQ(loads[0].last_assigned_at, world.now());
}

TEST_P(Conversations, ReadMarksOnlyGrow) {
  const TenantCase shop = world.make_tenant("shop");
  const Actor ann = world.make_agent(shop, "Ann");
  const Actor vera = world.make_visitor("Vera");
  const Uuid id = world.open(shop, vera);
  world.assign(shop, id, ann);
  const auto read = [&](std::int64_t seq) { return world.commit(world.change(shop, id, ann, conversations::Read{seq})); };
  EXPECT_EQ(read(2).outcome, Outcome::ok);
  EXPECT_EQ(read(1).outcome, Outcome::nothing);
  EXPECT_EQ(read(2).outcome, Outcome::nothing);
  EXPECT_EQ(read(1000).seq, 3) << "clamped to the last seq";
  const auto seen = world.feed(shop, vera.id);
  EXPECT_THAT(kinds(seen), ElementsAre("opened", "text", "assigned", "read", "read"));
  EXPECT_EQ(seen[3].body, "{\"seq\":2}");
  EXPECT_EQ(seen[3].seq, 0);
  EXPECT_EQ(seen[3].from.id, ann.id);
  EXPECT_EQ(seen[3].from.name, "Ann");
  EXPECT_THAT(kinds(world.feed(shop, ann.id)), ElementsAre("assigned", "read", "read")) << "the reader's other devices";
  EXPECT_EQ(world.ports().conversations().find_conversation(shop.id, id, ann.id).value()->read, 3);
}

TEST_P(Conversations, ReceiptsBecomeDelivered) {
  const TenantCase shop = world.make_tenant("shop");
  const Actor ann = world.make_agent(shop, "Ann");
  const Actor vera = world.make_visitor("Vera");
  const Uuid id = world.open(shop, vera);
  world.assign(shop, id, ann);
  for (int i = 0; i < 3; ++i) ASSERT_EQ(world.say(shop, id, vera, "m").outcome, Outcome::ok);
  const auto got = [&](const Uuid& device, std::int64_t cur) {
    return world.commit(world.change(shop, Uuid{}, ann, conversations::Delivered{device, cur}));
  };
  const Uuid phone = make_uuid(1), desk = make_uuid(2);
  EXPECT_EQ(got(phone, 3).outcome, Outcome::ok);  // assigned, m, m
  EXPECT_EQ(got(phone, 3).outcome, Outcome::nothing);
  auto seen = world.feed(shop, vera.id);
  ASSERT_EQ(seen.back().kind, "delivered");
  EXPECT_EQ(seen.back().body, "{\"seq\":5}") << "one a conversation, the newest";
  EXPECT_EQ(seen.back().from.id, ann.id);
  const std::size_t count = seen.size();
  EXPECT_EQ(got(desk, 2).outcome, Outcome::ok) << "another device, nothing new";
  EXPECT_EQ(world.feed(shop, vera.id).size(), count);
  EXPECT_EQ(got(desk, 1'000'000).outcome, Outcome::ok) << "clamped to the head";
  seen = world.feed(shop, vera.id);
  EXPECT_EQ(seen.back().body, "{\"seq\":6}");
  for (const auto& entry : world.feed(shop, ann.id)) EXPECT_NE(entry.kind, "delivered");
}

TEST_P(Conversations, RecallErasesWhatWasSaid) {
  const TenantCase shop = world.make_tenant("shop");
  const Actor ann = world.make_agent(shop, "Ann");
  const Actor vera = world.make_visitor("Vera");
  const Uuid id = world.open(shop, vera);
  world.assign(shop, id, ann);
  const auto said = world.message(shop, id, vera, "my card number");
  const Uuid mid = std::get<conversations::Message>(said.what).mid;
  ASSERT_EQ(world.commit(said).outcome, Outcome::ok);
  const auto recall = [&](const Actor& actor, const Uuid& target) {
    auto change = world.message(shop, id, actor, "");
    auto& message = std::get<conversations::Message>(change.what);
    message.kind = "recall";
    message.body = "{\"mid\":\"" + target.text() + "\"}";
    message.target = target;
    return world.commit(change);
  };
  EXPECT_EQ(recall(vera, make_uuid(1)).outcome, Outcome::forbidden);
  ASSERT_EQ(recall(vera, mid).outcome, Outcome::ok);
  const auto page = world.page(shop, id);
  const auto found = std::find_if(page.begin(), page.end(), [&](const auto& entry) { return entry.mid == mid; });
  ASSERT_NE(found, page.end());
  EXPECT_TRUE(found->recalled);
  EXPECT_EQ(found->body, "{}");
  EXPECT_EQ(found->from.name, "Vera");
  EXPECT_EQ(page.back().kind, "recall");
  EXPECT_EQ(world.commit(said).outcome, Outcome::dup);
  EXPECT_EQ(world.commit(said).body, "{}");

  const auto later = world.message(shop, id, vera, "too late");
  const Uuid late_mid = std::get<conversations::Message>(later.what).mid;
  ASSERT_EQ(world.commit(later).outcome, Outcome::ok);
  world.clock().advance(recall_window_ms + 1);
  EXPECT_EQ(recall(vera, late_mid).outcome, Outcome::forbidden);
  EXPECT_EQ(recall(ann, late_mid).outcome, Outcome::ok) << "a permitted agent may at any time";
  EXPECT_EQ(world.ports().conversations().find_conversation(shop.id, id, ann.id).value()->last->text, "");
}

TEST_P(Conversations, LabelsAndRatings) {
  const TenantCase shop = world.make_tenant("shop");
  const Actor ann = world.make_agent(shop, "Ann");
  const Actor vera = world.make_visitor("Vera");
  const Uuid id = world.open(shop, vera);
  world.assign(shop, id, ann);
  conversations::Labeled labels;
  labels.add = {"退款", "vip"};
  auto done = world.commit(world.change(shop, id, ann, labels));
  ASSERT_EQ(done.outcome, Outcome::ok);
  EXPECT_THAT(done.after->labels, ElementsAre("退款", "vip"));
  EXPECT_EQ(world.commit(world.change(shop, id, ann, labels)).outcome, Outcome::nothing);
  labels = {};
  labels.remove = {"vip"};
  EXPECT_EQ(world.commit(world.change(shop, id, ann, labels)).outcome, Outcome::ok);
  labels.add = {std::string(65, 'x')};
  EXPECT_EQ(world.commit(world.change(shop, id, ann, labels)).outcome, Outcome::rejected);
  for (const auto& entry : world.feed(shop, vera.id)) EXPECT_THAT(entry.body, ::testing::Not(HasSubstr("退款")));
  EXPECT_EQ(world.commit(world.change(shop, id, vera, conversations::Rated{6, ""})).outcome, Outcome::rejected);
  EXPECT_EQ(world.commit(world.change(shop, id, vera, conversations::Rated{5, "谢谢"})).outcome, Outcome::ok);
  const auto found = world.ports().conversations().find_conversation(shop.id, id, ann.id).value().value();
  EXPECT_EQ(found.rating, 5);
  EXPECT_THAT(found.labels, ElementsAre("退款"));
  EXPECT_EQ(world.feed(shop, ann.id).back().body, "{\"score\":5,\"comment\":\"谢谢\"}");
}

TEST_P(Conversations, AChangeOverRestLeavesAnAuditEntry) {
  const TenantCase shop = world.make_tenant("shop");
  const Actor ann = world.make_agent(shop, "Ann");
  const Actor vera = world.make_visitor("Vera");
  const Uuid id = world.open(shop, vera);
  auto close = world.change(shop, id, ann, conversations::Closed{});
  close.ip = "192.0.2.7";
  ASSERT_EQ(world.commit(close).outcome, Outcome::ok);
  const auto log = world.ports().logs().list_audit(shop.id, "", 10).value();
  EXPECT_EQ(log.items.at(0).action, "conversation.close");
  EXPECT_EQ(log.items.at(0).actor, ann.id);
  EXPECT_EQ(log.items.at(0).target, id.text());
  EXPECT_EQ(log.items.at(0).ip, "192.0.2.7");
}

TEST_P(Conversations, ListsGoOnWhereTheyStopped) {
  const TenantCase shop = world.make_tenant("shop");
  const Actor ann = world.make_agent(shop, "Ann");
  std::vector<Uuid> ids;
  for (int i = 0; i < 9; ++i) {
    const Actor visitor = world.make_visitor("V" + std::to_string(i));
    ids.push_back(world.open(shop, visitor));
    world.clock().advance(1000);
    if (i % 3 == 0) {
      ASSERT_EQ(world.commit(world.change(shop, ids.back(), ann, conversations::Closed{})).outcome, Outcome::ok);
    }
    if (i % 3 == 1) world.assign(shop, ids.back(), ann);
    world.clock().advance(1000);
  }
  const auto all = [&](conversations::ListFilter filter) {
    std::vector<Uuid> out;
    filter.limit = 2;
    for (;;) {
      const auto page = world.ports().conversations().list_conversations(shop.id, ann.id, filter).value();
      for (const auto& row : page.items) out.push_back(row.id);
      if (page.next.empty()) return out;
      filter.cursor = page.next;
    }
  };
  std::vector<Uuid> newest_first(ids.rbegin(), ids.rend());
  EXPECT_EQ(all({}), newest_first);
  conversations::ListFilter filter;
  filter.status = Status::closed;
  EXPECT_EQ(all(filter), (std::vector<Uuid>{ids[6], ids[3], ids[0]}));
  filter.status = Status::open;
  EXPECT_EQ(all(filter), (std::vector<Uuid>{ids[7], ids[4], ids[1]}));
  filter.assignee = ann.id;
  EXPECT_EQ(all(filter).size(), 3u);
  filter = {};
  filter.unassigned = true;
  EXPECT_EQ(all(filter).size(), 6u);
  filter = {};
  filter.assignee = make_uuid(1);
  EXPECT_TRUE(all(filter).empty());
  filter = {};
  filter.cursor = "nonsense";
  EXPECT_EQ(world.ports().conversations().list_conversations(shop.id, ann.id, filter).error().code, Errc::invalid);
  const auto counts = world.ports().conversations().count(shop.id, 0).value();
  EXPECT_EQ(counts.open, 3);
  EXPECT_EQ(counts.waiting, 3);
  EXPECT_EQ(counts.closed, 3);
  EXPECT_EQ(counts.messages, 9);
}

TEST_P(Conversations, PagesFromTheEndAndBack) {
  const TenantCase shop = world.make_tenant("shop");
  const Actor vera = world.make_visitor("Vera");
  const Uuid id = world.open(shop, vera);
  for (int i = 3; i <= 12; ++i) ASSERT_EQ(world.say(shop, id, vera, std::to_string(i)).seq, i);
  const auto end = world.ports().log().read_conversation(shop.id, id, 0, std::nullopt, 5, true).value();
  ASSERT_EQ(end.items.size(), 5u);
  EXPECT_EQ(end.items.front().seq, 8);
  EXPECT_EQ(end.items.back().seq, 12);
  EXPECT_EQ(end.next, 8);
  EXPECT_TRUE(end.more);
  EXPECT_EQ(end.head, 12);
  EXPECT_EQ(end.items.front().cur, 0);
  const auto first = world.ports().log().read_conversation(shop.id, id, 4, std::nullopt, 5, true).value();
  EXPECT_EQ(first.items.size(), 3u);
  EXPECT_FALSE(first.more);
  const auto none = world.ports().log().read_conversation(shop.id, id, std::nullopt, 12, 5, true).value();
  EXPECT_TRUE(none.items.empty());
  EXPECT_EQ(none.next, 12);
  EXPECT_EQ(world.ports().log().read_conversation(shop.id, make_uuid(1), 0, std::nullopt, 5, true).error().code, Errc::not_found);
}

}  // namespace
}  // namespace hotdesk::contract
