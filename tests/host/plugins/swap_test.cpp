// Swaps under load, memory and mappings, drain, leases, quarantine, hangs and crashes.
#include <gtest/gtest.h>
#include <malloc.h>

#include <atomic>
#include <cstdlib>
#include <sstream>

#include "host/plugins/room.hpp"
#include "plugins/crash_journal.hpp"
#include "plugins/thread_record.hpp"
#include "plugins/watchdog.hpp"

namespace hotdesk::plugins {
namespace {

using namespace test;

int swaps_wanted() {
  const char* text = std::getenv("HOTDESK_SWAPS");
  return text != nullptr ? std::max(1, std::atoi(text)) : 200;
}

struct Memory {
  long resident_kb = 0;
  long mappings = 0;
  long plugin_mappings = 0;
};
Memory memory() {
  malloc_trim(0);
  Memory now;
  std::istringstream status(read_file("/proc/self/status"));
  for (std::string line; std::getline(status, line);)
    if (line.starts_with("VmRSS:")) now.resident_kb = std::atol(line.c_str() + 6);
  std::istringstream maps(read_file("/proc/self/maps"));
  for (std::string line; std::getline(maps, line); ++now.mappings)
    if (line.find("memfd:test.echo") != line.npos) ++now.plugin_mappings;
  return now;
}

/// Keeps calling the filter on every loop, task after task, and on threads that are no loops; counts what came out.
class Load {
 public:
  Load(Room& room, int loops, int threads) : room_(room) {
    for (int i = 0; i < loops; ++i) room.visits.loops.push_back(std::make_unique<Loop>());
    for (auto& loop : room.visits.loops) again(*loop);
    for (int i = 0; i < threads; ++i)
      threads_.emplace_back([this] {
        while (!stopping_) burst();
      });
  }
  ~Load() { stop(); }
  void stop() {
    if (stopping_.exchange(true)) return;
    for (auto& thread : threads_) thread.join();
    for (auto& loop : room_.visits.loops) loop->run_and_wait([] {});
  }
  std::atomic<std::uint64_t> calls{0};
  std::atomic<std::uint64_t> wrong{0};

