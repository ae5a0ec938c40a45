#include "host/delivery/session_fixture.hpp"

namespace hotdesk::delivery {
namespace {

using Json = nlohmann::json;

TEST_F(SessionTest, TheFirstMessageOpensTheConversation) {
  const Uuid id = make_uuid(1);
  auto v = visitor(id);
  say(v, pub(v.conversation(), "hello 退款 😀"));
  const auto acks = v.socket->of("ack");
  ASSERT_EQ(acks.size(), 1U);
  EXPECT_EQ(acks[0]["seq"], 2) << "opened took 1";
  EXPECT_EQ(acks[0]["dup"], false);
  const auto entries = v.socket->of("evt");
  ASSERT_EQ(entries.size(), 1U);
  EXPECT_EQ(entries[0]["kind"], "opened");
  EXPECT_EQ(acks[0]["prev"], entries[0]["cur"]) << "the ack is the feed's next entry";
}

TEST_F(SessionTest, ARepeatIsAckedAsItWas) {
  auto v = visitor(make_uuid(1));
  const auto frame = pub(v.conversation(), "once");
  say(v, frame);
  say(v, frame);
  const auto acks = v.socket->of("ack");
  ASSERT_EQ(acks.size(), 2U);
  EXPECT_EQ(acks[1]["dup"], true);
  EXPECT_EQ(acks[1]["seq"], acks[0]["seq"]);
  EXPECT_FALSE(acks[1].contains("cur"));
}

TEST_F(SessionTest, ACommittedMessageIsAckedWhateverAFilterSaysLater) {
  auto v = visitor(make_uuid(1));
  const auto frame = pub(v.conversation(), "now forbidden");
  say(v, frame);
  filter_.verdict = {FilterVerdict::Kind::refuse, "", "no", ""};
  say(v, frame);
  EXPECT_EQ(v.socket->of("ack").size(), 2U);
  say(v, pub(v.conversation(), "new"));
  ASSERT_EQ(v.socket->of("err").size(), 1U);
  EXPECT_EQ(v.socket->of("err")[0]["code"], "E_BLOCKED");
}

TEST_F(SessionTest, AFilterThatFailedIsNotOneThatRefused) {
  auto v = visitor(make_uuid(1));
  filter_.verdict = {FilterVerdict::Kind::failed, "", "", ""};
  const auto frame = pub(v.conversation(), "x");
  say(v, frame);
  EXPECT_EQ(v.socket->of("err").at(0)["code"], "E_BUSY");
  filter_.verdict = {};
  say(v, frame);
  EXPECT_EQ(v.socket->of("ack").size(), 1U);
}

TEST_F(SessionTest, ARewrittenBodyComesWithTheAck) {
  auto v = visitor(make_uuid(1));
  filter_.verdict = {FilterVerdict::Kind::rewrite, "****", "", "org.test@1"};
  const auto frame = pub(v.conversation(), "rude");
  say(v, frame);
  EXPECT_EQ(v.socket->of("ack").at(0)["body"]["text"], "****");
  filter_.verdict = {};
  say(v, frame);
  EXPECT_EQ(v.socket->of("ack").at(1)["body"]["text"], "****") << "the stored text, not the new filter's";
}

TEST_F(SessionTest, OneMidIsOneMessage) {
  auto v = visitor(make_uuid(1));
  auto frame = pub(v.conversation(), "first");
  say(v, frame);
  frame["body"]["text"] = "second";
  say(v, frame);
  EXPECT_EQ(v.socket->of("err").at(0)["code"], "E_MID_REUSE");
}

TEST_F(SessionTest, APubWaitsForItsFilterInOrder) {
  auto v = visitor(make_uuid(1));
  filter_.later = true;
  v.session->on_text(pub(v.conversation(), "one").dump());
  v.session->on_text(pub(v.conversation(), "two").dump());
  settle();
  ASSERT_EQ(filter_.waiting.size(), 1U) << "the second waits behind the first";
  filter_.waiting[0]({});
  settle();
  ASSERT_EQ(filter_.waiting.size(), 2U);
  filter_.waiting[1]({});
  settle();
  const auto acks = v.socket->of("ack");
  ASSERT_EQ(acks.size(), 2U);
  EXPECT_LT(acks[0]["seq"], acks[1]["seq"]);
}

TEST_F(SessionTest, AfterNamesWhatMustBeThere) {
  auto v = visitor(make_uuid(1));
  const auto missing = make_uuid(5);
  say(v, pub(v.conversation(), "x", {{"after", missing.text()}}));
  EXPECT_EQ(v.socket->of("err").at(0)["code"], "E_ORDER");
  const auto one = pub(v.conversation(), "one");
  const auto two = pub(v.conversation(), "two", {{"after", one["mid"]}});
  v.session->on_text(one.dump());
  v.session->on_text(two.dump());
  settle();
  EXPECT_EQ(v.socket->of("ack").size(), 2U) << "ahead in the same queue is enough";
}

TEST_F(SessionTest, AForeignConversationIsForbidden) {
  auto a = visitor(make_uuid(1));
  say(a, pub(a.conversation(), "mine"));
  auto b = visitor(make_uuid(2), "dev-b");
  say(b, pub(a.conversation(), "yours?"));
  say(b, pub(make_uuid(77), "nobody's?"));
  const auto errs = b.socket->of("err");
  ASSERT_EQ(errs.size(), 2U);
  EXPECT_EQ(errs[0]["code"], "E_FORBIDDEN");
  EXPECT_EQ(errs[1]["code"], "E_FORBIDDEN");
  EXPECT_EQ(errs[0]["msg"], errs[1]["msg"]) << "the answer must not tell whether it exists";
}

TEST_F(SessionTest, KindsHaveTheirWriters) {
  auto v = visitor(make_uuid(1));
  say(v, pub(v.conversation(), "x", {{"kind", "note"}}));
  say(v, pub(v.conversation(), "x", {{"kind", "file"}, {"body", {{"file", "f"}}}}));
  for (const auto& err : v.socket->of("err")) EXPECT_EQ(err["code"], "E_FORBIDDEN");
  EXPECT_EQ(v.socket->of("err").size(), 2U);
}

TEST_F(SessionTest, RatesRefuseForNowAndCostNothing) {
  auto v = visitor(make_uuid(1));
  for (int i = 0; i < limits_.visitor_rate; ++i) say(v, pub(v.conversation(), std::to_string(i)));
  const auto frame = pub(v.conversation(), "one more");
  say(v, frame);
  ASSERT_EQ(v.socket->of("err").size(), 1U);
  EXPECT_EQ(v.socket->of("err")[0]["code"], "E_RATE");
  EXPECT_GT(v.socket->of("err")[0]["retry"], 0);
  clock_.advance(500);
  say(v, frame);
  EXPECT_EQ(v.socket->of("ack").size(), static_cast<std::size_t>(limits_.visitor_rate) + 1);
}

TEST_F(SessionTest, AcksAndErrsAreCounted) {
  auto v = visitor(make_uuid(1));
  say(v, pub(v.conversation(), "x"));
  say(v, pub(make_uuid(77), "x"));
  const std::string text = metrics_.text();
  EXPECT_NE(text.find("hotdesk_ack_seconds_count 1"), std::string::npos);
  EXPECT_NE(text.find("hotdesk_err_total{code=\"E_FORBIDDEN\"} 1"), std::string::npos) << text;
}

TEST_F(SessionTest, TooLongIsToldByName) {
  auto v = visitor(make_uuid(1));
  const auto frame = pub(v.conversation(), std::string(10'001, 'a'));
  say(v, frame);
  EXPECT_EQ(v.socket->of("err").at(0)["code"], "E_TOO_BIG");
  EXPECT_EQ(v.socket->of("err").at(0)["mid"], frame["mid"]);
  EXPECT_FALSE(v.socket->closed);
}

TEST_F(SessionTest, AClosedConversationReopensOrTellsTheNext) {
  auto v = visitor(make_uuid(1));
  say(v, pub(v.conversation(), "hello"));
  commit(v.conversation(), {tenants::Role::agent, world_.agents[0].id, "A"}, conversations::Assigned{world_.agents[0].id, "A", {}, {}, false});
  commit(v.conversation(), {tenants::Role::agent, world_.agents[0].id, "A"}, conversations::Closed{});
  say(v, pub(v.conversation(), "wait"));
  EXPECT_EQ(v.socket->of("ack").size(), 2U);
  EXPECT_EQ(v.socket->of("evt").back()["kind"], "reopened");
  commit(v.conversation(), {tenants::Role::visitor, v.session->identity().user, ""}, conversations::Closed{});
  say(v, pub(v.conversation(), "too late"));
  const auto err = v.socket->of("err").at(0);
  EXPECT_EQ(err["code"], "E_CONV_CLOSED");
  const auto next = parse_uuid(err["next"].get<std::string>());
  ASSERT_TRUE(next);
  EXPECT_NE(*next, v.conversation());
  say(v, pub(*next, "a new one"));
  EXPECT_EQ(v.socket->of("ack").size(), 3U);
}

}  // namespace
}  // namespace hotdesk::delivery
