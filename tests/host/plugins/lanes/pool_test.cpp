#include "../room.hpp"
#include "plugins/calls/call.hpp"

namespace hotdesk::plugins::test {
namespace {

using namespace std::chrono_literals;

const std::string tricky_plugins = HOTDESK_TEST_PLUGINS "/tricky";
const std::string tricky = "test.tricky";

/// Asks until the answer is the expected one, or for five seconds.
std::string filter_until(const Room& room, std::string_view text, std::string_view expected) {
  const auto end = std::chrono::steady_clock::now() + 5s;
  for (;;) {
    std::string said = room.filter(tenant_a, text);
    if (said == expected || std::chrono::steady_clock::now() > end) return said;
    std::this_thread::yield();
  }
}

TEST(Pool, AnswersAtOnceLaterAndInBetweenSwaps) {
  Room room(tricky_plugins);
  EXPECT_EQ(room.view(tricky).lane, "pool") << "its manifest asks for it";
  EXPECT_EQ(room.filter(tenant_a, "hello"), "1.0.0:hello");
  EXPECT_EQ(room.filter(tenant_a, "later"), "later");
  ASSERT_TRUE(room.host->activate(std::nullopt, tricky, "2.0.0", admin));
  EXPECT_EQ(room.filter(tenant_a, "hello"), "2.0.0:hello");
  EXPECT_EQ(room.filter(tenant_a, "later"), "later");
}

TEST(Pool, APendingCallHoldsItsVersionUntilItEnds) {
  Room room(tricky_plugins);
  std::promise<delivery::FilterVerdict> answered;
  delivery::FilterInput input;
  input.tenant = tenant_a;
  input.kind = "text";
  input.text = "later";
  ASSERT_FALSE(room.host->filter().inspect(input, [&](delivery::FilterVerdict verdict) { answered.set_value(std::move(verdict)); }));
  ASSERT_TRUE(room.host->activate(std::nullopt, tricky, "2.0.0", admin));
  EXPECT_EQ(answered.get_future().get().text, "later") << "the version that took the call ends it";
  room.host->settle();
  EXPECT_EQ(room.host->totals().live, 1U);
}

TEST(Pool, WhoNeverAnswersIsGivenUpAndTold) {
  Room room(tricky_plugins);
  EXPECT_EQ(room.filter(tenant_a, "never"), "(pass)") << "fail open";
  EXPECT_EQ(filter_until(room, "cancelled?", "1"), "1");
  EXPECT_EQ(room.filter(tenant_a, "last?"), "-8") << "the handle is dead when the plugin hears of it";
  EXPECT_EQ(room.version(tricky, "1.0.0").timeouts, 1U);
  ASSERT_TRUE(room.host->set_policy(std::nullopt, "hotdesk.filter/1", true, admin));
  EXPECT_EQ(room.filter(tenant_a, "never"), "(failed) test.tricky@1.0.0 failed");
}

TEST(Pool, LateAndSecondCompletionsAreCountedAndHarmless) {
  Room room(tricky_plugins);
  const auto gone = room.host->totals().gone;
  EXPECT_EQ(room.filter(tenant_a, "twice"), "twice") << "the first one counts";
  EXPECT_EQ(filter_until(room, "last?", "-8"), "-8");
  EXPECT_EQ(room.filter(tenant_a, "late"), "(pass)");
  EXPECT_GE(room.host->totals().gone, gone + 1);
}

TEST(Pool, StaleGuessedAndForeignHandlesAreGone) {
  Room room(tricky_plugins);
  room.filter(tenant_a, "hello");
  EXPECT_EQ(room.filter(tenant_a, "stale"), "null -8");
  EXPECT_EQ(room.filter(tenant_a, "guess"), "-8");
  // A pending call of one tenant is nothing to the instance of another, even with the right number.
  std::promise<void> ended;
  delivery::FilterInput input;
  input.tenant = tenant_b;
  input.kind = "text";
  input.text = "later";
  room.host->filter().inspect(input, [&](delivery::FilterVerdict) { ended.set_value(); });
  EXPECT_EQ(room.filter(tenant_a, "stale"), "null -8");
  ended.get_future().get();
}

TEST(Pool, WrongAnswersAreErrorsNotAnswers) {
  Room room(tricky_plugins);
  for (const char* command : {"dangling", "unknown", "error"}) EXPECT_EQ(room.filter(tenant_a, command), "(pass)") << command;
  EXPECT_EQ(room.version(tricky, "1.0.0").errors, 3U);
  EXPECT_TRUE(room.logged("not from keep()"));
  EXPECT_TRUE(room.logged("field: is wrong"));
}

TEST(Pool, AHangCostsItsThreadAndNotTheOthers) {
  for (const char* command : {"spin", "sleep"}) {
    Room room(tricky_plugins);
    const auto begin = std::chrono::steady_clock::now();
    EXPECT_EQ(room.filter(tenant_a, command), "(pass)") << command;
    EXPECT_LT(std::chrono::steady_clock::now() - begin, 1s) << "the caller does not wait for it";
    EXPECT_EQ(room.filter(tenant_a, "hello"), "1.0.0:hello") << "another thread has taken its place";
    EXPECT_EQ(room.version(tricky, "1.0.0").timeouts, 1U);
    // It comes back after a while and lets go of the image.
    ASSERT_TRUE(room.host->activate(std::nullopt, tricky, "2.0.0", admin));
    EXPECT_EQ(room.filter(tenant_a, "hello"), "2.0.0:hello");
    room.host->settle();
    EXPECT_EQ(room.host->totals().live, 1U);
  }
}

TEST(Pool, TheChainGoesOnAcrossLanes) {
  Room room(tricky_plugins);
  std::filesystem::copy(good, room.folder.path() / "plugins", std::filesystem::copy_options::recursive);
  ASSERT_TRUE(room.host->rescan());
  ASSERT_TRUE(room.host->activate(std::nullopt, echo, "1.0.0", admin));
  EXPECT_EQ(room.view(echo).lane, "inline");
  const auto verdict = room.inspect(tenant_a, "hello");
  EXPECT_EQ(verdict.text, "1.0.0:1.0.0:hello") << "each sees what the one before left";
  EXPECT_EQ(verdict.seen_by, "test.tricky@1.0.0,test.echo@1.0.0");
}

TEST(Pool, AGrantMovesALaneAndNeverBelowTheManifest) {
  Room room(good);
  const auto audit = tenants::AuditEntry{};
  room.close();
  ASSERT_TRUE(room.store.save_grant({echo, tenant_a, "pool", {}, "{}"}, audit));
  ASSERT_TRUE(room.store.save_grant({echo, tenant_b, "inline", {}, "{}"}, audit));
  room.open();
  EXPECT_EQ(room.view(echo, tenant_a).lane, "pool");
  EXPECT_EQ(room.view(echo, tenant_b).lane, "inline");
  EXPECT_EQ(room.filter(tenant_a, "hello"), "1.0.0:hello");
  EXPECT_EQ(room.filter(tenant_b, "hello"), "1.0.0:hello");
  Room bound(tricky_plugins);
  bound.close();
  ASSERT_TRUE(bound.store.save_grant({tricky, std::nullopt, "inline", {}, "{}"}, audit));
  bound.open();
  EXPECT_EQ(bound.view(tricky).lane, "pool");
}

TEST(Pool, StoppingEndsWhatWaits) {
  auto room = std::make_unique<Room>(tricky_plugins);
  std::promise<delivery::FilterVerdict> answered;
  delivery::FilterInput input;
  input.tenant = tenant_a;
  input.kind = "text";
  input.text = "never";
  room->host->filter().inspect(input, [&](delivery::FilterVerdict verdict) { answered.set_value(std::move(verdict)); });
  room->close();
  EXPECT_EQ(answered.get_future().wait_for(0s), std::future_status::ready);
}

TEST(Pool, ManyThreadsManyCallsNoneLost) {
  Room room(tricky_plugins);
  std::atomic<int> right{0};
  {
    std::vector<std::jthread> threads;
    for (int t = 0; t < 4; ++t)
      threads.emplace_back([&] {
        for (int i = 0; i < 500; ++i)
          if (room.filter(i % 2 == 0 ? tenant_a : tenant_b, "hello").ends_with(":hello")) ++right;
      });
    for (int swap = 0; swap < 10; ++swap) EXPECT_TRUE(room.host->activate(std::nullopt, tricky, swap % 2 == 0 ? "2.0.0" : "1.0.0", admin));
  }
  EXPECT_EQ(right, 2000);
  for (const auto& line : room.lines)
    if (line.find("failed") != line.npos) ADD_FAILURE() << line;
  room.host->settle();
  EXPECT_EQ(room.host->totals().live, 1U);
  EXPECT_EQ(room.version(tricky, "1.0.0").errors + room.version(tricky, "2.0.0").errors, 0U);
}

/// In this process a crash is the process's: what counts is that the journal says who it was.
TEST(PoolDeathTest, TheJournalNamesWhoCrashed) {
#ifdef HOTDESK_SANITIZED
  GTEST_SKIP() << "the sanitizers keep their own handlers";
#endif
  testing::GTEST_FLAG(death_test_style) = "threadsafe";
  for (const auto& [command, signal] : std::initializer_list<std::pair<const char*, int>>{{"segfault", SIGSEGV}, {"abort", SIGABRT}, {"overflow", SIGSEGV}}) {
    EXPECT_EXIT(
        {
          Room room(tricky_plugins);
          room.filter(tenant_a, command);
        },
        testing::KilledBySignal(signal), "test.tricky@1.0.0")
        << command;
  }
}

}  // namespace
}  // namespace hotdesk::plugins::test
