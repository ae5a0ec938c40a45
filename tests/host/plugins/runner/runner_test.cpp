// Plugins in processes of their own: calls, services, state, and the life of the process.
#include <signal.h>

#include <atomic>

#include "host/plugins/runner/rig.hpp"

namespace hotdesk::plugins::runner::test {
namespace {

using Kind = RunnerEvent::Kind;

TEST(Runner, AnswersCallsAtOnceAndLater) {
  Rig rig;
  const auto endpoint = rig.make("tricky", "test.tricky", "1.0.0");
  EXPECT_EQ(rig.filter(*endpoint, "hello"), "1.0.0:hello");
  EXPECT_EQ(rig.filter(*endpoint, "later"), "later");
  const auto status = rig.lane().status(rig.tenant, "test.tricky", "1.0.0");
  EXPECT_EQ(status.state, "running");
  EXPECT_GT(status.pid, 0);
  EXPECT_EQ(status.restarts, 0);
}

}  // namespace
}  // namespace hotdesk::plugins::runner::test
