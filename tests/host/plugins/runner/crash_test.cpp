// The crash matrix in the runner lane: whatever a plugin does, the host goes on, the call ends at once, and the next process
// answers again.
#include <signal.h>
#include <sys/wait.h>

#include <filesystem>
#include <fstream>

#include "host/plugins/runner/rig.hpp"

namespace hotdesk::plugins::runner::test {
namespace {

using Kind = RunnerEvent::Kind;
using Steady = std::chrono::steady_clock;

const std::string crashed = std::to_string(HOTDESK_E_CRASHED);

/// One plugin at work, and a call that is pending in it while the other misbehaves.
struct Victim {
  explicit Victim(const std::string& folder = "tricky", const std::string& id = "test.tricky") : endpoint(rig.make(folder, id, "1.0.0")), id_(id) {
    before = rig.lane().status(rig.tenant, id, "1.0.0").pid;
    if (before <= 0) throw std::runtime_error("no process");  // kill(0, …) would mean ourselves
  }
  /// The event that followed, after the same plugin has answered in a new process.
  RunnerEvent expect_death(Kind kind, const std::string& command, const std::string& alive) {
    EXPECT_EQ(rig.filter(*endpoint, command), crashed);
    const auto event = rig.wait_event(kind);
    EXPECT_EQ(event.pid, before);
    EXPECT_EQ(rig.filter_when_back(*endpoint, "x"), alive);
    const auto status = rig.lane().status(rig.tenant, id_, "1.0.0");
    EXPECT_EQ(status.restarts, 1);
    EXPECT_NE(status.pid, before);
    EXPECT_EQ(status.last_crash, event.reason);
    return event;
  }
  Rig rig;
  std::unique_ptr<Endpoint> endpoint;
  int before = 0;

