#include <fstream>

#include "base/bytes.hpp"
#include "crypto/signature.hpp"
#include "host/api/fixture.hpp"
#include "plugins/packages/pack.hpp"

namespace hotdesk::api {
namespace {
using nlohmann::json;

struct Packages : ApiTest {
  crypto::SigningKey key = crypto::make_signing_key();
  std::string id = crypto::key_id_of(key.public_key);
  As operator_ = bearer(a_.operator_);
  /// A vendor's package: the installation's filter under an id of theirs. It is uploaded and read here, never loaded.
  std::string package() {
    namespace fs = std::filesystem;
    const fs::path folder = folder_ / "pack";
    fs::remove_all(folder);
    fs::copy(fs::path(HOTDESK_TEST_PLUGINS) / "org.hotdesk.filtering/1.0.0", folder, fs::copy_options::recursive);
    std::ifstream in(folder / "manifest.json");
    auto manifest = json::parse(in);
    in.close();
    manifest["id"] = "com.acme.filter";
    manifest["permissions"] = {"kv", "http:*"};
    std::ofstream(folder / "manifest.json") << manifest.dump();
    return plugins::sign_package(plugins::pack_folder(folder).value(), key).value();
  }
  json form(const std::string& level = "vendor") {
    return {{"name", "Acme"}, {"public_key", to_base64url(key.public_key)}, {"level", level}, {"prefixes", {"com.acme.*"}}};
  }
  Reply upload(const std::string& bytes, const As& as, const std::string& query = "", const std::string& type = "application/octet-stream") {
    return ask("POST", "/api/v1/plugins/packages" + query, bytes.empty() ? json(nullptr) : json(bytes), as, {{"Content-Type", type}});
  }
};

TEST_F(Packages, TrustUploadReadGrantErase) {
  EXPECT_EQ(post("/api/v1/plugins/trust", form(), operator_).status, 201);
  EXPECT_EQ(post("/api/v1/plugins/trust", form(), operator_).status, 409);
  const auto trust = get("/api/v1/plugins/trust", operator_);
  EXPECT_EQ(trust.body["data"][0]["key_id"], id);
  EXPECT_EQ(trust.body["data"][0]["level"], "vendor");
  EXPECT_TRUE(trust.body["data"][0]["revoked_at"].is_null());

  EXPECT_EQ(upload(package(), operator_, "?dry_run=1").status, 201);
  EXPECT_EQ(get("/api/v1/plugins/com.acme.filter", operator_).status, 404);
  const auto done = upload(package(), operator_);
  ASSERT_EQ(done.status, 201) << done.body.dump();
  EXPECT_EQ(done.body["id"], "com.acme.filter");
  EXPECT_EQ(done.body["key_id"], id);
  EXPECT_EQ(done.body["permissions"], json({"kv", "http:*"}));

  const auto details = get("/api/v1/plugins/com.acme.filter/versions/1.0.0", operator_);
  ASSERT_EQ(details.status, 200);
  EXPECT_EQ(details.body["manifest"]["id"], "com.acme.filter");
  EXPECT_EQ(details.body["uploaded_by"], "ops");
  EXPECT_EQ(details.body["sha256"], done.body["sha256"]);
  EXPECT_EQ(get("/api/v1/plugins/org.hotdesk.filtering/versions/1.0.0", bearer(a_.admin)).body["level"], "builtin");

  auto grant = get("/api/v1/plugins/com.acme.filter/grant", operator_);
  EXPECT_EQ(grant.body["default_lane"], "runner");
  EXPECT_EQ(grant.body["permissions"]["granted"], json::array());
  EXPECT_TRUE(grant.body["budgets"]["defaults"].contains("async_ms"));
  const json wish = {{"lane", nullptr}, {"permissions", {"kv", "http:api.example.com"}}, {"budgets", {{"host_calls", 9}}}};
  grant = ask("PUT", "/api/v1/plugins/com.acme.filter/grant", wish, operator_);
  ASSERT_EQ(grant.status, 200) << grant.body.dump();
  EXPECT_EQ(grant.body["permissions"]["granted"], wish["permissions"]);
  EXPECT_EQ(ask("PUT", "/api/v1/plugins/com.acme.filter/grant", {{"lane", "inline"}}, operator_).status, 400);
  EXPECT_EQ(ask("PUT", "/api/v1/plugins/com.acme.filter/grant", {{"permissions", {"messages"}}}, operator_).status, 400);
  EXPECT_EQ(ask("DELETE", "/api/v1/plugins/com.acme.filter/grant", nullptr, operator_).body["permissions"]["granted"], json::array());

  EXPECT_EQ(ask("PUT", "/api/v1/plugins/com.acme.filter/minimum", {{"minimum", "2.0.0"}}, operator_).body["minimums"]["com.acme.filter"], "2.0.0");
  EXPECT_NE(get("/api/v1/plugins/com.acme.filter/versions/1.0.0", operator_).body["problem"].dump().find("below the minimum"), std::string::npos);
  EXPECT_EQ(ask("PUT", "/api/v1/plugins/com.acme.filter/minimum", {{"minimum", nullptr}}, operator_).status, 200);

  EXPECT_EQ(ask("DELETE", "/api/v1/plugins/com.acme.filter/versions/1.0.0", nullptr, operator_).status, 204);
  EXPECT_EQ(get("/api/v1/plugins/com.acme.filter/versions/1.0.0", operator_).status, 404);
  EXPECT_EQ(ask("DELETE", "/api/v1/plugins/org.hotdesk.filtering/versions/1.0.0", nullptr, operator_).status, 409);
  EXPECT_EQ(ask("DELETE", "/api/v1/plugins/trust/" + id, nullptr, operator_).status, 204);
  EXPECT_EQ(ask("DELETE", "/api/v1/plugins/trust/" + id, nullptr, operator_).status, 404);
}

TEST_F(Packages, ProblemsNameFileAndReason) {
  const auto stranger = upload(package(), operator_);
  EXPECT_EQ(stranger.status, 422);
  EXPECT_EQ(stranger.code(), "E_PACKAGE");
  EXPECT_EQ(stranger.body["errors"][0]["field"], "manifest.sig");
  EXPECT_NE(stranger.body["detail"].get<std::string>().find("not in the trust store"), std::string::npos);
  EXPECT_EQ(upload("nonsense", operator_).code(), "E_PACKAGE");
  EXPECT_EQ(upload("", operator_).status, 400);
  EXPECT_EQ(upload(package(), operator_, "", "application/json").status, 415);
  auto wrong = form();
  wrong["prefixes"] = {"*"};
  EXPECT_EQ(post("/api/v1/plugins/trust", wrong, operator_).status, 400);
  wrong = form("king");
  wrong["public_key"] = "x";
  const auto both = post("/api/v1/plugins/trust", wrong, operator_);
  EXPECT_EQ(both.status, 400);
  EXPECT_EQ(both.body["errors"].size(), 2U);
}

TEST_F(Packages, RevokedKeySignsNoMore) {
  ASSERT_EQ(post("/api/v1/plugins/trust", form(), operator_).status, 201);
  ASSERT_EQ(upload(package(), operator_).status, 201);
  EXPECT_EQ(post("/api/v1/plugins/trust/" + id + "/revoke", json::object(), operator_).status, 400);
  const auto revoked = post("/api/v1/plugins/trust/" + id + "/revoke", {{"reason", "the laptop was stolen"}}, operator_);
  EXPECT_EQ(revoked.status, 200);
  EXPECT_EQ(revoked.body["reason"], "the laptop was stolen");
  EXPECT_EQ(get("/api/v1/plugins/com.acme.filter", operator_).body["versions"][0]["state"], "rejected");
  EXPECT_EQ(upload(package(), operator_).code(), "E_PACKAGE");
}

TEST_F(Packages, AdminsOfASharedInstallationMayNot) {
  EXPECT_EQ(upload(package(), bearer(a_.admin)).status, 403);
  EXPECT_EQ(post("/api/v1/plugins/trust", form(), bearer(a_.admin)).status, 403);
  EXPECT_EQ(get("/api/v1/plugins/org.hotdesk.filtering/grant", bearer(a_.admin)).status, 403);
}
}  // namespace
}  // namespace hotdesk::api
