// Uploaded packages in a room that runs: what they need before they run, and what happens when trust is withdrawn.
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "host/plugins/packages/packing.hpp"
#include "plugins/packages/grant_rules.hpp"
#include "plugins/packages/package_view.hpp"

namespace hotdesk::plugins {
namespace {

using namespace test;  // NOLINT: a test of these very helpers
using Json = nlohmann::json;

/// A room whose installation holds no plugin at all.
struct Uploads : ::testing::Test {
  TempFolder empty;
  Vendor acme;
  Room room{empty.path().string(), {tenant_a}};

  Uploads() {
    room.close();
    room.options.packages = room.folder.path() / "packages";
    room.options.trust_store = room.folder.path() / "trust.json";
    room.open({tenant_a});
  }
  TrustKey trust(Trust level = Trust::official) { return room.host->add_trust(acme.trust({"test.*"}, level), admin).value(); }
  std::filesystem::path stored(const PackageInfo& info) const { return room.options.packages / (info.sha256 + ".hdplugin"); }
  static void put(const std::filesystem::path& path, const std::string& bytes) { std::ofstream(path, std::ios::binary | std::ios::trunc) << bytes; }
};

TEST_F(Uploads, RunOnceSomebodySaysSo) {
  trust();
  const auto info = room.host->upload(packed_by(acme), false, admin);
  ASSERT_TRUE(info) << info.error().where << " " << info.error().text;
  EXPECT_EQ(info->level, Trust::official);
  EXPECT_EQ(room.filter(tenant_a, "hello"), "(pass)") << "its arrival changes nothing";
  EXPECT_EQ(room.view(echo).release.stable, "");
  ASSERT_TRUE(room.host->activate(tenant_a, echo, "1.0.0", admin));
  EXPECT_NE(room.filter(tenant_a, "hello"), "(pass)");
  EXPECT_EQ(room.version(echo, "1.0.0", tenant_a).lane, "pool");
  EXPECT_TRUE(room.has_edge("trust.add") && room.has_edge("plugin.upload") && room.has_edge("plugin.load"));
  // It is there again after a restart.
  room.close();
  room.open({tenant_a});
  EXPECT_NE(room.filter(tenant_a, "hello"), "(pass)");
}

TEST_F(Uploads, DryRunKeepsNothing) {
  trust();
  ASSERT_TRUE(room.host->upload(packed_by(acme), true, admin));
  EXPECT_TRUE(room.host->list(std::nullopt).value().empty());
  EXPECT_FALSE(std::filesystem::exists(room.options.packages));
}

TEST_F(Uploads, StrangersAreRefusedAndRecorded) {
  const auto refused = room.host->upload(packed_by(acme), false, admin);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().where, "manifest.sig");
  EXPECT_TRUE(room.has_edge("plugin.reject"));
  EXPECT_FALSE(std::filesystem::exists(room.options.packages));
}

TEST_F(Uploads, TheSameTwiceIsOneAndOtherContentAConflict) {
  trust();
  ASSERT_TRUE(room.host->upload(packed_by(acme), false, admin));
  EXPECT_TRUE(room.host->upload(packed_by(acme), false, admin));
  EXPECT_EQ(room.view(echo).versions.size(), 1U);
  const auto other = changed(packed_by(acme), [&](Entries& entries) {
    entries["manifest.json"] += "\n";
    entries["manifest.sig"] = write_signature({acme.id(), crypto::sign(acme.key, entries["manifest.json"])});
  });
  EXPECT_EQ(room.host->upload(other, false, admin).error().code, Errc::conflict);
}

TEST_F(Uploads, EraseNeedsItUnused) {
  trust();
  ASSERT_TRUE(room.host->upload(packed_by(acme, "1.0.0"), false, admin));
  ASSERT_TRUE(room.host->upload(packed_by(acme, "2.0.0"), false, admin));
  ASSERT_TRUE(room.host->activate(std::nullopt, echo, "1.0.0", admin));
  EXPECT_EQ(room.host->erase_version(echo, "1.0.0", admin).error().code, Errc::conflict);
  ASSERT_TRUE(room.host->erase_version(echo, "2.0.0", admin));
  EXPECT_EQ(room.host->version_details(echo, "2.0.0").error().code, Errc::not_found);
  EXPECT_EQ(room.host->erase_version(echo, "2.0.0", admin).error().code, Errc::not_found);
  EXPECT_TRUE(room.has_edge("plugin.erase"));
}

TEST_F(Uploads, RevocationKeepsRunningWhatRunsAndLoadsNoMore) {
  trust();
  ASSERT_TRUE(room.host->upload(packed_by(acme, "1.0.0"), false, admin));
  ASSERT_TRUE(room.host->upload(packed_by(acme, "2.0.0"), false, admin));
  ASSERT_TRUE(room.host->activate(std::nullopt, echo, "1.0.0", admin));
  const auto running = room.filter(tenant_a, "hello");
  ASSERT_TRUE(room.host->revoke_trust(acme.id(), "the laptop was stolen", admin));
  EXPECT_EQ(room.filter(tenant_a, "hello"), running) << "the operator acts, not we";
  EXPECT_EQ(room.version(echo, "1.0.0").state, "rejected");
  EXPECT_NE(room.version(echo, "1.0.0").problem.find("revoked"), std::string::npos);
  EXPECT_FALSE(room.host->activate(std::nullopt, echo, "2.0.0", admin));
  EXPECT_EQ(room.host->version_details(echo, "2.0.0").value().manifest.version, "2.0.0");
  // The next start does not load it.
  room.close();
  room.open({tenant_a});
  EXPECT_EQ(room.filter(tenant_a, "hello"), "(pass)");
}

TEST_F(Uploads, MinimumKeepsEarlierVersionsOut) {
  trust();
  ASSERT_TRUE(room.host->upload(packed_by(acme, "1.0.0"), false, admin));
  ASSERT_TRUE(room.host->set_minimum(echo, "2.0.0", admin));
  EXPECT_NE(room.version(echo, "1.0.0").problem.find("below the minimum 2.0.0"), std::string::npos);
  EXPECT_FALSE(room.host->activate(std::nullopt, echo, "1.0.0", admin));
  EXPECT_FALSE(room.host->upload(packed_by(acme, "1.0.0"), false, admin));
  EXPECT_TRUE(room.host->upload(packed_by(acme, "2.0.0"), false, admin));
}

/// The file is swapped between what was verified at the upload and what is loaded: refused, and what runs goes on.
TEST_F(Uploads, SwappedFileIsNotLoaded) {
  trust();
  const auto first = room.host->upload(packed_by(acme, "1.0.0"), false, admin).value();
  const auto second = room.host->upload(packed_by(acme, "2.0.0"), false, admin).value();
  ASSERT_TRUE(room.host->activate(std::nullopt, echo, "1.0.0", admin));
  const auto running = room.filter(tenant_a, "hello");
  put(stored(second), packed_by(acme, "3.0.0"));  // signed too, but not what was uploaded
  const auto refused = room.host->activate(std::nullopt, echo, "2.0.0", admin);
  ASSERT_FALSE(refused);
  EXPECT_NE(refused.error().text.find("differs from what was uploaded"), std::string::npos) << refused.error().text;
  EXPECT_EQ(room.filter(tenant_a, "hello"), running);
  // Swapped under the version that runs: nothing happens to it.
  put(stored(first), std::string(5'000'000, 'x'));
  EXPECT_EQ(room.filter(tenant_a, "hello"), running);
  // The control: with the right bytes back it is loaded.
  put(stored(second), packed_by(acme, "2.0.0"));
  EXPECT_TRUE(room.host->activate(std::nullopt, echo, "2.0.0", admin));
}

TEST_F(Uploads, Grants) {
  trust();
  ASSERT_TRUE(room.host->upload(packed_by(acme), false, admin));
  ASSERT_TRUE(room.host->activate(std::nullopt, echo, "1.0.0", admin));
  const auto before = room.host->find_grant(std::nullopt, echo).value();
  EXPECT_EQ(before.lane, "");
  EXPECT_EQ(before.default_lane, "pool");
  GrantRow row;
  row.lane = "inline";
  EXPECT_EQ(room.host->set_grant(std::nullopt, echo, row, admin).error().where, "lane") << "it was uploaded";
  row.lane = "moon";
  EXPECT_EQ(room.host->set_grant(std::nullopt, echo, row, admin).error().where, "lane");
  row.lane = "pool";
  row.permissions = {"knowledge"};
  EXPECT_EQ(room.host->set_grant(std::nullopt, echo, row, admin).error().where, "permissions") << "it does not ask for that";
  row.permissions = before.asked;
  row.budgets = R"({"kv_bytes": 99999999999})";
  EXPECT_EQ(room.host->set_grant(std::nullopt, echo, row, admin).error().where, "/budgets/kv_bytes");
  row.budgets = R"({"host_calls": 7})";
  const auto granted = room.host->set_grant(tenant_a, echo, row, admin);
  ASSERT_TRUE(granted) << granted.error().text;
  EXPECT_EQ(granted->lane, "pool");
  EXPECT_EQ(Json::parse(to_json(*granted)).at("budgets").at("granted").at("host_calls"), 7);
  EXPECT_EQ(room.host->find_grant(std::nullopt, echo).value().lane, "") << "of one tenant alone";
  EXPECT_EQ(room.filter(tenant_a, "hello"), room.filter(tenant_a, "hello"));
  EXPECT_EQ(room.host->erase_grant(tenant_a, echo, admin).value().lane, "");
  EXPECT_EQ(room.store.list_grants().value().size(), 0U);
}

TEST(GrantRules, LaneIsNeverWeakerThanTheManifestSays) {
  Package package;
  package.version = "1.0.0";
  package.trust = Trust::builtin;
  package.manifest.min_lane = "pool";
  package.manifest.permissions = {"kv", "http:*"};
  GrantRow row;
  row.lane = "inline";
  EXPECT_NE(check_grant(row, {&package}).error().text.find("asks for pool at least"), std::string::npos);
  row.lane = "pool";
  EXPECT_TRUE(check_grant(row, {&package}));
  package.manifest.min_lane = "inline";
  row.lane = "inline";
  EXPECT_TRUE(check_grant(row, {&package}));
  package.manifest.provides = {"hotdesk.responder/1"};
  EXPECT_FALSE(check_grant(row, {&package})) << "an event loop cannot wait";
  row.lane = "runner";
  row.permissions = {"kv", "http:api.example.com"};
  EXPECT_TRUE(check_grant(row, {&package}));
  row.permissions = {"http:*"};
  EXPECT_FALSE(check_grant(row, {&package}));
  row.permissions = {"rm -rf"};
  EXPECT_FALSE(check_grant(row, {&package}));
}

}  // namespace
}  // namespace hotdesk::plugins
