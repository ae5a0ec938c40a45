#include "observe/log.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <sstream>

namespace hotdesk::log {
namespace {

std::string written(Level least, bool json, void (*act)()) {
  const auto file = std::filesystem::temp_directory_path() / ("hotdesk-log-" + std::to_string(getpid()));
  start(least, file.string(), json);
  act();
  flush();
  std::ifstream in(file);
  std::ostringstream text;
  text << in.rdbuf();
  std::filesystem::remove(file);
  start(Level::warn, "", false);
  return text.str();
}

TEST(Log, OneLineStaysOneLine) {
  const std::string text = written(Level::info, false, [] { info("net", "refused", {{"why", "a\nb \"c\""}}); });
  EXPECT_NE(text.find("[net] refused why=\"a\\nb \\\"c\\\"\""), std::string::npos) << text;
  EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 1);
}

TEST(Log, BelowTheLevelNothingIsWritten) {
  EXPECT_EQ(written(Level::warn, false, [] { info("net", "quiet"); }), "");
}

TEST(Log, JsonLinesHaveTheFields) {
  const std::string text = written(Level::info, true, [] { warn("store", "slow", {{"ms", "12"}}); });
  EXPECT_NE(text.find(R"("room":"store","message":"slow","ms":"12"})"), std::string::npos) << text;
}

}  // namespace
}  // namespace hotdesk::log
