#include "host/api/fixture.hpp"

namespace hotdesk::api {
namespace {
using nlohmann::json;

const std::string all = "/api/v1/knowledge";

struct KnowledgeApi : ApiTest {};

TEST_F(KnowledgeApi, AdminsWriteAndAgentsRead) {
  const json form = {{"title", "Returns"}, {"text", "Within 30 days."}, {"url", "https://shop.example/returns"}, {"language", "en"}};
  EXPECT_EQ(post(all, form, bearer(a_.agent)).status, 403);
  const auto made = post(all, form, bearer(a_.admin));
  ASSERT_EQ(made.status, 201);
  const std::string one = all + "/" + made.body["id"].get<std::string>();
  EXPECT_EQ(made.body["enabled"], true);
  EXPECT_EQ(made.body["updated_by"]["id"], a_.admin.id.text());
  EXPECT_EQ(get(one, bearer(a_.agent)).body, made.body);
  EXPECT_EQ(get(all, bearer(a_.agent)).body["data"].size(), 1u);
  EXPECT_EQ(get(all, bearer(b_.admin)).body["data"].size(), 0u);
  EXPECT_EQ(ask("PATCH", one, {{"title", "Sending back"}, {"url", nullptr}}, bearer(a_.agent)).status, 403);
  const auto changed = ask("PATCH", one, {{"title", "Sending back"}, {"url", nullptr}}, bearer(a_.admin));
  EXPECT_EQ(changed.status, 200);
  EXPECT_EQ(changed.body["title"], "Sending back");
  EXPECT_EQ(changed.body["text"], "Within 30 days.");
  EXPECT_TRUE(changed.body["url"].is_null());
  EXPECT_EQ(ask("DELETE", one, nullptr, bearer(a_.agent)).status, 403);
  EXPECT_EQ(ask("DELETE", one, nullptr, bearer(a_.admin)).status, 204);
  EXPECT_EQ(get(one, bearer(a_.admin)).status, 404);
  EXPECT_EQ(audit(a_).at(0).action, "knowledge.delete");
}

TEST_F(KnowledgeApi, FormsAreJudged) {
  EXPECT_EQ(post(all, {{"title", "x"}}, bearer(a_.admin)).status, 400);
  EXPECT_EQ(post(all, {{"title", ""}, {"text", "x"}}, bearer(a_.admin)).status, 400);
  EXPECT_EQ(post(all, {{"title", "x"}, {"text", "x"}, {"url", "javascript:alert(1)"}}, bearer(a_.admin)).status, 400);
  EXPECT_EQ(post(all, {{"title", std::string(201, 'x')}, {"text", "x"}}, bearer(a_.admin)).status, 400);
  EXPECT_EQ(post(all, {{"title", "long"}, {"text", std::string(90'000, 'x')}}, bearer(a_.admin)).status, 201) << "longer than other bodies may be";
}

TEST_F(KnowledgeApi, ASearchSeesWhatIsEnabledNow) {
  const Uuid id = write_article(a_, "退货", "三十天内可以退货。");
  write_article(a_, "Shipping", "Three days.");
  const auto search = [&](const std::string& q) { return get(all + "/search?q=" + q, bearer(a_.agent)).body["data"]; };
  ASSERT_EQ(search("退货").size(), 1u);
  EXPECT_EQ(search("退货")[0]["id"], id.text());
  EXPECT_GT(search("退货")[0]["score"].get<double>(), 0);
  EXPECT_EQ(search("zebra").size(), 0u);
  EXPECT_EQ(ask("PATCH", all + "/" + id.text(), {{"enabled", false}}, bearer(a_.admin)).status, 200);
  EXPECT_EQ(search("退货").size(), 0u);
  EXPECT_EQ(get(all + "?q=退货", bearer(a_.admin)).body["data"].size(), 1u) << "a list has them all";
  EXPECT_EQ(get(all + "/search?q=x", bearer(b_.agent)).body["data"].size(), 0u);
}

TEST_F(KnowledgeApi, SecretsGoInAndStayIn) {
  const auto plugins = get("/api/v1/plugins", bearer(a_.admin)).body["data"];
  ASSERT_FALSE(plugins.empty());
  const std::string secrets = "/api/v1/plugins/" + plugins[0]["id"].get<std::string>() + "/secrets";
  EXPECT_EQ(ask("PUT", secrets + "/KEY", {{"value", "s3cret"}}, bearer(a_.agent)).status, 403);
  ASSERT_EQ(ask("PUT", secrets + "/KEY", {{"value", "s3cret"}}, bearer(a_.admin)).status, 204);
  const auto listed = get(secrets, bearer(a_.admin));
  ASSERT_EQ(listed.body["data"].size(), 1u);
  EXPECT_EQ(listed.body["data"][0]["name"], "KEY");
  EXPECT_EQ(listed.body.dump().find("s3cret"), std::string::npos);
  EXPECT_EQ(get(secrets, bearer(b_.admin)).body["data"].size(), 0u);
  EXPECT_EQ(ask("PUT", secrets + "/KEY", {{"value", ""}}, bearer(a_.admin)).status, 400);
  EXPECT_EQ(ask("PUT", "/api/v1/plugins/no.such/secrets/KEY", {{"value", "x"}}, bearer(a_.admin)).status, 404);
  for (const auto& entry : audit(a_)) EXPECT_EQ(entry.detail.find("s3cret"), std::string::npos);
  EXPECT_EQ(ask("DELETE", secrets + "/KEY", nullptr, bearer(a_.admin)).status, 204);
  EXPECT_EQ(get(secrets, bearer(a_.admin)).body["data"].size(), 0u);
}

}  // namespace
}  // namespace hotdesk::api
