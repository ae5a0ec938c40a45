// Rows 1 to 5, 8 and 19 of the hot-swap table, past the gate: what a library left behind is ended, or it stays mapped and the
// reason is told.
#include <gtest/gtest.h>
#include <sys/wait.h>

#include "host/plugins/room.hpp"
#include "host/plugins/unload/opened.hpp"
#include "plugins/unload/hooks.hpp"

namespace hotdesk::plugins {
namespace {

using namespace test;

class Unload : public ::testing::Test {
 protected:
  void SetUp() override {
    ASSERT_TRUE(unload::hooks_active());
    count = std::make_shared<std::atomic<int>>(0);
  }
  std::unique_ptr<Opened> open(const std::string& file) {
    auto sealed = SealedFile::read(file, "test", 64U << 20);
    if (!sealed) throw std::runtime_error(sealed.error().text);
    return std::make_unique<Opened>(*sealed, folder.path(), host);
  }
  std::unique_ptr<Opened> left(const std::string& kind) {
    return open(library_in(HOTDESK_TEST_PLUGINS "/tls/test.left-" + kind).string());
  }
  std::string address() const { return std::to_string(reinterpret_cast<std::uintptr_t>(count.get())); }

  TempFolder folder;
  SmallHost host;
  std::shared_ptr<std::atomic<int>> count;
};

/// Row 2.
TEST_F(Unload, ThreadLocalObjectsEndOnEveryThread) {
  Loop one;
  Loop other;
  Loop idle;
  auto opened = left("objects");
  for (Loop* loop : {&one, &other}) loop->run_and_wait([&] { EXPECT_EQ(opened->inspect(address()), HOTDESK_OK); });
  EXPECT_EQ(opened->inspect(address()), HOTDESK_OK);
  opened->end();
  EXPECT_FALSE(opened->library->unload());
  EXPECT_EQ(opened->library->problem(), "waits for 2 thread(s) that still have thread-local objects or keys of it");
  EXPECT_TRUE(opened->library->may_go_later());
  EXPECT_EQ(*count, 1) << "the unloading thread's own are ended at once";
  one.run_and_wait(&unload::run_pending_detaches);
  EXPECT_EQ(*count, 2);
  EXPECT_FALSE(opened->library->unload()) << "one thread still has some";
  for (Loop* loop : {&other, &idle}) loop->run_and_wait(&unload::run_pending_detaches);
  EXPECT_TRUE(opened->library->unload()) << opened->library->problem();
  EXPECT_EQ(*count, 3) << "each once";
  EXPECT_FALSE(unload::detaches_pending());
}

TEST_F(Unload, ThreadsThatEndTakeTheirObjectsAlong) {
  auto opened = left("objects");
  std::thread([&] { opened->inspect(address()); }).join();
  EXPECT_EQ(*count, 1);
  opened->end();
  EXPECT_TRUE(opened->library->unload()) << opened->library->problem();
}

/// Given up while a thread still has objects: they end with the thread, in code that stays.
TEST_F(Unload, LibraryGivenUpAsksNobodyAnyMore) {
  {
    Loop loop;
    auto opened = left("objects");
    loop.run_and_wait([&] { opened->inspect(address()); });
    opened->end();
    opened.reset();
    EXPECT_FALSE(unload::detaches_pending());
    EXPECT_EQ(*count, 0);
  }
  EXPECT_EQ(*count, 1);
}

/// A version's objects are not another's, though both are the same code.
TEST_F(Unload, OfTwoVersionsOnlyTheOneIsEnded) {
  Loop loop;
  auto before = left("objects");
  auto after = left("objects");
  std::atomic<int> second{0};
  loop.run_and_wait([&] {
    before->inspect(address());
    after->inspect(std::to_string(reinterpret_cast<std::uintptr_t>(&second)));
  });
  before->end();
  EXPECT_FALSE(before->library->unload());
  loop.run_and_wait(&unload::run_pending_detaches);
  EXPECT_TRUE(before->library->unload());
  EXPECT_EQ(*count, 1);
  EXPECT_EQ(second, 0);
  loop.run_and_wait([&] { EXPECT_EQ(after->inspect("0"), HOTDESK_SKIP); });
  after->end();
  EXPECT_FALSE(after->library->unload());
  loop.run_and_wait(&unload::run_pending_detaches);
  EXPECT_TRUE(after->library->unload());
  EXPECT_EQ(second, 1);
}

/// A thread that waits for work is woken for it.
TEST_F(Unload, WaitingThreadIsWoken) {
  std::mutex mutex;
  std::condition_variable changed;
  bool stopping = false;
  auto opened = left("objects");
  std::promise<void> ready;
  std::thread worker([&] {
    opened->inspect(address());
    const unload::DetachWaker waker([&] {
      const std::lock_guard lock(mutex);
      changed.notify_all();
    });
    ready.set_value();
    std::unique_lock lock(mutex);
    while (!stopping) {
      changed.wait(lock, [&] { return stopping || unload::detach_owed(); });
      lock.unlock();
      unload::run_pending_detaches();
      lock.lock();
    }
  });
  ready.get_future().wait();
  opened->end();
  while (!opened->library->unload()) std::this_thread::yield();
  EXPECT_EQ(*count, 1);
  {
    const std::lock_guard lock(mutex);
    stopping = true;
  }
  changed.notify_all();
  worker.join();
}

/// Row 3: both kinds of keys. Afterwards the thread ends in peace, and the keys can be had again.
TEST_F(Unload, KeysAreEndedAndDeleted) {
  for (int round = 0; round < 2000; ++round) {  // a process has 1,024 keys
    *count = 0;
    auto opened = left("key");
    std::optional<Loop> loop(std::in_place);
    if (round % 500 == 0) loop->run_and_wait([&] { opened->inspect(address()); });
    opened->end();
    EXPECT_FALSE(opened->library->unload()) << "every thread is visited once";
    loop->run_and_wait(&unload::run_pending_detaches);
    ASSERT_TRUE(opened->library->unload()) << opened->library->problem();
    if (round % 500 == 0) { EXPECT_EQ(*count, 2); }
    loop.reset();
  }
}

/// Row 8: never under a running thread; gone once the thread has ended.
TEST_F(Unload, ThreadLeftRunningKeepsTheLibrary) {
  for (const char* kind : {"thread", "std_thread"}) {
    *count = 0;
    auto opened = left(std::string(kind) == "thread" ? "thread" : "std-thread");
    ASSERT_EQ(opened->inspect(address()), HOTDESK_OK);
    opened->end();
    EXPECT_FALSE(opened->library->unload());
    EXPECT_TRUE(opened->library->may_go_later());
    EXPECT_EQ(opened->library->problem(), "has 1 thread(s) of its own at work; plugins start none");
    *count = -1;
    while (!opened->library->unload()) std::this_thread::yield();
  }
}

/// As before, and nobody waits for it: the process lives, and the code stays.
TEST_F(Unload, LibraryOfARunningThreadIsNeverClosed) {
  auto opened = left("thread");
  ASSERT_EQ(opened->inspect(address()), HOTDESK_OK);
  opened->end();
  opened.reset();
  std::istringstream maps(read_file("/proc/self/maps"));
  bool mapped = false;
  for (std::string line; std::getline(maps, line);) mapped |= line.find("memfd:test") != line.npos;
  EXPECT_TRUE(mapped);
  count->store(-1);  // the thread ends in code that is still there
  static const auto kept = count;
}

/// Row 19.
TEST_F(Unload, SignalHandlerIsTakenBackAndTheLibraryKept) {
  struct sigaction before {};
  sigaction(SIGUSR2, nullptr, &before);
  auto opened = left("signal");
  ASSERT_EQ(opened->inspect(address()), HOTDESK_OK);
  opened->end();
  EXPECT_FALSE(opened->library->unload());
  EXPECT_EQ(opened->library->problem(), "left a handler for signal 12 installed; the former one was put back");
  EXPECT_FALSE(opened->library->may_go_later());
  EXPECT_FALSE(opened->library->unload());
  struct sigaction after {};
  sigaction(SIGUSR2, nullptr, &after);
  EXPECT_EQ(before.sa_handler, after.sa_handler);
}

/// Row 5: static destructors and exit handlers run when it is closed; a fork afterwards does not run into them.
TEST_F(Unload, ExitHandlersRunAtTheEnd) {
  auto opened = left("exit");
  ASSERT_EQ(opened->inspect(address()), HOTDESK_OK);
  opened->end();
  EXPECT_TRUE(opened->library->unload()) << opened->library->problem();
  EXPECT_EQ(*count, 2);
  const pid_t child = fork();
  if (child == 0) _exit(count->load());
  int status = 0;
  waitpid(child, &status, 0);
  EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 2);
}

/// Rows 1 and 4: what the dynamic loader itself keeps is told of.
TEST_F(Unload, WhatStaysMappedIsSaid) {
  for (const std::string& name : {bad + "/test.nodelete/1.0.0", bad + "/bad_unique.so"}) {
    auto opened = open(library_in(name).string());
    opened->end();
    EXPECT_FALSE(opened->library->unload());
    EXPECT_EQ(opened->library->problem(), "is still mapped after it was closed");
    EXPECT_FALSE(opened->library->may_go_later());
  }
}

TEST_F(Unload, GateLetsPassWhatTheHooksCanEnd) {
  const auto check = [](const std::string& kind, GateRules rules) {
    return check_library(read_file(library_in(HOTDESK_TEST_PLUGINS "/tls/test.left-" + kind)), rules);
  };
  for (const char* kind : {"nothing", "objects", "key"}) {
    const auto checked = check(kind, usual_rules());
    EXPECT_TRUE(checked) << kind << ": " << checked.error().text;
  }
  EXPECT_FALSE(check("objects", {.thread_locals = false}));
  EXPECT_FALSE(check("key", {.thread_locals = false}));
  for (const char* kind : {"thread", "std-thread"}) {
    EXPECT_FALSE(check(kind, usual_rules())) << kind;
    EXPECT_TRUE(check(kind, {.thread_locals = true, .threads = true})) << kind;
  }
}

}  // namespace
}  // namespace hotdesk::plugins
