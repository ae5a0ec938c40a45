#include "plugins/packages/verify.hpp"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "host/plugins/packages/packing.hpp"

namespace hotdesk::plugins {
namespace {

using namespace test;  // NOLINT: a test of these very helpers
using Json = nlohmann::json;

struct Verify : ::testing::Test {
  Vendor acme;
  TrustList trust{{acme.trust({"test.*"})}, {}, {}};
  VerifyOptions options;
  Result<Verified> verify(const std::string& bytes) const { return verify_package(bytes, trust, options); }
  void expect_refusal(const std::string& bytes, const std::string& file, const std::string& words) const {
    const auto verified = verify(bytes);
    ASSERT_FALSE(verified);
    EXPECT_EQ(verified.error().where, file) << verified.error().text;
    EXPECT_NE(verified.error().text.find(words), std::string::npos) << verified.error().text;
  }
};

TEST_F(Verify, SoundPackageHolds) {
  const auto verified = verify(packed_by(acme));
  ASSERT_TRUE(verified) << verified.error().where << " " << verified.error().text;
  EXPECT_EQ(verified->manifest.id, "test.echo");
  EXPECT_EQ(verified->level, Trust::vendor);
  EXPECT_EQ(verified->key_id, acme.id());
  EXPECT_EQ(verified->sha256.size(), 64U);
  EXPECT_FALSE(verified->file("config.schema.json").empty());
}

TEST_F(Verify, SameFolderAndKeyGiveTheSameBytes) {
  EXPECT_EQ(packed(), packed());
  EXPECT_EQ(packed_by(acme), packed_by(acme));
  EXPECT_EQ(sign_package(packed_by(Vendor{}), acme.key).value(), packed_by(acme)) << "a new signature replaces the old one";
}

TEST_F(Verify, UnsignedIsRefused) { expect_refusal(packed(), "manifest.sig", "is missing"); }

TEST_F(Verify, StrangersKeyIsRefused) {
  const Vendor stranger;
  expect_refusal(packed_by(stranger), "manifest.sig", "is by key " + stranger.id() + ", which is not in the trust store");
}

TEST_F(Verify, AnothersNameOnOnesOwnSignatureIsRefused) {
  const Vendor stranger;
  expect_refusal(changed(packed_by(stranger),
                         [&](Entries& entries) {
                           auto signature = read_signature(entries["manifest.sig"]).value();
                           signature.key_id = acme.id();
                           entries["manifest.sig"] = write_signature(signature);
                         }),
                 "manifest.sig", "does not fit manifest.json");
}

TEST_F(Verify, OneChangedByteOfTheManifestIsFound) {
  expect_refusal(changed(packed_by(acme), [](Entries& entries) { entries["manifest.json"] += " "; }), "manifest.sig", "does not fit manifest.json");
}

TEST_F(Verify, ChangedMissingAndAddedFilesAreNamed) {
  const auto package = packed_by(acme);
  std::string library;
  for (const auto& [name, content] : read_archive(package).value())
    if (name.ends_with(".so")) library = name;
  expect_refusal(changed(package, [&](Entries& entries) { entries[library][1000] ^= 1; }), library, "differs from its SHA-256");
  expect_refusal(changed(package, [&](Entries& entries) { entries.erase("config.schema.json"); }), "config.schema.json", "is missing");
  expect_refusal(changed(package, [&](Entries& entries) { entries["lib/more.so"] = "x"; }), "lib/more.so", "is not among the files");
  expect_refusal(changed(package, [&](Entries& entries) { entries.erase("manifest.json"); }), "manifest.json", "is missing");
}

TEST_F(Verify, KeySignsOnlyItsPrefixes) {
  trust.keys = {acme.trust({"com.acme.*"})};
  expect_refusal(packed_by(acme), "manifest.sig", "key " + acme.id() + " (Acme), which may sign com.acme.*, not test.echo");
  trust.keys = {acme.trust({"test.ech.*", "test.echo2", "test"})};
  expect_refusal(packed_by(acme), "manifest.sig", "not test.echo");
  trust.keys = {acme.trust({"test.echo"})};
  EXPECT_TRUE(verify(packed_by(acme)));
}

TEST_F(Verify, RevokedKeyIsRefusedWithItsReason) {
  trust.keys[0].revoked_at = 1'764'000'000'000;
  trust.keys[0].reason = "the laptop was stolen";
  expect_refusal(packed_by(acme), "manifest.sig", "which was revoked on 2025-11-24: the laptop was stolen");
}

TEST_F(Verify, DevCountsOnlyWhenAllowed) {
  trust.keys = {acme.trust({"*"}, Trust::dev)};
  expect_refusal(packed_by(acme), "manifest.sig", "plugins.allow_dev");
  options.allow_dev = true;
  EXPECT_EQ(verify(packed_by(acme)).value().level, Trust::dev);
}

TEST_F(Verify, NothingBelowTheMinimum) {
  trust.minimums["test.echo"] = "2.0.0";
  expect_refusal(packed_by(acme, "1.0.0"), "manifest.json", "below the minimum 2.0.0");
  EXPECT_TRUE(verify(packed_by(acme, "2.0.0")));
  EXPECT_TRUE(verify(packed_by(acme, "3.0.0")));
}

TEST_F(Verify, RevokedBuildIsRefused) {
  trust.revoked_builds = {verify(packed_by(acme)).value().manifest.build_id};
  expect_refusal(packed_by(acme), "manifest.json", "which was revoked");
}

TEST_F(Verify, InstallationsOwnIdsNeedAnOfficialKey) {
  options.is_builtin = [](const std::string& id) { return id == "test.echo"; };
  expect_refusal(packed_by(acme), "manifest.sig", "must be signed by a key of the level official");
  trust.keys = {acme.trust({"*"}, Trust::official)};
  EXPECT_EQ(verify(packed_by(acme)).value().level, Trust::official);
}

TEST_F(Verify, ManifestMayNameItsKey) {
  const auto resigned = [&](const Vendor& named) {
    return changed(packed(), [&](Entries& entries) {
      auto manifest = Json::parse(entries["manifest.json"]);
      manifest["key_id"] = named.id();
      entries["manifest.json"] = manifest.dump();
      entries["manifest.sig"] = write_signature({acme.id(), crypto::sign(acme.key, entries["manifest.json"])});
    });
  };
  EXPECT_TRUE(verify(resigned(acme)));
  const Vendor other;
  expect_refusal(resigned(other), "manifest.json", "/key_id is " + other.id());
  EXPECT_FALSE(sign_package(resigned(other), acme.key)) << "sign looks too";
}

TEST_F(Verify, WrongManifestIsNamedWithItsPlace) {
  expect_refusal(changed(packed(),
                         [&](Entries& entries) {
                           auto manifest = Json::parse(entries["manifest.json"]);
                           manifest["abi"]["major"] = "one";
                           entries["manifest.json"] = manifest.dump();
                           entries["manifest.sig"] = write_signature({acme.id(), crypto::sign(acme.key, entries["manifest.json"])});
                         }),
                 "manifest.json", "/abi/major must be");
}

/// Before the signature holds, nothing of the manifest is looked at: that is how little a stranger reaches.
TEST_F(Verify, SignatureComesBeforeTheManifest) {
  expect_refusal(changed(packed_by(acme), [](Entries& entries) { entries["manifest.json"] = std::string(200'000, '['); }), "manifest.sig", "does not fit");
}

TEST(Pack, LeavesNothingOutSilently) {
  TempFolder folder;
  std::filesystem::copy(echo_folder("1.0.0"), folder.path() / "p", std::filesystem::copy_options::recursive);
  folder.write("p/notes.txt", "x");
  EXPECT_EQ(pack_folder(folder.path() / "p").error().where, "notes.txt");
  std::filesystem::remove(folder.path() / "p/notes.txt");
  folder.write("p/manifest.sig", "an old one");
  const auto packed = pack_folder(folder.path() / "p");
  ASSERT_TRUE(packed);
  EXPECT_FALSE(read_archive(*packed).value().contains("manifest.sig"));
  EXPECT_EQ(pack_folder(folder.path() / "nothing").error().code, Errc::not_found);
}

TEST(Pack, FillsInTheFiles) {
  TempFolder folder;
  std::filesystem::copy(echo_folder("1.0.0"), folder.path() / "p", std::filesystem::copy_options::recursive);
  auto manifest = Json::parse(read_file(folder.path() / "p/manifest.json"));
  manifest.erase("files");
  folder.write("p/manifest.json", manifest.dump());
  folder.write("p/LICENSE", "MIT");
  const auto packed = pack_folder(folder.path() / "p");
  ASSERT_TRUE(packed) << packed.error().where << packed.error().text;
  const auto entries = read_archive(*packed).value();
  EXPECT_TRUE(Json::parse(entries.at("manifest.json")).at("files").contains("LICENSE"));
  EXPECT_TRUE(check_entries(entries));
}

TEST(SignatureFile, RoundTripAndGarbage) {
  const ManifestSignature signature{"0123456789abcdef", std::string(64, 's')};
  const auto back = read_signature(write_signature(signature));
  ASSERT_TRUE(back);
  EXPECT_EQ(back->signature, signature.signature);
  for (const char* wrong : {"", "{}", "[]", R"({"format":1,"key_id":"0123456789abcdef"})", R"({"format":1,"key_id":"x","signature":"AA"})",
                            R"({"format":2,"key_id":"0123456789abcdef","signature":"AA"})", R"({"format":1,"key_id":"0123456789abcdef","signature":"AA=="})"})
    EXPECT_FALSE(read_signature(wrong)) << wrong;
}

TEST(KeyFile, RoundTripPlainAndSealed) {
  const KeyFile file{"Acme", crypto::make_signing_key()};
  EXPECT_EQ(read_key(write_key(file, ""), "").value().key.seed, file.key.seed);
  const auto sealed = write_key(file, "open sesame");
  EXPECT_EQ(sealed.find("\"seed\""), std::string::npos);
  EXPECT_EQ(read_key(sealed, "open sesame").value().key.public_key, file.key.public_key);
  EXPECT_EQ(read_key(sealed, "").error().code, Errc::unauthorized);
  EXPECT_EQ(read_key(sealed, "wrong").error().code, Errc::unauthorized);
  EXPECT_EQ(read_public_key(write_public_key(file)).value(), file.key.public_key);
  EXPECT_NE(read_key(write_public_key(file), "").error().text.find("public key"), std::string::npos);
  EXPECT_FALSE(read_public_key("nonsense"));
}

}  // namespace
}  // namespace hotdesk::plugins
