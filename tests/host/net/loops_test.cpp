#include "net/loops.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <future>
#include <set>
#include <thread>

namespace hotdesk::net {
namespace {

TEST(Loops, ATaskRunsOnItsLoop) {
  Loops loops(3);
  for (std::size_t i = 0; i < 3; ++i) {
    std::promise<std::optional<std::size_t>> where;
    loops.post(i, [&] { where.set_value(loops.current()); });
    EXPECT_EQ(where.get_future().get(), i);
  }
  EXPECT_FALSE(loops.current());
}

TEST(Loops, ForEachLoopReturnsAfterAll) {
  Loops loops(4);
  for (int round = 0; round < 200; ++round) {
    std::atomic<int> ran{0};
    loops.for_each_loop([&](std::size_t) { ++ran; });
    ASSERT_EQ(ran, 4);
  }
}

TEST(Loops, ForEachLoopWaitsForWhatRunsNow) {
  Loops loops(2);
  std::promise<void> entered;
  std::promise<void> leave;
  std::atomic<bool> left{false};
  loops.post(1, [&] {
    entered.set_value();
    leave.get_future().wait();
    left = true;
  });
  entered.get_future().wait();
  std::thread opener([&] { leave.set_value(); });
  loops.for_each_loop([&](std::size_t loop) {
    if (loop == 1) {
      EXPECT_TRUE(left);
    }
  });
  EXPECT_TRUE(left);
  opener.join();
}

TEST(Loops, WithoutWaitingDoneComesLast) {
  Loops loops(3);
  std::atomic<int> ran{0};
  std::promise<int> done;
  loops.for_each_loop([&](std::size_t) { ++ran; }, [&] { done.set_value(ran.load()); });
  EXPECT_EQ(done.get_future().get(), 3);
}

TEST(Loops, AfterStopTasksRunHere) {
  Loops loops(2);
  loops.stop();
  loops.stop();
  int ran = 0;
  loops.for_each_loop([&](std::size_t) { ++ran; });
  EXPECT_EQ(ran, 2);
}

TEST(Loops, TicksCome) {
  Loops loops(1);
  std::promise<void> ticked;
  std::atomic<bool> once{false};
  loops.every_second(0, [&] {
    if (!once.exchange(true)) ticked.set_value();
  });
  EXPECT_EQ(ticked.get_future().wait_for(std::chrono::seconds(20)), std::future_status::ready);
}

TEST(LoopsDeathTest, ALoopMayNotWaitForItself) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  EXPECT_DEATH(
      {
        Loops loops(1);
        std::promise<void> never;
        loops.post(0, [&] { loops.for_each_loop([](std::size_t) {}); });
        never.get_future().wait();
      },
      "wait for itself");
}

}  // namespace
}  // namespace hotdesk::net
