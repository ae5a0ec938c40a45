#include "plugins/packages/depot.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <thread>

#include "base/bytes.hpp"
#include "crypto/mac.hpp"
#include "host/plugins/packages/packing.hpp"

namespace hotdesk::plugins {
namespace {

using namespace test;  // NOLINT: a test of these very helpers

struct Kept : ::testing::Test {
  TempFolder folder;
  Vendor acme;
  std::filesystem::path store = folder.path() / "packages";
  Depot depot{make_folder_storage(store), {folder.path() / "trust.json", false}};

  Kept() { depot.trust().add(acme.trust({"test.*"}), 1).value(); }
  std::filesystem::path keep(const std::string& bytes) {
    const auto verified = depot.verify(bytes).value();
    depot.keep(verified, bytes, {1'000, "Ann"}).value();
    return store / (verified.sha256 + ".hdplugin");
  }
  Package only() {
    auto packages = depot.scan({}).value();
    EXPECT_EQ(packages.size(), 1U);
    return packages.at(0);
  }
  static void put(const std::filesystem::path& path, const std::string& bytes) { std::ofstream(path, std::ios::binary | std::ios::trunc) << bytes; }
  static std::string hash(std::string_view bytes) { return to_hex(crypto::sha256(bytes)); }
};

TEST_F(Kept, IsListedWithItsKeyAndArrival) {
  keep(packed_by(acme));
  const auto package = only();
  EXPECT_EQ(package.problem, "");
  EXPECT_EQ(package.id, "test.echo");
  EXPECT_EQ(package.trust, Trust::vendor);
  EXPECT_EQ(package.key_id, acme.id());
  EXPECT_FALSE(package.config_schema.empty());
  EXPECT_EQ(depot.arrival(package.sha256).by, "Ann");
  EXPECT_EQ(depot.arrival(package.sha256).at, 1'000);
  const auto library = open_library(package);
  ASSERT_TRUE(library) << library.error().text;
  EXPECT_EQ(library->sha256_hex(), package.manifest.files.at(package.manifest.library));
  EXPECT_TRUE(depot.erase(package.sha256));
  EXPECT_TRUE(depot.scan({}).value().empty());
  EXPECT_FALSE(open_library(package)) << "it is gone";
}

TEST_F(Kept, ForeignFilesInTheFolderAreNoPackages) {
  keep(packed_by(acme));
  put(store / "readme.txt", "x");
  put(store / "short.hdplugin", "x");
  put(store / ("." + std::string(64, 'a') + ".hdplugin.tmp"), "half a file");
  EXPECT_EQ(depot.scan({}).value().size(), 1U);
}

TEST_F(Kept, ChangedFileIsListedWithItsProblem) {
  const auto file = keep(packed_by(acme));
  put(file, packed_by(acme, "2.0.0"));
  const auto package = only();
  EXPECT_EQ(package.id, "test.echo") << "the note beside it still tells";
  EXPECT_EQ(package.version, "1.0.0");
  EXPECT_NE(package.problem.find("differs from what was uploaded"), std::string::npos) << package.problem;
}

TEST_F(Kept, RevocationReachesWhatIsThereAlready) {
  keep(packed_by(acme));
  const auto before = only();
  ASSERT_TRUE(open_library(before));
  depot.trust().revoke(acme.id(), "the laptop was stolen", 2'000).value();
  EXPECT_NE(only().problem.find("revoked on 1970-01-01: the laptop was stolen"), std::string::npos);
  // Also where nobody has scanned since.
  const auto library = open_library(before);
  ASSERT_FALSE(library);
  EXPECT_NE(library.error().text.find("revoked"), std::string::npos);
}

TEST_F(Kept, InstallationComesFirst) {
  keep(packed_by(acme));
  Package builtin;
  builtin.id = "test.echo";
  builtin.version = "1.0.0";
  EXPECT_TRUE(depot.scan({builtin}).value().empty());
  builtin.version = "9.0.0";
  const auto packages = depot.scan({builtin}).value();
  ASSERT_EQ(packages.size(), 1U);
  EXPECT_NE(packages[0].problem.find("part of this installation"), std::string::npos) << packages[0].problem;
}

// What verification saw is what is loaded, or nothing is: the stored file is swapped at each of the moments between.

TEST_F(Kept, SwapBetweenScanAndLoadIsFound) {
  const auto file = keep(packed_by(acme));
  const auto package = only();
  const auto other = packed_by(acme, "2.0.0");  // signed by the same key, so that the hashes alone tell
  put(file, other);                              // overwritten in place
  EXPECT_NE(open_library(package).error().text.find("differs from what was uploaded"), std::string::npos);
  std::filesystem::remove(file);
  put(folder.path() / "other", other);
  std::filesystem::rename(folder.path() / "other", file);  // another inode
  EXPECT_FALSE(open_library(package));
  std::filesystem::remove(file);
  std::filesystem::create_symlink(folder.path() / "elsewhere", file);
  EXPECT_FALSE(open_library(package));
  std::filesystem::remove(file);
  put(file, packed_by(acme));
  EXPECT_TRUE(open_library(package));
}

TEST_F(Kept, SwapAfterVerificationChangesNothing) {
  const auto file = keep(packed_by(acme));
  const auto package = only();
  const auto library = open_library(package);  // verified; what follows is before the load
  ASSERT_TRUE(library);
  put(file, std::string(1 << 20, 'x'));
  EXPECT_NE(hash(read_file(file)), package.sha256) << "the control: who opened the path again now would get other bytes";
  EXPECT_EQ(library->sha256_hex(), package.manifest.files.at(package.manifest.library));
  EXPECT_LT(write(library->fd(), "x", 1), 0) << "nobody can write to the copy, not even this process";
  EXPECT_NE(ftruncate(library->fd(), 0), 0);
}

TEST_F(Kept, SwapsWhileLoadingNeverMix) {
  const auto sound = packed_by(acme);
  const auto other = packed_by(acme, "2.0.0");
  const auto file = keep(sound);
  const auto package = only();
  const auto& expected = package.manifest.files.at(package.manifest.library);
  std::atomic<bool> stop = false;
  std::atomic<int> swaps = 0;
  std::thread attacker([&] {
    while (!stop) {
      put(file, other);  // in place, so a reader can meet half of each
      put(file, sound);
      ++swaps;
    }
  });
  int loaded = 0, refused = 0, naive = 0;
  for (int round = 0; round < 150 || (loaded == 0 && round < 5'000) || (refused == 0 && round < 5'000); ++round) {
    // The negative control: who verifies one reading and loads another is fooled.
    const auto first = read_file(file);
    const auto second = read_file(file);
    if (hash(first) == package.sha256 && hash(second) != package.sha256) ++naive;
    const auto library = open_library(package);
    ++(library ? loaded : refused);
    if (library) {
      EXPECT_EQ(library->sha256_hex(), expected);
    }
  }
  stop = true;
  attacker.join();
  EXPECT_GT(swaps, 0);
  EXPECT_GT(refused, 0) << "the swaps were never met";
  RecordProperty("loaded", loaded);
  RecordProperty("naive_fooled", naive);
  put(file, sound);
  EXPECT_TRUE(open_library(package));
}

}  // namespace
}  // namespace hotdesk::plugins
