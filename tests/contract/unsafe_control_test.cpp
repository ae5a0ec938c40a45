// Negative control: this program answers before the COMMIT (its definition replaces the library's). The crash suite must find
// what it loses; a suite that passes here proves nothing elsewhere.
#include <gtest/gtest.h>

#include "contract/crash.hpp"
#include "contract/world.hpp"
#include "store/ack_order.hpp"

namespace hotdesk::store {
std::optional<std::chrono::milliseconds> acks_before_commit() noexcept { return std::chrono::milliseconds(20); }
}  // namespace hotdesk::store

namespace hotdesk::contract {
namespace {

TEST(UnsafeControl, AnswersBeforeTheCommitAreLostByACrash) {
  TempFolder folder;
  const CrashPlan plan{.point = "before_commit", .nth = 2, .messages = 60};
  const CrashResult result = run_crash(backends().front(), folder.path(), plan);
  EXPECT_TRUE(result.killed);
  EXPECT_GT(result.answered, 0u);
  EXPECT_FALSE(result.wrong.empty()) << "the crash suite cannot see a lost message";
}

}  // namespace
}  // namespace hotdesk::contract
