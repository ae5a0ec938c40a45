#include "host/delivery/session_fixture.hpp"

namespace hotdesk::delivery {
namespace {

using Json = nlohmann::json;

struct SessionFeedTest : SessionTest {
  /// A visitor with an assigned agent, both live.
  void meet() {
    a = agent(0);
    v = visitor(visitor_id);
    say(v, pub(v.conversation(), "hello"));
    commit(v.conversation(), {}, conversations::Assigned{world_.agents[0].id, world_.agents[0].name, {}, conversations::Status::waiting, false});
  }
  Json resume_of(const Peer& peer) const {
    Json feeds = Json::object();
    const Json welcome = peer.welcome();  // items() only looks at it
    for (const auto& [name, state] : welcome["feeds"].items()) feeds[name] = state["cur"];
    for (const auto& frame : peer.socket->frames)
      if (frame.contains("cur")) feeds[frame.value("feed", "u")] = frame["cur"];
    return {{"epoch", welcome["epoch"]}, {"feeds", feeds}};
  }
  const Uuid visitor_id = make_uuid(1);
  Peer a;
  Peer v;
};

TEST_F(SessionFeedTest, MembersSeeWhatIsSaid) {
  meet();
  say(a, pub(v.conversation(), "how can I help"));
  const auto entry = v.socket->of("evt").back();
  EXPECT_EQ(entry["kind"], "text");
  EXPECT_EQ(entry["body"]["text"], "how can I help");
  EXPECT_EQ(entry["from"]["role"], "agent");
  say(v, pub(v.conversation(), "it is broken"));
  EXPECT_EQ(a.socket->of("evt").back()["body"]["text"], "it is broken");
  EXPECT_EQ(filter_.last_visitor, visitor_id);
}

TEST_F(SessionFeedTest, TheDepartmentSeesWhoWaits) {
  auto other = agent(1, "dev-b");
  meet();
  std::vector<std::string> kinds;
  for (const auto& entry : other.socket->of("evt")) {
    EXPECT_EQ(entry["feed"], "q:" + world_.department.id.text());
    EXPECT_EQ(entry.dump().find("hello"), std::string::npos) << "no message text in a department's feed";
    kinds.push_back(entry["kind"]);
  }
  EXPECT_EQ(kinds, (std::vector<std::string>{"waiting", "assigned"}));
}

TEST_F(SessionFeedTest, NotesNeverReachTheVisitor) {
  meet();
  const auto before = v.socket->frames.size();
  say(a, pub(v.conversation(), "rude customer", {{"kind", "note"}}));
  EXPECT_EQ(a.socket->of("ack").size(), 1U);
  EXPECT_EQ(v.socket->frames.size(), before);
  say(v, {{"t", "sync"}, {"id", "1"}, {"conv", v.conversation().text()}, {"after", 0}, {"max", 100}});
  EXPECT_EQ(v.socket->of("page").at(0).dump().find("rude"), std::string::npos);
  say(a, {{"t", "sync"}, {"id", "1"}, {"conv", v.conversation().text()}, {"after", 0}, {"max", 100}});
  EXPECT_NE(a.socket->of("page").at(0).dump().find("rude"), std::string::npos);
}

TEST_F(SessionFeedTest, WhatWasMissedComesOnResume) {
  meet();
  const Json resume = resume_of(v);
  close(v);
  for (int i = 0; i < 5; ++i) say(a, pub(v.conversation(), "missed " + std::to_string(i)));
  const Uuid conv = v.conversation();
  v = visitor(visitor_id, "dev-v", resume);
  EXPECT_EQ(v.welcome()["feeds"]["u"]["resumed"], true);
  const auto entries = v.socket->of("evt");
  ASSERT_EQ(entries.size(), 5U);
  for (int i = 0; i < 5; ++i) EXPECT_EQ(entries[static_cast<std::size_t>(i)]["body"]["text"], "missed " + std::to_string(i));
  say(a, pub(conv, "live again"));
  EXPECT_EQ(v.socket->of("evt").back()["prev"], entries.back()["cur"]);
}

TEST_F(SessionFeedTest, ALongAbsenceIsPagedNotPushed) {
  limits_.page = 5;
  store_.reset();
  open_store();
  meet();
  const Json resume = resume_of(v);
  close(v);
  for (int i = 0; i < 12; ++i) say(a, pub(v.conversation(), std::to_string(i)));
  v = visitor(visitor_id, "dev-v", resume);
  EXPECT_EQ(v.socket->of("evt").size(), 5U);
  ASSERT_EQ(v.socket->of("lag").size(), 1U);
  say(a, pub(v.conversation(), "while lagging"));
  EXPECT_EQ(v.socket->of("evt").size(), 5U) << "nothing is pushed to a reader that lags";
  std::int64_t cur = v.socket->of("evt").back()["cur"];
  std::vector<Json> pages;
  do {
    say(v, {{"t", "sync"}, {"id", "s"}, {"cur", cur}, {"max", 5}});
    pages = v.socket->of("page");
    cur = pages.back()["next"];
  } while (pages.back()["more"] == true);
  EXPECT_EQ(cur, v.socket->of("lag").back()["head"].get<std::int64_t>() + 1);
  say(a, pub(v.conversation(), "live"));
  EXPECT_EQ(v.socket->of("evt").back()["body"]["text"], "live");
}

TEST_F(SessionFeedTest, ASlowReaderIsToldOnceAndLosesNothing) {
  meet();
  v.socket->queued = static_cast<std::size_t>(limits_.outbox_bytes) + 1;
  const auto before = v.socket->of("evt").size();
  for (int i = 0; i < 4; ++i) say(a, pub(v.conversation(), "slow " + std::to_string(i)));
  EXPECT_EQ(v.socket->of("evt").size(), before + 1) << "the one that filled it";
  EXPECT_EQ(v.socket->of("lag").size(), 1U);
  v.socket->queued = 0;
  say(v, {{"t", "sync"}, {"id", "s"}, {"cur", v.socket->of("evt").back()["cur"]}, {"max", 100}});
  EXPECT_EQ(v.socket->of("page").at(0)["items"].size(), 3U);
}

TEST_F(SessionFeedTest, AnEpochThatChangedResumesNothing) {
  meet();
  Json resume = resume_of(v);
  close(v);
  resume["epoch"] = "another";
  v = visitor(visitor_id, "dev-v", resume);
  EXPECT_EQ(v.welcome()["feeds"]["u"]["resumed"], false);
  EXPECT_EQ(v.welcome()["feeds"]["u"]["cur"], v.welcome()["feeds"]["u"]["head"]);
}

TEST_F(SessionFeedTest, ACursorFromTheFutureResumesNothing) {
  meet();
  Json resume = resume_of(v);
  resume["feeds"]["u"] = 4000;
  close(v);
  v = visitor(visitor_id, "dev-v", resume);
  EXPECT_EQ(v.welcome()["feeds"]["u"]["resumed"], false);
}

TEST_F(SessionFeedTest, ReadMarksReachTheOthersAndOnesOwnDevices) {
  meet();
  auto second = agent(0, "dev-second");
  say(a, {{"t", "read"}, {"conv", v.conversation().text()}, {"seq", 99}});
  const auto seen = v.socket->of("evt").back();
  EXPECT_EQ(seen["kind"], "read");
  EXPECT_FALSE(seen.contains("seq"));
  EXPECT_EQ(seen["body"]["seq"], 3) << "clamped to the last: opened, hello, assigned";
  EXPECT_EQ(second.socket->of("evt").back()["kind"], "read");
  const auto before = v.socket->frames.size();
  say(a, {{"t", "read"}, {"conv", v.conversation().text()}, {"seq", 1}});
  EXPECT_EQ(v.socket->frames.size(), before) << "a mark never goes back";
}

TEST_F(SessionFeedTest, ReceiptsBecomeDeliveredOnce) {
  meet();
  say(v, {{"t", "got"}, {"cur", 1}});
  const auto delivered = [&] {
    std::size_t n = 0;
    for (const auto& entry : a.socket->of("evt")) n += entry["kind"] == "delivered" ? 1 : 0;
    return n;
  };
  EXPECT_EQ(delivered(), 0U) << "the visitor's own messages are not delivered to themselves";
  for (int i = 0; i < 3; ++i) say(a, pub(v.conversation(), std::to_string(i)));
  clock_.advance(1'000);
  say(v, {{"t", "got"}, {"cur", v.socket->of("evt").back()["cur"]}});
  EXPECT_EQ(delivered(), 1U) << "three messages, one entry";
}

TEST_F(SessionFeedTest, TypingReachesTheOtherMemberOnly) {
  meet();
  auto other = agent(1, "dev-b");
  say(v, {{"t", "typing"}, {"conv", v.conversation().text()}, {"on", true}, {"text", "I hate"}});
  ASSERT_EQ(a.socket->of("typing").size(), 1U);
  EXPECT_FALSE(a.socket->of("typing")[0].contains("text")) << "unsent words stay where they are";
  EXPECT_TRUE(other.socket->of("typing").empty());
  EXPECT_TRUE(v.socket->of("typing").empty());
}

TEST_F(SessionFeedTest, AConversationThatHasNotBegunIsEmpty) {
  v = visitor(visitor_id);
  say(v, {{"t", "sync"}, {"id", "1"}, {"conv", v.conversation().text()}, {"before", 0}});
  EXPECT_TRUE(v.socket->of("page").at(0)["items"].empty());
}

TEST_F(SessionFeedTest, AnotherTenantsFeedCannotBeRead) {
  meet();
  say(v, {{"t", "sync"}, {"id", "1"}, {"feed", "q:" + world_.department.id.text()}, {"cur", 0}});
  EXPECT_EQ(v.socket->of("err").back()["code"], "E_FORBIDDEN");
  auto other = visitor(make_uuid(2), "dev-x");
  say(other, {{"t", "sync"}, {"id", "1"}, {"conv", v.conversation().text()}, {"after", 0}});
  EXPECT_EQ(other.socket->of("err").back()["code"], "E_FORBIDDEN");
}

TEST_F(SessionFeedTest, AHeadFromTheSweepRepairsAMissedPush) {
  meet();
  // The hint that should have pushed this never reaches the session: it is committed past Delivery.
  const auto before = v.socket->of("evt").size();
  registry_.remove({visitor_id, false}, v.session.get());
  say(a, pub(v.conversation(), "missed"));
  registry_.add({visitor_id, false}, v.session);
  EXPECT_EQ(v.socket->of("evt").size(), before);
  clock_.advance(31'000);
  delivery_->tick();
  settle();
  EXPECT_EQ(v.socket->of("evt").back()["body"]["text"], "missed");
}

}  // namespace
}  // namespace hotdesk::delivery
