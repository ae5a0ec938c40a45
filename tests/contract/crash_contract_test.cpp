// kill -9 of the process that holds the store, at each failpoint and at random instants: nothing acknowledged is lost, nothing is
// doubled, numbers have no holes.
#include <gtest/gtest.h>

#include "contract/crash.hpp"
#include "contract/world.hpp"

namespace hotdesk::contract {
namespace {

class Crash : public ::testing::TestWithParam<Backend> {
 protected:
  TempFolder folder;
  void expect_whole(const CrashPlan& plan) {
    const CrashResult result = run_crash(GetParam(), folder.path(), plan);
    EXPECT_TRUE(result.killed) << "the plan came to nothing: " << plan.point;
    EXPECT_TRUE(result.wrong.empty()) << ::testing::PrintToString(result.wrong);
  }
};
HOTDESK_CONTRACT(Crash);

TEST_P(Crash, BeforeTheCommit) {
  for (unsigned seed = 1; seed <= 3; ++seed)
    expect_whole({.point = "before_commit", .nth = static_cast<int>(seed * 2 - 1), .messages = 60, .seed = seed});
}

TEST_P(Crash, BetweenCommitAndAnswers) {
  for (unsigned seed = 1; seed <= 3; ++seed)
    expect_whole({.point = "after_commit", .nth = static_cast<int>(seed * 2 - 1), .messages = 60, .seed = seed});
}

TEST_P(Crash, AfterTheAnswers) {
  for (unsigned seed = 1; seed <= 3; ++seed)
    expect_whole({.point = "after_completions", .nth = static_cast<int>(seed), .messages = 60, .seed = seed});
}

TEST_P(Crash, AtAnyInstant) {
  for (unsigned seed = 1; seed <= 5; ++seed)
    expect_whole({.point = "", .nth = 0, .kill_after_answers = static_cast<int>(seed * 17), .messages = 120, .seed = seed});
}

}  // namespace
}  // namespace hotdesk::contract
