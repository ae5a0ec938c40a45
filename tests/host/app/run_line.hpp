#pragma once
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "app/cli/command.hpp"

namespace hotdesk::app {

struct Ran {
  int status = -1;
  std::string out;
  std::string err;
  Json json() const { return Json::parse(out); }
};

/// Runs the program's command line in this process, with --config behind it.
inline Ran run_line(std::vector<std::string> words, const std::string& config_path) {
  words.insert(words.begin(), "hotdesk");
  words.insert(words.end(), {"--config", config_path});
  std::vector<const char*> argv;
  for (const auto& word : words) argv.push_back(word.c_str());
  testing::internal::CaptureStdout();
  testing::internal::CaptureStderr();
  Ran ran;
  ran.status = cli::run(static_cast<int>(argv.size()), argv.data());
  ran.out = testing::internal::GetCapturedStdout();
  ran.err = testing::internal::GetCapturedStderr();
  return ran;
}

}  // namespace hotdesk::app