 private:
  void again(Loop& loop) {
    loop.post([this, &loop] {
      burst();
      if (!stopping_) again(loop);
    });
  }
  void burst() {
    for (int i = 0; i < 20; ++i) {
      const auto verdict = room_.inspect(tenant_a, "hi");
      // Whatever version it was: one alone, and the text is its own.
      const auto at = verdict.seen_by.find('@');
      const bool right = at != verdict.seen_by.npos && verdict.text == verdict.seen_by.substr(at + 1) + ":hi";
      if (!right) ++wrong;
      ++calls;
    }
  }
  Room& room_;
  std::atomic<bool> stopping_{false};
  std::vector<std::thread> threads_;
};

TEST(Swap, ManyUnderLoadLeaveNothingBehind) {
  Room room(good);
  Load load(room, 2, 1);
  const auto swap = [&](int n) {
    const auto done = room.host->activate(std::nullopt, echo, n % 2 == 0 ? "2.0.0" : "1.0.0", admin);
    ASSERT_TRUE(done) << done.error().text;
    // The very next call on this thread is the new version's.
    ASSERT_EQ(room.filter(tenant_a, "hi"), std::string(n % 2 == 0 ? "2.0.0" : "1.0.0") + ":hi");
  };
  for (int n = 0; n < 50; ++n) swap(n);
  room.host->settle();
  const Memory before = memory();
  const int wanted = swaps_wanted();
  for (int n = 0; n < wanted; ++n) swap(n);
  room.host->settle();
  const Memory after = memory();
  load.stop();
  EXPECT_EQ(load.wrong, 0U);
  EXPECT_GT(load.calls, 0U);
  EXPECT_EQ(room.host->totals().live, 1U);
  EXPECT_EQ(room.host->totals().quarantined, 0U);
  EXPECT_EQ(after.plugin_mappings, before.plugin_mappings);
#ifndef HOTDESK_SANITIZED
  EXPECT_NEAR(static_cast<double>(after.resident_kb), static_cast<double>(before.resident_kb), 2048);
  EXPECT_NEAR(static_cast<double>(after.mappings), static_cast<double>(before.mappings), 2);
#endif
  RecordProperty("calls", std::to_string(load.calls.load()));
  std::printf("%d swaps, %llu calls, resident %+ld kB, mappings %+ld\n", wanted, static_cast<unsigned long long>(load.calls.load()),
              after.resident_kb - before.resident_kb, after.mappings - before.mappings);
}

TEST(Swap, ConfigurationChangesUnderLoad) {
  Room room(good);
  Load load(room, 1, 1);
  for (int n = 0; n < 100; ++n) ASSERT_TRUE(room.host->set_config(tenant_b, echo, n % 2 == 0 ? R"({"prefix":"x"})" : "{}", admin));
  load.stop();
  EXPECT_EQ(load.wrong, 0U);
  room.host->settle();
  EXPECT_EQ(room.host->totals().loaded, 1U) << "settings need no new image";
}

/// Waits until some thread is inside plugin code.
void wait_for_call() {
  for (;;) {
    for (const auto* record = first_thread(); record != nullptr; record = record->next)
      if (record->running.load() != nullptr) return;
    std::this_thread::yield();
  }
}

/// Row 8: a swap while a call is at work in the old version, on an event loop and on a thread that is none.
TEST(Swap, NothingIsUnmappedUnderARunningCall) {
  Room room(good);
  room.visits.loops.push_back(std::make_unique<Loop>());
  std::promise<std::string> on_loop;
  std::string on_thread;
  room.visits.loops[0]->post([&] { on_loop.set_value(room.filter(tenant_a, "slow!")); });
  wait_for_call();
  ASSERT_TRUE(room.host->activate(std::nullopt, echo, "2.0.0", admin));
  EXPECT_EQ(room.filter(tenant_a, "hi"), "2.0.0:hi") << "the verb does not wait for the old call";
  room.host->settle();
  EXPECT_EQ(on_loop.get_future().get(), "1.0.0:slow!");
  std::thread plain([&] { on_thread = room.filter(tenant_a, "slow!"); });
  wait_for_call();
  ASSERT_TRUE(room.host->activate(std::nullopt, echo, "1.0.0", admin));
  room.host->settle();
  plain.join();
  EXPECT_EQ(on_thread, "2.0.0:slow!");
  EXPECT_EQ(room.host->totals().live, 1U);
}

TEST(Drain, ImageStaysWhileACallHoldsIt) {
  Room room(good, {tenant_a});
  const long one_image = memory().plugin_mappings;
  auto held = room.host->hold(tenant_a, echo);
  ASSERT_TRUE(held);
  ASSERT_TRUE(room.host->activate(std::nullopt, echo, "2.0.0", admin));
  EXPECT_EQ(room.version(echo, "1.0.0").state, "draining");
  EXPECT_EQ(memory().plugin_mappings, 2 * one_image) << "the counting of mappings would notice an image that stays";
  EXPECT_EQ(room.host->totals().live, 2U);
  EXPECT_FALSE(room.logged("destroyed")) << "nobody's instance may go under a call";
  std::thread([&] { held.reset(); }).join();
  room.host->settle();
  EXPECT_EQ(memory().plugin_mappings, one_image);
  EXPECT_EQ(room.host->totals().live, 1U);
  EXPECT_EQ(room.version(echo, "1.0.0").state, "installed");
}

TEST(Drain, AtMostThreeImagesThenTheFourthWaits) {
  Room room(good);
  std::vector<std::shared_ptr<const void>> held{room.host->hold(tenant_a, echo)};
  ASSERT_TRUE(room.host->activate(std::nullopt, echo, "2.0.0", admin));
  held.push_back(room.host->hold(tenant_a, echo));
  ASSERT_TRUE(room.host->activate(std::nullopt, echo, "4.0.0", admin));
  EXPECT_EQ(room.host->totals().live, 3U);
  auto fourth = std::async(std::launch::async, [&] { return room.host->activate(std::nullopt, echo, "1.0.0", admin); });
  EXPECT_EQ(fourth.wait_for(std::chrono::milliseconds(100)), std::future_status::timeout);
  EXPECT_EQ(room.filter(tenant_a, "hi"), "4.0.0:hi") << "meanwhile nothing changed";
  held[0].reset();
  EXPECT_TRUE(fourth.get());
  EXPECT_EQ(room.filter(tenant_a, "hi"), "1.0.0:hi");
  EXPECT_LE(room.host->totals().live, 3U);
  held.clear();
  room.host->settle();
  EXPECT_EQ(room.host->totals().live, 1U);
}

TEST(Drain, AFourthVersionInUseIsRefused) {
  Room room(good, {tenant_a, tenant_b, uuid(3), uuid(4)});
  ASSERT_TRUE(room.host->activate(tenant_b, echo, "2.0.0", admin));
  ASSERT_TRUE(room.host->set_config(uuid(4), echo, R"({"prefix":"a"})", admin));
  ASSERT_TRUE(room.host->activate(uuid(4), echo, "3.0.0", admin));
  const auto fourth = room.host->activate(uuid(3), echo, "4.0.0", admin);
  ASSERT_FALSE(fourth);
  EXPECT_EQ(fourth.error().code, Errc::busy);
  EXPECT_NE(fourth.error().text.find("1.0.0, 2.0.0, 3.0.0"), std::string::npos) << fourth.error().text;
}

TEST(Drain, HeldTooLongIsQuarantinedAndCounted) {
  Room room(good);
  auto held = room.host->hold(tenant_a, echo);
  ASSERT_TRUE(room.host->activate(std::nullopt, echo, "2.0.0", admin));
  room.clock.advance(31'000);
  room.host->settle();
  EXPECT_EQ(room.host->totals().quarantined, 1U);
  EXPECT_EQ(room.version(echo, "1.0.0").state, "quarantined");
  EXPECT_TRUE(room.has_edge("plugin.quarantine"));
  EXPECT_EQ(room.host->totals().live, 2U) << "never forced under a running call";
  held.reset();
  room.host->settle();
  EXPECT_EQ(room.host->totals().live, 1U);
}

TEST(Watchdog, TellsOfACallThatHangs) {
  Room room(good);
  std::promise<std::string> bitten;
  std::atomic<bool> once{false};
  const Watchdog watchdog(std::chrono::milliseconds(80), [&](const char* plugin, int tid) {
    if (!once.exchange(true)) bitten.set_value(std::string(plugin) + (tid > 0 ? " tid" : ""));
  });
  std::thread hanging([&] { room.filter(tenant_a, "slow!"); });
  const auto who = bitten.get_future().get();
  EXPECT_EQ(who.rfind("test.echo@1.0.0 ", 0), 0U) << who;
  hanging.join();
}

#ifndef HOTDESK_SANITIZED
class Death : public ::testing::Test {
 protected:
  void SetUp() override {
    GTEST_FLAG_SET(death_test_style, "threadsafe");
    const char* before = std::getenv("TMPDIR");
    before_ = before != nullptr ? before : "";
    setenv("TMPDIR", folder_.path().c_str(), 1);  // whoever dies leaves its folders in ours
  }
  void TearDown() override {
    if (before_.empty()) unsetenv("TMPDIR");
    else setenv("TMPDIR", before_.c_str(), 1);
  }

 private:
  TempFolder folder_;
  std::string before_;
};
using PluginDeath = Death;

/// A file that a test's child, which runs the test's beginning again, finds by the environment.
std::string shared_journal(const TempFolder& folder) {
  if (const char* known = std::getenv("HOTDESK_TEST_JOURNAL")) return known;
  const std::string path = (folder.path() / "crash.jsonl").string();
  setenv("HOTDESK_TEST_JOURNAL", path.c_str(), 1);
  return path;
}

void die(const char* command, const std::string& journal) {
  Room room(good);
  room.close();
  room.options.inline_limit = std::chrono::milliseconds(200);
  room.open();
  (void)open_crash_journal(journal);
  room.filter(tenant_a, command);
}

TEST_F(PluginDeath, HangAbortsAndTheJournalNamesThePlugin) {
  const TempFolder folder;
  const std::string journal = shared_journal(folder);
  EXPECT_EXIT(die("hang!", journal), ::testing::KilledBySignal(SIGABRT), "did not return in time.*test.echo@1.0.0");
  EXPECT_NE(read_file(journal).find("\"plugin\":\"test.echo@1.0.0 "), std::string::npos);
  unsetenv("HOTDESK_TEST_JOURNAL");
}

/// The control of Swap.NothingIsUnmappedUnderARunningCall: a loop that is marked and not visited is swapped under its feet.
void swap_without_visiting() {
  Room room(good);
  Loop forgotten;
  forgotten.post([&] { room.filter(tenant_a, "slow!"); });
  wait_for_call();
  (void)room.host->activate(std::nullopt, echo, "2.0.0", admin);
  room.host->settle();
  forgotten.run_and_wait([] {});
}
TEST_F(PluginDeath, LoopThatIsNotVisitedRunsIntoUnmappedCode) {
  EXPECT_EXIT(swap_without_visiting(), ::testing::KilledBySignal(SIGSEGV), "");
}

TEST_F(PluginDeath, CrashIsWrittenDown) {
  const TempFolder folder;
  const std::string journal = shared_journal(folder);
  EXPECT_EXIT(die("crash!", journal), ::testing::KilledBySignal(SIGSEGV), "SIGSEGV.*test.echo@1.0.0");
  EXPECT_NE(read_file(journal).find("SIGSEGV"), std::string::npos);
  unsetenv("HOTDESK_TEST_JOURNAL");
}
#endif

}  // namespace
}  // namespace hotdesk::plugins
