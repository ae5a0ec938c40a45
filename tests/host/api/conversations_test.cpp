#include "host/api/fixture.hpp"

namespace hotdesk::api {
namespace {
using nlohmann::json;

struct Conversations : ApiTest {
  Uuid visitor_ = make_uuid(clock_.now_ms());
  Uuid id_;
  std::string path_;
  void SetUp() override {
    id_ = open(a_, visitor_);
    path_ = "/api/v1/conversations/" + id_.text();
  }
  Reply verb(const std::string& name, const json& body, const As& as) { return post(path_ + "/" + name, body, as); }
};

TEST_F(Conversations, TheObjectSaysWhatTheContractSays) {
  const auto c = get(path_, bearer(a_.agent)).body;
  EXPECT_EQ(c["id"], id_.text());
  EXPECT_EQ(c["status"], "waiting");
  EXPECT_EQ(c["visitor"]["id"], visitor_.text());
  EXPECT_EQ(c["visitor"]["name"], "Vera");
  EXPECT_EQ(c["visitor"]["online"], false);
  EXPECT_TRUE(c["assignee"].is_null());
  EXPECT_EQ(c["department"]["name"], "Everybody");
  EXPECT_EQ(c["labels"], json::array());
  EXPECT_EQ(c["last"]["text"], "hello");
  EXPECT_EQ(c["last"]["from"]["role"], "visitor");
  EXPECT_EQ(c["read"], 0);
  presence_->connected(a_.tenant, visitor_);
  EXPECT_EQ(get(path_, bearer(a_.agent)).body["visitor"]["online"], true);
}

TEST_F(Conversations, AreTakenByOneAndOnlyOne) {
  const auto taken = verb("assign", {{"assignee", a_.agent.id.text()}}, bearer(a_.agent));
  ASSERT_EQ(taken.status, 200) << taken.body.dump();
  EXPECT_EQ(taken.body["status"], "open");
  EXPECT_EQ(taken.body["assignee"]["name"], "ann");
  const auto moved = verb("transfer", {{"assignee", a_.agent2.id.text()}, {"note", "wants a refund"}}, bearer(a_.agent));
  ASSERT_EQ(moved.status, 200) << moved.body.dump();
  EXPECT_EQ(moved.body["assignee"]["name"], "bob");
  const auto back = verb("assign", {{"department", a_.department.text()}}, bearer(a_.agent2));
  EXPECT_EQ(back.status, 200) << back.body.dump();
  EXPECT_EQ(back.body["status"], "waiting");
  EXPECT_EQ(verb("assign", json::object(), bearer(a_.agent)).status, 400);
  EXPECT_EQ(verb("assign", {{"assignee", a_.agent.id.text()}, {"department", a_.department.text()}}, bearer(a_.agent)).status, 400);
  EXPECT_EQ(verb("assign", {{"assignee", "me"}}, bearer(a_.agent)).status, 400);
}

TEST_F(Conversations, CloseRateAndReopen) {
  verb("assign", {{"assignee", a_.agent.id.text()}}, bearer(a_.agent));
  const auto closed = verb("close", {{"reason", "solved"}}, bearer(a_.agent));
  ASSERT_EQ(closed.status, 200) << closed.body.dump();
  EXPECT_EQ(closed.body["status"], "closed");
  for (const json& score : {json(0), json(6), json(4.5), json("5"), json(nullptr)})
    EXPECT_EQ(verb("rate", {{"score", score}}, visitor(a_, visitor_)).status, 400) << score;
  EXPECT_EQ(verb("rate", {{"score", 4}, {"comment", "quick"}}, visitor(a_, visitor_)).status, 200);
  const auto seen = get("/api/v1/visitors/" + visitor_.text(), bearer(a_.agent)).body;
  EXPECT_EQ(seen["conversations"][0]["rating"], 4) << seen.dump();
  EXPECT_TRUE(seen["conversations"][0]["closed_at"].is_string());
  const auto reopened = verb("reopen", json::object(), bearer(a_.agent));
  EXPECT_EQ(reopened.status, 200) << reopened.body.dump();
  EXPECT_NE(reopened.body["status"], "closed");
}

TEST_F(Conversations, ALaterOneForbidsReopening) {
  verb("close", json::object(), visitor(a_, visitor_));
  open(a_, visitor_, "once more");  // closed by the visitor: finished, this is the next one
  EXPECT_EQ(verb("reopen", json::object(), bearer(a_.agent)).status, 409);
}

TEST_F(Conversations, LabelsAreASet) {
  auto reply = verb("labels", {{"add", {"vip", "refund"}}}, bearer(a_.agent));
  ASSERT_EQ(reply.status, 200) << reply.body.dump();
  EXPECT_EQ(reply.body["labels"].size(), 2u);
  reply = verb("labels", {{"add", {"vip"}}, {"remove", {"refund"}}}, bearer(a_.agent));
  EXPECT_EQ(reply.body["labels"], json({"vip"}));
  EXPECT_EQ(verb("labels", {{"add", {std::string(65, 'x')}}}, bearer(a_.agent)).status, 400);
  EXPECT_EQ(verb("labels", {{"add", "vip"}}, bearer(a_.agent)).status, 400);
}

TEST_F(Conversations, WritesLeaveAuditEntries) {
  verb("assign", {{"assignee", a_.agent.id.text()}}, bearer(a_.agent));
  verb("close", json::object(), bearer(a_.agent));
  std::vector<std::string> actions;
  for (const auto& entry : audit(a_))
    if (entry.target.find(id_.text()) != std::string::npos) {
      actions.push_back(entry.action);
      EXPECT_EQ(entry.ip, "198.51.100.7");
      EXPECT_EQ(entry.actor, a_.agent.id);
    }
  EXPECT_EQ(actions.size(), 2u) << ::testing::PrintToString(actions);
}

TEST_F(Conversations, ListsFilterAndPage) {
  for (int i = 0; i < 4; ++i) {
    clock_.advance(10);
    open(a_, make_uuid(clock_.now_ms()));
  }
  verb("assign", {{"assignee", a_.agent.id.text()}}, bearer(a_.agent));
  const auto count = [&](const std::string& query) { return get("/api/v1/conversations" + query, bearer(a_.agent)).body["data"].size(); };
  EXPECT_EQ(count("?status=waiting"), 4u);
  EXPECT_EQ(count(""), 1u);
  EXPECT_EQ(count("?status=closed"), 0u);
  EXPECT_EQ(count("?status=all"), 5u);
  EXPECT_EQ(count("?status=all&assignee=me"), 1u);
  EXPECT_EQ(count("?status=all&assignee=none"), 4u);
  EXPECT_EQ(count("?status=all&assignee=" + a_.agent2.id.text()), 0u);
  EXPECT_EQ(get("/api/v1/conversations?status=odd", bearer(a_.agent)).status, 400);
  EXPECT_EQ(get("/api/v1/conversations?assignee=odd", bearer(a_.agent)).status, 400);
  std::size_t seen = 0;
  std::string cursor;
  for (int page = 0; page < 5; ++page) {
    const auto reply = get("/api/v1/conversations?status=all&limit=2&cursor=" + cursor, bearer(a_.agent)).body;
    seen += reply["data"].size();
    EXPECT_EQ(reply["meta"]["has_more"], !reply["meta"]["next_cursor"].is_null());
    if (reply["meta"]["next_cursor"].is_null()) break;
    cursor = reply["meta"]["next_cursor"];
  }
  EXPECT_EQ(seen, 5u);
}

TEST_F(Conversations, MessagesPageBackwards) {
  for (int i = 0; i < 6; ++i) say(a_, id_, {tenants::Role::visitor, visitor_, "Vera"}, "text", "m" + std::to_string(i));
  std::vector<std::int64_t> seqs;
  std::string before;
  for (int page = 0; page < 10; ++page) {
    const auto reply = get(path_ + "/messages?limit=3" + (before.empty() ? "" : "&before=" + before), bearer(a_.agent)).body;
    std::vector<std::int64_t> here;
    for (const auto& entry : reply["data"]) here.push_back(entry["seq"]);
    EXPECT_TRUE(std::is_sorted(here.begin(), here.end()));
    seqs.insert(seqs.begin(), here.begin(), here.end());
    if (!reply["meta"]["has_more"].get<bool>()) break;
    before = reply["meta"]["next_cursor"].get<std::string>();
  }
  for (std::size_t i = 0; i < seqs.size(); ++i) EXPECT_EQ(seqs[i], static_cast<std::int64_t>(i) + 1);
  EXPECT_GE(seqs.size(), 7u);
  EXPECT_EQ(get(path_ + "/messages?before=x", bearer(a_.agent)).status, 400);
  EXPECT_EQ(get(path_ + "/messages?before=0", bearer(a_.agent)).status, 400);
}
}  // namespace
}  // namespace hotdesk::api