 private:
  std::string id_;
};

TEST(RunnerCrash, Segfault) {
  Victim victim;
  std::promise<Outcome> pending;
  victim.endpoint->start(victim.rig.begin(Rig::filter_ask("never"), 5000ms, pending));
  const auto event = victim.expect_death(Kind::crashed, "segfault", "1.0.0:x");
  EXPECT_NE(event.reason.find("SIGSEGV"), std::string::npos) << event.reason;
  EXPECT_NE(event.reason.find("test.tricky@1.0.0"), std::string::npos) << "its own last words name the plugin: " << event.reason;
  const auto other = pending.get_future().get();
  EXPECT_EQ(other.code, HOTDESK_E_CRASHED) << "what was pending in it is over too";
}

TEST(RunnerCrash, Abort) {
  Victim victim;
  EXPECT_NE(victim.expect_death(Kind::crashed, "abort", "1.0.0:x").reason.find("SIGABRT"), std::string::npos);
}

TEST(RunnerCrash, StackOverflow) {
  Victim victim;
  EXPECT_NE(victim.expect_death(Kind::crashed, "overflow", "1.0.0:x").reason.find("SIGSEGV"), std::string::npos);
}

TEST(RunnerCrash, AnExitIsACrashToo) {
  Victim victim("crashy", "test.crashy");
  EXPECT_NE(victim.expect_death(Kind::crashed, "exit", "well").reason.find("exited with status 3"), std::string::npos);
}

TEST(RunnerCrash, AnEndlessLoopIsKilledByItsCpuTime) {
  Victim victim;
  const auto begin = Steady::now();
  const auto event = victim.expect_death(Kind::killed, "spin", "1.0.0:x");
  EXPECT_NE(event.reason.find("hard limit"), std::string::npos) << event.reason;
  EXPECT_LT(Steady::now() - begin, 1500ms) << "the loop alone would have taken that long";
}

TEST(RunnerCrash, ASleepIsKilledByTheClock) {
  Victim victim;
  EXPECT_NE(victim.expect_death(Kind::killed, "sleep", "1.0.0:x").reason.find("hard limit"), std::string::npos);
}

TEST(RunnerCrash, ABombOfMemoryGetsNoMore) {
#ifdef HOTDESK_SANITIZED
  GTEST_SKIP() << "no limit of memory in sanitized builds";
#endif
  Rig rig;
  rig.granted.budgets.sync_hard_ms = 1000;
  const auto endpoint = rig.make("tricky", "test.tricky", "1.0.0");
  EXPECT_EQ(rig.filter(*endpoint, "bomb", 20'000ms), std::to_string(HOTDESK_E_BUDGET)) << "malloc said no";
  EXPECT_EQ(rig.filter_when_back(*endpoint, "x").substr(0, 2), "1.") << "alive, though without memory";
}

TEST(RunnerCrash, AThrowStopsAtTheEdge) {
  Rig rig;
  const auto endpoint = rig.make("good", "test.echo", "1.0.0");
  EXPECT_EQ(rig.filter(*endpoint, "throw!"), std::to_string(HOTDESK_E_INTERNAL));
  EXPECT_EQ(rig.filter(*endpoint, "x"), "1.0.0:x");
  EXPECT_EQ(rig.count_events(Kind::crashed), 0U);
}

TEST(RunnerCrash, DoubleLateStaleAndGuessedCompletionsAreHarmless) {
  Rig rig;
  const auto endpoint = rig.make("tricky", "test.tricky", "1.0.0");
  const auto gone = std::to_string(HOTDESK_E_GONE);
  EXPECT_EQ(rig.filter(*endpoint, "twice"), "twice");
  while (rig.filter(*endpoint, "last?") != gone) std::this_thread::sleep_for(1ms);
  EXPECT_EQ(rig.filter(*endpoint, "late", 30ms), std::to_string(HOTDESK_E_TIMEOUT));
  EXPECT_EQ(rig.filter(*endpoint, "x"), "1.0.0:x");
  EXPECT_EQ(rig.filter(*endpoint, "stale"), "null " + gone);
  EXPECT_EQ(rig.filter(*endpoint, "guess"), gone);
  EXPECT_EQ(rig.filter(*endpoint, "dangling"), std::to_string(HOTDESK_E_INVALID));
  EXPECT_EQ(rig.count_events(Kind::crashed), 0U);
}

TEST(RunnerCrash, AThreadCannotBeLeftRunningAndASignalHandlerHarmsNobody) {
  Rig rig;
  const auto endpoint = rig.make("crashy", "test.crashy", "1.0.0");
#ifndef HOTDESK_SANITIZED
  EXPECT_EQ(rig.filter(*endpoint, "thread"), "-1 " + std::to_string(EPERM));
#endif
  EXPECT_EQ(rig.filter(*endpoint, "signal"), "0 0");
  EXPECT_EQ(rig.filter(*endpoint, "x"), "well");
}

#ifndef HOTDESK_SANITIZED
TEST(RunnerCrash, FilesAreRefused) {
  Rig rig;
  const auto endpoint = rig.make("crashy", "test.crashy", "1.0.0");
  EXPECT_EQ(rig.filter(*endpoint, "open"), "-1 " + std::to_string(EACCES));
  EXPECT_EQ(rig.filter(*endpoint, "write"), "-1 " + std::to_string(EACCES));
}

class Forbidden : public ::testing::TestWithParam<const char*> {};
TEST_P(Forbidden, EndsTheProcess) {
  Victim victim("crashy", "test.crashy");
  const auto event = victim.expect_death(Kind::killed, GetParam(), "well");
  EXPECT_NE(event.reason.find("sandbox forbids"), std::string::npos) << event.reason;
}
INSTANTIATE_TEST_SUITE_P(RunnerCrash, Forbidden, ::testing::Values("socket", "exec", "fork", "kill", "ptrace"),
                         [](const auto& one) { return std::string(one.param); });

TEST(RunnerCrash, ConstructorsRunInTheSandboxToo) {
  Rig rig;
  const auto made = rig.try_make(Rig::package("crashy", "test.crashy", "2.0.0"));
  ASSERT_FALSE(made);
  EXPECT_NE(made.error().text.find("sandbox forbids"), std::string::npos) << made.error().text;
}
#endif

TEST(RunnerCrash, AHangInInitEndsTheAttempt) {
  Rig rig;
  rig.rhythm.start = 1000ms;
  const auto made = rig.try_make(Rig::package("crashy", "test.crashy", "3.0.0"));
  ASSERT_FALSE(made);
  EXPECT_NE(made.error().text.find("did not start within 1000 ms"), std::string::npos) << made.error().text;
}

TEST(RunnerCrash, AProcessThatIsKilledFromOutsideIsSeenAtOnce) {
  Victim victim;
  std::promise<Outcome> pending;
  victim.endpoint->start(victim.rig.begin(Rig::filter_ask("never"), 10'000ms, pending));
  EXPECT_EQ(victim.rig.filter(*victim.endpoint, "x"), "1.0.0:x");
  const auto begin = Steady::now();
  kill(victim.before, SIGKILL);
  EXPECT_EQ(pending.get_future().get().code, HOTDESK_E_CRASHED);
  RecordProperty("seen_us", static_cast<int>(std::chrono::duration_cast<std::chrono::microseconds>(Steady::now() - begin).count()));
  EXPECT_LT(Steady::now() - begin, 1000ms);
}

/// The signal takes effect when each thread next comes by the kernel: until then one may still answer.
void wait_until_stopped(int pid) {
  for (const auto end = Steady::now() + 10s; Steady::now() < end;) {
    bool all = true;
    for (const auto& task : std::filesystem::directory_iterator("/proc/" + std::to_string(pid) + "/task")) {
      std::ifstream in(task.path() / "stat");
      std::string stat;
      std::getline(in, stat);
      const auto name_end = stat.rfind(')');
      all &= name_end != stat.npos && stat.size() > name_end + 2 && stat[name_end + 2] == 'T';
    }
    if (all) return;
    std::this_thread::yield();
  }
}

TEST(RunnerCrash, AStoppedProcessIsKilledOnceCallsWait) {
  Victim victim;
  kill(victim.before, SIGSTOP);
  wait_until_stopped(victim.before);
  EXPECT_EQ(victim.rig.filter(*victim.endpoint, "x", 20'000ms), crashed);
  EXPECT_NE(victim.rig.wait_event(Kind::killed).reason.find("answered nothing"), std::string::npos);
  EXPECT_EQ(victim.rig.filter_when_back(*victim.endpoint, "x"), "1.0.0:x");
}

TEST(RunnerCrash, ASilentProcessIsKilledAlsoWithoutCalls) {
  Rig rig;
  rig.rhythm.ping_every = 50ms;
  rig.rhythm.silent = 400ms;
  const auto endpoint = rig.make("tricky", "test.tricky", "1.0.0");
  std::this_thread::sleep_for(600ms);  // answers its pings meanwhile
  EXPECT_EQ(rig.count_events(Kind::killed), 0U);
  const int pid = rig.lane().status(rig.tenant, "test.tricky", "1.0.0").pid;
  ASSERT_GT(pid, 0);
  kill(pid, SIGSTOP);
  EXPECT_NE(rig.wait_event(Kind::killed).reason.find("did not answer"), std::string::npos);
}

TEST(RunnerCrash, WhoGoesOnCrashingIsStopped) {
  Rig rig;
  rig.rhythm.most_crashes = 3;
  const auto endpoint = rig.make("tricky", "test.tricky", "1.0.0");
  for (int i = 0; i < 4; ++i) {
    EXPECT_EQ(rig.filter_when_back(*endpoint, "x"), "1.0.0:x");
    EXPECT_EQ(rig.filter(*endpoint, "segfault"), crashed);
  }
  const auto event = rig.wait_event(Kind::stopped);
  EXPECT_NE(event.reason.find("crashed 4 times"), std::string::npos) << event.reason;
  const auto status = rig.lane().status(rig.tenant, "test.tricky", "1.0.0");
  EXPECT_EQ(status.state, "stopped");
  EXPECT_EQ(status.restarts, 3);
  EXPECT_EQ(rig.filter(*endpoint, "x"), crashed) << "and stays so";
  EXPECT_EQ(rig.count_events(Kind::crashed), 4U);
}

TEST(RunnerCrash, OneTenantsCrashIsNoOtherTenants) {
  Rig rig;
  const auto mine = rig.make("tricky", "test.tricky", "1.0.0");
  rig.tenant = Uuid({2});
  const auto theirs = rig.make("tricky", "test.tricky", "1.0.0");
  std::promise<Outcome> later;
  theirs->start(rig.begin(Rig::filter_ask("later"), 5000ms, later));
  EXPECT_EQ(rig.filter(*mine, "segfault"), crashed);
  EXPECT_EQ(std::get<FilterReply>(later.get_future().get().reply).text, "later");
}

TEST(RunnerCrash, ItsLastWordsAreKept) {
  Victim victim("crashy", "test.crashy");
  victim.rig.filter(*victim.endpoint, "stderr");
  const auto event = victim.expect_death(Kind::crashed, "exit", "well");
  EXPECT_NE(event.reason.find("said before the end"), std::string::npos) << event.reason;
}

}  // namespace
}  // namespace hotdesk::plugins::runner::test
