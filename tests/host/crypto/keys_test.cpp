#include "crypto/keys.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <set>

#include "base/bytes.hpp"
#include "base/random.hpp"

namespace hotdesk::crypto {
namespace {
namespace fs = std::filesystem;

struct Folder {
  fs::path path = fs::temp_directory_path() / ("hotdesk_keys_" + to_hex(random_string(8)));
  Folder() { fs::create_directories(path); }
  ~Folder() { fs::remove_all(path); }
};

// RFC 5869, appendix A.
TEST(Keys, HkdfMatchesRfc5869) {
  const auto hex = [](const char* text) { return from_hex(text).value(); };
  EXPECT_EQ(to_hex(hkdf_sha256(std::string(22, '\x0b'), hex("000102030405060708090a0b0c"), hex("f0f1f2f3f4f5f6f7f8f9"), 42)),
            "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865");
  EXPECT_EQ(to_hex(hkdf_sha256(std::string(22, '\x0b'), "", "", 42)),
            "8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d9d201395faa4b61a96c8");
}

TEST(Keys, OneKeyALabelAndContext) {
  const std::string master(32, 'm');
  std::set<std::string> keys;
  int made = 0;
  for (int n = 0; n <= static_cast<int>(Label::internal_link); ++n)
    for (const char* context : {"", "tenant-a", "tenant-b"}) {
      const auto label = static_cast<Label>(n);
      EXPECT_FALSE(to_string(label).empty()) << n;
      keys.insert(derive_key(master, label, context));
      ++made;
    }
  EXPECT_EQ(static_cast<int>(keys.size()), made);
  EXPECT_NE(derive_key(std::string(32, 'M'), Label::resume), derive_key(master, Label::resume));
  EXPECT_EQ(derive_key(master, Label::resume), derive_key(master, Label::resume));
}

TEST(Keys, FileIsMadeOnceAndForItsOwnerAlone) {
  const Folder folder;
  const auto path = folder.path / "master.key";
  ASSERT_TRUE(make_master_key_file(path));
  struct stat info {};
  ASSERT_EQ(::stat(path.c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 0777, 0400u);
  const auto key = load_master_key({path, "", ""});
  ASSERT_TRUE(key) << key.error().text;
  EXPECT_EQ(key->size(), 32u);
  EXPECT_EQ(make_master_key_file(path).error().code, Errc::conflict);
  EXPECT_EQ(load_master_key({path, "", ""}).value(), *key);
}

TEST(Keys, RefusesAFileOpenToOthers) {
  const Folder folder;
  const auto path = folder.path / "master.key";
  ASSERT_TRUE(make_master_key_file(path));
  fs::permissions(path, fs::perms::group_read, fs::perm_options::add);
  EXPECT_EQ(load_master_key({path, "", ""}).error().code, Errc::forbidden);
}

TEST(Keys, RefusesWhatIsNoKeyWithoutShowingIt) {
  const Folder folder;
  const auto path = folder.path / "master.key";
  std::ofstream(path) << "hunter2-but-secret\n";
  fs::permissions(path, fs::perms::owner_read);
  const auto key = load_master_key({path, "", ""});
  ASSERT_FALSE(key);
  EXPECT_EQ(key.error().text.find("hunter2"), std::string::npos);
  EXPECT_EQ(load_master_key({folder.path / "none", "", ""}).error().code, Errc::not_found);
}

TEST(Keys, ComesFromEnvironmentOrCommand) {
  const std::string text = to_base64url(std::string(32, 'e'));
  ::setenv("HOTDESK_KEYS_TEST", text.c_str(), 1);
  EXPECT_EQ(load_master_key({"", "HOTDESK_KEYS_TEST", ""}).value(), std::string(32, 'e'));
  ::unsetenv("HOTDESK_KEYS_TEST");
  EXPECT_EQ(load_master_key({"", "HOTDESK_KEYS_TEST", "printf '%s\\n' " + text}).value(), std::string(32, 'e'));
  EXPECT_FALSE(load_master_key({"", "HOTDESK_KEYS_TEST", "exit 3"}));
  EXPECT_FALSE(load_master_key({"", "HOTDESK_KEYS_TEST", ""}));
}
}  // namespace
}  // namespace hotdesk::crypto
