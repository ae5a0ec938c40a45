// What can be validated: folders, archives, bare libraries.
#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

#include "host/plugins/validate/checked.hpp"
#include "plugins/packages/archive.hpp"

namespace hotdesk::plugins::validate::test {
namespace {

namespace fs = std::filesystem;

std::string read_all(const fs::path& path) {
  std::ostringstream text;
  text << std::ifstream(path, std::ios::binary).rdbuf();
  return text.str();
}

TEST(Subject, AnArchiveIsValidatedAsAFolderIs) {
  Entries entries;
  const fs::path folder = flawed("none");
  for (const auto& entry : fs::recursive_directory_iterator(folder))
    if (entry.is_regular_file()) entries[entry.path().lexically_relative(folder).string()] = read_all(entry.path());
  const auto bytes = write_archive(entries);
  ASSERT_TRUE(bytes) << bytes.error().text;
  const Folder temporary;
  const auto path = temporary.path() / "good.hdplugin";
  std::ofstream(path, std::ios::binary) << *bytes;
  const auto report = validate(wishes_for(path.string(), {"query", "identity"}));
  ASSERT_TRUE(report) << report.error().text;
  EXPECT_TRUE(report->passed()) << to_json(*report);
  EXPECT_EQ(report->plugin, "test.flawed.none");
}

TEST(Subject, ABareLibraryIsAskedWhatItIs) {
  fs::path library;
  for (const auto& entry : fs::recursive_directory_iterator(flawed("none")))
    if (entry.path().extension() == ".so") library = entry.path();
  const auto report = validate(wishes_for(library.string(), {"query", "identity", "state_fuzz"}));
  ASSERT_TRUE(report) << report.error().text;
  EXPECT_TRUE(report->passed()) << to_json(*report);
  EXPECT_EQ(report->plugin, "test.flawed.none");
  EXPECT_EQ(report->tests[1].verdict.grade, Grade::skip) << "there is no manifest to agree with";
}

TEST(Subject, WhatIsNoneSaysSo) {
  const Folder temporary;
  EXPECT_EQ(validate(wishes_for((temporary.path() / "absent").string())).error().code, Errc::not_found);
  EXPECT_FALSE(validate(wishes_for(temporary.path().string()))) << "a folder without a manifest";
  const auto text = temporary.path() / "text.hdplugin";
  std::ofstream(text) << "not an archive";
  EXPECT_FALSE(validate(wishes_for(text.string())));
  const auto library = temporary.path() / "text.so";
  std::ofstream(library) << "not a library";
  const auto report = validate(wishes_for(library.string()));
  ASSERT_FALSE(report);
  EXPECT_NE(report.error().where.find("text.so"), std::string::npos);
}

TEST(Subject, AChangedFileIsFoundBeforeAnyCodeRuns) {
  const Folder temporary;
  fs::copy(flawed("none"), temporary.path() / "changed", fs::copy_options::recursive);
  for (const auto& entry : fs::recursive_directory_iterator(temporary.path() / "changed"))
    if (entry.path().extension() == ".so") std::ofstream(entry.path(), std::ios::app) << "x";
  const auto report = validate(wishes_for((temporary.path() / "changed").string()));
  ASSERT_FALSE(report);
  EXPECT_NE(report.error().text.find("SHA-256"), std::string::npos) << report.error().text;
}

}  // namespace
}  // namespace hotdesk::plugins::validate::test
