#include "store/store.hpp"

#include <gmock/gmock.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "fixture.hpp"

namespace hotdesk::store {
namespace {

TEST(DataFolder, IsLockedOnce) {
  contract::TempFolder folder;
  auto lock = DataFolderLock::acquire(folder.path());
  ASSERT_TRUE(lock);
  const auto again = DataFolderLock::acquire(folder.path());
  ASSERT_FALSE(again);
  EXPECT_EQ(again.error().code, Errc::busy);
  EXPECT_THAT(again.error().text, ::testing::HasSubstr(std::to_string(::getpid())));
  { const DataFolderLock moved = std::move(*lock); }
  EXPECT_TRUE(DataFolderLock::acquire(folder.path())) << "released with its holder";
}

TEST(DataFolder, LockEndsWithTheProcess) {
  contract::TempFolder folder;
  const pid_t pid = ::fork();
  if (pid == 0) {
    auto lock = DataFolderLock::acquire(folder.path());
    ::kill(::getpid(), SIGKILL);
  }
  int status = 0;
  ::waitpid(pid, &status, 0);
  EXPECT_TRUE(DataFolderLock::acquire(folder.path()));
}

TEST(DataFolder, IsItsOwnersAlone) {
  contract::TempFolder folder;
  const auto data = folder.path() / "data";
  auto store = Store::open(options_in(data)).value();
  struct stat info{};
  ASSERT_EQ(::stat(data.c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 0777, 0700u);
  ASSERT_EQ(::stat((data / "hotdesk.db").c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 0777, 0600u);
  EXPECT_TRUE(store->health());
}

TEST(DataFolder, ThatCannotBeMadeIsSaid) {
  const auto store = Store::open(options_in("/proc/nowhere/data"));
  ASSERT_FALSE(store);
  EXPECT_EQ(store.error().code, Errc::storage);
}

TEST(StoreEpoch, OutlivesARestart) {
  contract::TempFolder folder;
  const std::string epoch = Store::open(options_in(folder.path())).value()->epoch();
  EXPECT_FALSE(epoch.empty());
  EXPECT_EQ(Store::open(options_in(folder.path())).value()->epoch(), epoch);
  contract::TempFolder other;
  EXPECT_NE(Store::open(options_in(other.path())).value()->epoch(), epoch);
}

}  // namespace
}  // namespace hotdesk::store
