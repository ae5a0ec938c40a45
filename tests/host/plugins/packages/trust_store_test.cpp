#include "plugins/packages/trust_store.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <thread>

#include "host/plugins/packages/packing.hpp"
#include "plugins/packages/durable_file.hpp"

namespace hotdesk::plugins {
namespace {

using test::TempFolder;
using test::Vendor;

struct TrustFile : ::testing::Test {
  TempFolder folder;
  std::filesystem::path file = folder.path() / "trust.json";
  TrustStore store{file};
  Vendor acme;
};

TEST_F(TrustFile, AbsentTrustsNobody) {
  EXPECT_TRUE(store.load().value().keys.empty());
  EXPECT_TRUE(TrustStore({}).load().value().keys.empty());
  EXPECT_EQ(TrustStore({}).add(acme.trust({"a.*"}), 1).error().code, Errc::unsupported);
}

TEST_F(TrustFile, AddRevokeErase) {
  const auto added = store.add(acme.trust({"com.acme.*"}), 1'000);
  ASSERT_TRUE(added) << added.error().text;
  EXPECT_EQ(store.add(acme.trust({"com.acme.*"}), 2'000).error().code, Errc::conflict);
  struct stat info {};
  ASSERT_EQ(stat(file.c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 0777, 0600U);
  // Another object on the same file, as another process would have.
  TrustStore again(file);
  EXPECT_EQ(again.load().value().find(acme.id())->added_at, 1'000);
  EXPECT_EQ(again.revoke(acme.id(), "lost", 3'000).value().revoked_at, 3'000);
  EXPECT_EQ(store.revoke(acme.id(), "again", 4'000).value().reason, "lost");
  EXPECT_EQ(store.load().value().find(acme.id())->reason, "lost");
  EXPECT_EQ(store.revoke("0000000000000000", "x", 1).error().code, Errc::not_found);
  EXPECT_EQ(store.revoke(acme.id(), "", 1).error().where, "reason");
  EXPECT_TRUE(store.erase(acme.id()));
  EXPECT_EQ(store.erase(acme.id()).error().code, Errc::not_found);
  EXPECT_TRUE(store.load().value().keys.empty());
}

TEST_F(TrustFile, Minimums) {
  EXPECT_TRUE(store.set_minimum("com.acme.filter", "1.2.0"));
  EXPECT_EQ(store.load().value().minimums.at("com.acme.filter"), "1.2.0");
  EXPECT_FALSE(store.set_minimum("com.acme.filter", "one"));
  EXPECT_FALSE(store.set_minimum("com.acme.*", "1.0.0"));
  EXPECT_TRUE(store.set_minimum("com.acme.filter", ""));
  EXPECT_TRUE(store.load().value().minimums.empty());
}

TEST_F(TrustFile, WrongKeysSayWhichMember) {
  auto key = acme.trust({});
  EXPECT_EQ(store.add(key, 1).error().where, "prefixes");
  key.prefixes = {"Com.Acme.*"};
  EXPECT_EQ(store.add(key, 1).error().where, "prefixes");
  key.prefixes = {"*"};
  EXPECT_EQ(store.add(key, 1).error().where, "prefixes") << "a vendor may not sign everything";
  key.level = Trust::official;
  key.name = "";
  EXPECT_EQ(store.add(key, 1).error().where, "name");
  key.name = "x";
  key.level = Trust::builtin;
  EXPECT_EQ(store.add(key, 1).error().where, "level");
  key.level = Trust::official;
  key.public_key = "short";
  EXPECT_EQ(store.add(key, 1).error().where, "public_key");
}

TEST_F(TrustFile, DamagedFileIsNamedAndTrustsNobody) {
  ASSERT_TRUE(store.add(acme.trust({"com.acme.*"}), 1));
  const auto sound = test::read_file(file);
  folder.write("trust.json", sound.substr(0, sound.size() / 2));
  EXPECT_EQ(store.load().error().where, file.string());
  EXPECT_FALSE(store.add(Vendor{}.trust({"a.*"}), 1)) << "a damaged file is not written over";
  // An id that is not its key's would let an attacker hide a key behind a known name.
  auto forged = sound;
  forged.replace(forged.find(acme.id()), 16, "0123456789abcdef");
  folder.write("trust.json", forged);
  EXPECT_NE(store.load().error().text.find("/keys/0/key_id"), std::string::npos) << store.load().error().text;
}

TEST_F(TrustFile, OthersMayNotWriteIt) {
  ASSERT_TRUE(store.add(acme.trust({"com.acme.*"}), 1));
  chmod(file.c_str(), 0662);
  EXPECT_NE(store.load().error().text.find("chmod 600"), std::string::npos);
  chmod(file.c_str(), 0644);
  EXPECT_TRUE(store.load());
  std::filesystem::rename(file, folder.path() / "elsewhere");
  std::filesystem::create_symlink(folder.path() / "elsewhere", file);
  EXPECT_FALSE(store.load()) << "a symbolic link";
}

TEST_F(TrustFile, ChangesAtOnceLoseNothing) {
  std::vector<std::thread> threads;
  for (int i = 0; i < 8; ++i)
    threads.emplace_back([&] {
      TrustStore own(file);
      EXPECT_TRUE(own.add(Vendor{}.trust({"com.acme.*"}), 1));
    });
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(store.load().value().keys.size(), 8U);
}

TEST(DurableFile, IsWholeOrNotThere) {
  TempFolder folder;
  const auto path = folder.path() / "f";
  EXPECT_TRUE(write_durably(path, "one", 0600));
  EXPECT_TRUE(write_durably(path, "two", 0600));
  EXPECT_EQ(write_durably(path, "three", 0600, true).error().code, Errc::conflict);
  EXPECT_EQ(read_whole(path, 10).value(), "two");
  EXPECT_EQ(read_whole(path, 2).error().code, Errc::too_big);
  EXPECT_EQ(read_whole(folder.path(), 2).error().code, Errc::invalid);
  EXPECT_EQ(read_whole(folder.path() / "g", 2).error().code, Errc::not_found);
  EXPECT_EQ(write_durably(folder.path() / "no/f", "x", 0600).error().code, Errc::storage);
  std::size_t files = 0;
  for (const auto& one : std::filesystem::directory_iterator(folder.path())) files += one.is_regular_file() ? 1 : 0;
  EXPECT_EQ(files, 1U) << "nothing is left beside it";
}

}  // namespace
}  // namespace hotdesk::plugins
