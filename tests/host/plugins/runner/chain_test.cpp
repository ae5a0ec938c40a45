// The runner lane in the host's own chain of filters: what a visitor's message goes through.
#include <gtest/gtest.h>

#include "host/plugins/room.hpp"

namespace hotdesk::plugins::test {
namespace {

/// A room whose runners are the test's runner program.
struct RunnerRoom : Room {
  explicit RunnerRoom(const std::string& plugins) : Room(plugins, {}) {
    close();
    options.runner_program = HOTDESK_RUNNER_PROGRAM;
    options.python = HOTDESK_PYTHON;
    open();
  }
};

#ifndef HOTDESK_SANITIZED
TEST(RunnerChain, APythonFilterMasksAWord) {
  RunnerRoom room(HOTDESK_TEST_PLUGINS "/python");
  EXPECT_EQ(room.filter(tenant_a, "the secret of it"), "the ****** of it");
  EXPECT_EQ(room.filter(tenant_b, "nothing"), "(pass)");
  EXPECT_EQ(room.version("org.example.masker", "1.0.0").lane, "runner");
}
#endif

TEST(RunnerChain, ACrashCostsItsOwnAnswerAndNothingElse) {
  RunnerRoom room(HOTDESK_TEST_PLUGINS "/crashy-well");
  EXPECT_EQ(room.filter(tenant_a, "x"), "well");
  EXPECT_EQ(room.filter(tenant_b, "x"), "well") << "in a process of its own";
  const auto during = room.inspect(tenant_a, "exit");
  EXPECT_NE(during.kind, delivery::FilterVerdict::Kind::rewrite) << "the policy decides: open passes, closed refuses for now";
}

}  // namespace
}  // namespace hotdesk::plugins::test
