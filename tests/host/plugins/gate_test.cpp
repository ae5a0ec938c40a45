// Rows 1-4, 8, 10, 11, 13, 19 of the hot-swap table: what is refused before or while loading, and in which words.
#include <gtest/gtest.h>
#include <sys/mman.h>

#include "host/plugins/room.hpp"
#include "plugins/elf_file.hpp"
#include "plugins/elf_gate.hpp"
#include "plugins/package.hpp"
#include "plugins/sealed_file.hpp"

namespace hotdesk::plugins {
namespace {

using namespace test;

struct Case {
  const char* name;
  const char* file;  ///< below the bad plugins
  const char* says;
};
class Gate : public ::testing::TestWithParam<Case> {};

TEST_P(Gate, RefusesInClearWords) {
  const std::string bytes = read_file(library_in(bad + "/" + GetParam().file));
  ASSERT_FALSE(bytes.empty());
  const auto checked = check_library(bytes);
  ASSERT_FALSE(checked) << "it was let through";
  EXPECT_EQ(checked.error().code, Errc::unsupported);
  EXPECT_NE(checked.error().text.find(GetParam().says), std::string::npos) << checked.error().text;
}

INSTANTIATE_TEST_SUITE_P(
    Table, Gate,
    ::testing::Values(Case{"row1_unique_symbol", "bad_unique.so", "has the unique symbol _ZN7CounterIiE5countE"},
                      Case{"row2_thread_local", "test.thread-local/1.0.0", "thread_local objects with destructors"},
                      Case{"row3_tsd_key", "test.tsd-key/1.0.0", "imports pthread_key_create"},
                      Case{"row4_nodelete", "test.nodelete/1.0.0", "NODELETE"},
                      Case{"row8_thread", "test.thread/1.0.0", "starts threads"},
                      Case{"row10_second_export", "bad_export.so", "exports helper"},
                      Case{"row11_needed", "test.needed/1.0.0", "needs the library libz.so.1"},
                      Case{"row11_rpath", "test.rpath/1.0.0", "RPATH"},
                      Case{"row13_static_tls", "test.static-tls/1.0.0", "static thread-local storage"},
                      Case{"executable_stack", "test.execstack/1.0.0", "executable stack"}),
    [](const auto& i) { return std::string(i.param.name); });

TEST(GateDoor, LetsTheWellManneredThrough) {
  for (const std::string& folder : {bad + "/test.mannered/1.0.0", bad + "/test.throws/1.0.0", good + "/test.echo/1.0.0"}) {
    const auto checked = check_library(read_file(library_in(folder)));
    EXPECT_TRUE(checked) << folder << ": " << checked.error().text;
  }
}

TEST(GateDoor, DamagedFilesAreRefusedWithoutHarm) {
  const std::string bytes = read_file(library_in(bad + "/test.mannered/1.0.0"));
  for (std::size_t size = 0; size < bytes.size(); size += size < 1024 ? 7 : 997) (void)check_library(bytes.substr(0, size));
  std::string changed = bytes;
  for (std::size_t at = 0; at < std::min<std::size_t>(bytes.size(), 8192); at += at < 1024 ? 1 : 5) {
    for (const char value : {'\0', '\x7F', '\xFF'}) {
      changed[at] = value;
      (void)read_elf(changed);
    }
    changed[at] = bytes[at];
  }
  EXPECT_FALSE(check_library("not a library"));
  EXPECT_FALSE(check_library(read_file("/proc/self/exe"))) << "a program";
}

TEST(SealedCopy, CannotBeChangedAndDoesNotFollowTheFile) {
  const TempFolder folder;
  folder.write("file", "before");
  auto sealed = SealedFile::read(folder.path() / "file", "test", 100);
  ASSERT_TRUE(sealed);
  folder.write("file", "after!");
  EXPECT_EQ(sealed->bytes(), "before");
  EXPECT_EQ(pwrite(sealed->fd(), "x", 1, 0), -1);
  EXPECT_EQ(mmap(nullptr, 6, PROT_READ | PROT_WRITE, MAP_SHARED, sealed->fd(), 0), MAP_FAILED);
  EXPECT_EQ(ftruncate(sealed->fd(), 0), -1);
  EXPECT_EQ(SealedFile::read(folder.path() / "file", "test", 3).error().code, Errc::too_big);
  EXPECT_EQ(SealedFile::read(folder.path(), "test", 3).error().text, "is not a regular file");
}

/// Row 20: what was verified is what is loaded, though the file changed in between. Row 9: nor is the file mapped.
TEST(SealedCopy, FileSwappedAfterVerificationIsHarmless) {
  const TempFolder folder;
  std::filesystem::copy(good, folder.path() / "p", std::filesystem::copy_options::recursive);
  const auto package = read_package(folder.path() / "p/test.echo/1.0.0", "test.echo", "1.0.0");
  const auto verified = open_library(package);
  ASSERT_TRUE(verified);
  const std::string before(verified->bytes());
  std::filesystem::copy_file(library_in(bad + "/test.thread/1.0.0"), package.folder / package.manifest.library,
                             std::filesystem::copy_options::overwrite_existing);
  EXPECT_EQ(verified->bytes(), before);
  EXPECT_TRUE(check_library(verified->bytes()));
  EXPECT_FALSE(open_library(package)) << "a new look sees the change";
}

struct Refusal {
  const char* name;
  const char* says;
};
class Loading : public ::testing::TestWithParam<Refusal> {};

TEST_P(Loading, RefusesWhatTheGateCannotSee) {
  Room room(bad);
  const std::string id = std::string("test.") + GetParam().name;
  const auto live = room.host->totals().live;
  const auto activated = room.host->activate(std::nullopt, id, "1.0.0", admin);
  ASSERT_FALSE(activated);
  EXPECT_NE(activated.error().text.find(GetParam().says), std::string::npos) << activated.error().text;
  EXPECT_EQ(room.host->totals().live, live) << "it stayed mapped";
  EXPECT_TRUE(room.has_edge("plugin.reject") || std::string(GetParam().name) == "create");
}

INSTANTIATE_TEST_SUITE_P(Table, Loading,
                         ::testing::Values(Refusal{"signal", "installed a handler for signal 12"}, Refusal{"init", "failed to initialize (HOTDESK_E_INTERNAL)"},
                                           Refusal{"create", "could not be created (HOTDESK_E_STATE)"},
                                           Refusal{"version", "has the version 9.9.9, its manifest says 1.0.0"},
                                           Refusal{"query", "does not work with plugin ABI 1.1"},
                                           Refusal{"answers-all", "must give NULL for unknown ids"},
                                           Refusal{"thread-local", "thread_local objects with destructors"}),
                         [](const auto& i) {
                           std::string name = i.param.name;
                           std::replace(name.begin(), name.end(), '-', '_');
                           return name;
                         });

}  // namespace
}  // namespace hotdesk::plugins
