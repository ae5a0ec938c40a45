#include "host/api/fixture.hpp"

namespace hotdesk::api {
namespace {
using nlohmann::json;

struct Isolation : ApiTest {};

TEST_F(Isolation, AnIdOfAnotherTenantIs404Everywhere) {
  const Uuid visitor_id = make_uuid(clock_.now_ms());
  const Uuid conversation = open(b_, visitor_id);
  const std::map<std::string, std::string> theirs = {{"conversations", conversation.text()},
                                                     {"visitors", visitor_id.text()},
                                                     {"sites", b_.site.id.text()},
                                                     {"users", b_.agent.id.text()},
                                                     {"knowledge", write_article(b_).text()}};
  const std::map<std::string, json> bodies = {{"assign", {{"assignee", a_.agent.id.text()}}}, {"transfer", {{"department", a_.department.text()}}},
                                              {"rate", {{"score", 5}}}, {"labels", {{"add", {"x"}}}}};
  int asked = 0;
  for (const auto& route : api_->routes()) {
    const auto at = route.pattern.find("/{id}");
    const auto begin = std::string("/api/v1/").size();
    if (at == std::string::npos || route.pattern.find("plugins") != std::string::npos) continue;
    const std::string kind = route.pattern.substr(begin, at - begin);
    std::string target = route.pattern;
    target.replace(at + 1, 4, theirs.at(kind));
    if (const auto kid = target.find("{kid}"); kid != std::string::npos) target.replace(kid, 5, b_.site.keys[0].kid);
    const std::string verb = target.substr(target.rfind('/') + 1);
    const json body = route.method == "GET" ? json(nullptr) : bodies.contains(verb) ? bodies.at(verb) : json::object();
    EXPECT_EQ(ask(route.method, target, body, cookie(row(a_.admin))).status, 404) << route.method << " " << target;
    // The same by somebody of that tenant is no 404: the ids are right.
    EXPECT_NE(ask(route.method, target, body, cookie(row(b_.admin))).status, 404) << route.method << " " << target;
    ++asked;
  }
  EXPECT_EQ(asked, 19);
}

TEST_F(Isolation, ATenantInQueryOrBodyMovesNobodyButAnOperator) {
  const std::string other = "?tenant=" + b_.tenant.text();
  EXPECT_EQ(get("/api/v1/tenant" + other, bearer(a_.admin)).body["name"], "Shop A");
  EXPECT_EQ(ask("PATCH", "/api/v1/tenant", {{"name", "Mine"}, {"tenant", b_.tenant.text()}, {"id", b_.tenant.text()}}, bearer(a_.admin)).body["id"],
            a_.tenant.text());
  EXPECT_EQ(get("/api/v1/tenant" + other, bearer(a_.operator_)).body["name"], "Shop B");
  EXPECT_EQ(get("/api/v1/tenant" + other, {"", "", "", true}).body["name"], "Shop B");
  EXPECT_EQ(get("/api/v1/tenant?tenant=" + make_uuid(5).text(), bearer(a_.operator_)).status, 404);
  EXPECT_EQ(get("/api/v1/tenant?tenant=x", bearer(a_.operator_)).status, 400);
  EXPECT_EQ(get("/api/v1/tenant", {"", "", "", true}).status, 400);  // two tenants: which one?
}

TEST_F(Isolation, TargetsOfAnotherTenantAreNobody) {
  const Uuid conversation = open(a_, make_uuid(clock_.now_ms()));
  const std::string assign = "/api/v1/conversations/" + conversation.text() + "/assign";
  EXPECT_EQ(post(assign, {{"assignee", b_.agent.id.text()}}, bearer(a_.agent)).status, 400);
  EXPECT_EQ(post(assign, {{"department", b_.department.text()}}, bearer(a_.agent)).status, 400);
  EXPECT_EQ(post(assign, {{"assignee", a_.operator_.id.text()}}, bearer(a_.agent)).status, 400);
  EXPECT_EQ(post(assign, {{"assignee", a_.agent.id.text()}}, bearer(a_.agent)).status, 200);
}

TEST_F(Isolation, ListsHoldOnlyOnesOwn) {
  open(a_, make_uuid(clock_.now_ms()));
  open(b_, make_uuid(clock_.now_ms()));
  for (const char* path : {"/api/v1/conversations?status=all", "/api/v1/sites", "/api/v1/departments"})
    EXPECT_EQ(get(path, bearer(a_.admin)).body["data"].size(), 1u) << path;
  EXPECT_EQ(get("/api/v1/users", bearer(a_.admin)).body["data"].size(), 4u);
  EXPECT_EQ(get("/api/v1/agents", bearer(a_.admin)).body["data"].size(), 3u);
  EXPECT_EQ(get("/api/v1/overview", bearer(a_.admin)).body["conversations"]["waiting"], 1);
  const auto log = get("/api/v1/audit-log", bearer(a_.admin)).body["data"].dump();
  EXPECT_NE(log.find("test"), std::string::npos);
  EXPECT_EQ(log.find(b_.site.id.text()), std::string::npos);
  EXPECT_EQ(log.find(b_.tenant.text()), std::string::npos);
}

TEST_F(Isolation, AVisitorSeesTheirOwnConversationAndNoNotes) {
  const Uuid me = make_uuid(clock_.now_ms());
  const Uuid mine = open(a_, me);
  const Uuid other = open(a_, make_uuid(clock_.now_ms()));
  post("/api/v1/conversations/" + mine.text() + "/assign", {{"assignee", a_.agent.id.text()}}, bearer(a_.agent));
  EXPECT_EQ(say(a_, mine, {tenants::Role::agent, a_.agent.id, "ann"}, "note", "rude customer").outcome, conversations::Outcome::ok);
  EXPECT_EQ(post("/api/v1/conversations/" + mine.text() + "/transfer", {{"assignee", a_.agent2.id.text()}, {"note", "a rude one"}}, bearer(a_.agent)).status, 200);
  const std::string path = "/api/v1/conversations/";
  EXPECT_EQ(get(path + mine.text(), visitor(a_, me)).status, 200);
  EXPECT_EQ(get(path + other.text(), visitor(a_, me)).status, 404);
  EXPECT_EQ(get(path + other.text() + "/messages", visitor(a_, me)).status, 404);
  EXPECT_EQ(post(path + other.text() + "/close", json::object(), visitor(a_, me)).status, 404);
  EXPECT_EQ(post(path + other.text() + "/rate", {{"score", 1}}, visitor(a_, me)).status, 404);
  EXPECT_EQ(get(path + mine.text() + "/messages", visitor(a_, me)).body.dump().find("rude"), std::string::npos);
  EXPECT_NE(get(path + mine.text() + "/messages", bearer(a_.agent)).body.dump().find("rude"), std::string::npos);
}
}  // namespace
}  // namespace hotdesk::api
