#include "plugins/rollout/crash_lines.hpp"

#include <gtest/gtest.h>

#include <fstream>

#include "host/plugins/rollout/temp_folder.hpp"

namespace hotdesk::plugins {
namespace {

struct Journal {
  test::OwnFolder folder;
  std::filesystem::path path = folder.path() / "crash.jsonl";
  void append(const std::string& text) const { std::ofstream(path, std::ios::app) << text; }
  static std::string line(const std::string& plugin) {
    return R"({"at":1700000000,"pid":3,"tid":4,"what":"SIGSEGV","plugin":")" + plugin + "\"}\n";
  }
};

TEST(CrashLines, NoJournalNoCrashes) {
  const Journal journal;
  EXPECT_TRUE(CrashLines(journal.path).read()->empty());
}

TEST(CrashLines, EachCountsOnceOnceItWasDealtWith) {
  const Journal journal;
  journal.append(Journal::line("a.b@1.2.0 abc"));
  {
    CrashLines lines(journal.path);
    const auto read = lines.read();
    ASSERT_EQ(read->size(), 1U);
    EXPECT_EQ(read->front().plugin, "a.b");
    EXPECT_EQ(read->front().version, "1.2.0");
    EXPECT_EQ(read->front().build_id, "abc");
    EXPECT_EQ(read->front().what, "SIGSEGV");
    EXPECT_EQ(read->front().at, 1'700'000'000'000);
  }
  CrashLines again(journal.path);
  EXPECT_EQ(again.read()->size(), 1U) << "the host died before it was dealt with";
  ASSERT_TRUE(again.acknowledge());
  journal.append(Journal::line("a.b@1.3.0"));
  CrashLines later(journal.path);
  const auto read = later.read();
  ASSERT_EQ(read->size(), 1U);
  EXPECT_EQ(read->front().version, "1.3.0");
  ASSERT_TRUE(later.acknowledge());
  EXPECT_TRUE(CrashLines(journal.path).read()->empty());
}

TEST(CrashLines, NonsenseAndTornLinesArePassedOver) {
  const Journal journal;
  journal.append("not json\n{}\n[]\n" + Journal::line("") + Journal::line("@1") + Journal::line("x") + Journal::line("x@") +
                 R"({"at":"then","plugin":"x@1"})" + "\n" + Journal::line("x@1") + R"({"at":17000)");
  CrashLines lines(journal.path);
  const auto read = lines.read();
  ASSERT_EQ(read->size(), 1U);
  EXPECT_EQ(read->front().plugin, "x");
  ASSERT_TRUE(lines.acknowledge());
  journal.append("00000\n" + Journal::line("y@1"));
  EXPECT_EQ(CrashLines(journal.path).read()->size(), 1U);
}

TEST(CrashLines, AJournalBegunAnewIsReadFromItsBeginning) {
  const Journal journal;
  for (int i = 0; i < 5; ++i) journal.append(Journal::line("a@1"));
  CrashLines lines(journal.path);
  ASSERT_TRUE(lines.read());
  ASSERT_TRUE(lines.acknowledge());
  std::filesystem::remove(journal.path);
  journal.append(Journal::line("b@1"));
  EXPECT_EQ(CrashLines(journal.path).read()->size(), 1U);
}

TEST(CrashLines, AHugeJournalIsReadFromItsEnd) {
  const Journal journal;
  std::string text;
  for (int i = 0; i < 40'000; ++i) text += Journal::line("a@1");
  journal.append(text + Journal::line("last@9"));
  const auto read = CrashLines(journal.path).read();
  EXPECT_LT(read->size(), 20'000U);
  EXPECT_EQ(read->back().plugin, "last");
}

}  // namespace
}  // namespace hotdesk::plugins
