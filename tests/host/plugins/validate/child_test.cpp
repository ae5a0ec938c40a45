// How a program that does one thing ends.
#include <gtest/gtest.h>

#include "plugins/validate/child.hpp"

namespace hotdesk::plugins::validate {
namespace {

using std::chrono::milliseconds;

ChildEnd sh(const std::string& script, milliseconds limit = milliseconds(20'000)) { return run_child({"/bin/sh", "-c", script, "sh", "{fd}"}, limit); }

TEST(Child, SaysWhatItWrote) {
  const auto end = sh("echo words; echo answer >&$1");
  EXPECT_EQ(end.output, "answer\n");
  EXPECT_EQ(end.words, "words\n");
  EXPECT_EQ(end.problem, "");
}

TEST(Child, SaysHowItEnded) {
  EXPECT_EQ(sh("exit 3").problem, "ended with status 3");
  EXPECT_EQ(sh("kill -SEGV $$").problem, "was killed by signal 11 (Segmentation fault)");
  EXPECT_EQ(run_child({"/nowhere"}, milliseconds(20'000)).problem, "ended with status 127");
}

TEST(Child, EndsWithItsTimeAndTakesItsOwnChildrenAlong) {
  EXPECT_EQ(sh("sleep 60 & sleep 60", milliseconds(200)).problem, "took longer than 0 s");
  EXPECT_EQ(sh("exec >&- 2>&-; eval \"exec $1>&-\"; sleep 60", milliseconds(200)).problem, "took longer than 0 s") << "closed everything and ran on";
}

TEST(Child, OutputIsBounded) {
  const auto end = sh("head -c 1000000 /dev/zero >&$1; head -c 1000000 /dev/zero");
  EXPECT_EQ(end.problem, "");
  EXPECT_EQ(end.output.size(), 256U * 1024);
  EXPECT_EQ(end.words.size(), 2048U);
}

}  // namespace
}  // namespace hotdesk::plugins::validate
