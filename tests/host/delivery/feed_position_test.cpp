#include "delivery/feed_position.hpp"

#include <gtest/gtest.h>

#include <random>
#include <vector>

namespace hotdesk::delivery {
namespace {
using Step = FeedPosition::Step;
using Mode = FeedPosition::Mode;

FeedPosition live_at(std::int64_t cur) {
  FeedPosition at(cur);
  EXPECT_TRUE(at.go_live());
  return at;
}

TEST(FeedPosition, LiveEntriesFollowEachOther) {
  auto at = live_at(4);
  EXPECT_EQ(at.offer(5, 4), Step::push);
  EXPECT_EQ(at.offer(5, 4), Step::drop) << "a repeat";
  EXPECT_EQ(at.offer(6, 5), Step::push);
  EXPECT_EQ(at.sent(), 6);
}

TEST(FeedPosition, AGapStartsAPull) {
  auto at = live_at(4);
  EXPECT_EQ(at.offer(7, 6), Step::pull);
  EXPECT_EQ(at.mode(), Mode::pulling);
  EXPECT_EQ(at.offer(8, 7), Step::hold);
  EXPECT_TRUE(at.replay(5));
  EXPECT_TRUE(at.replay(6));
  EXPECT_FALSE(at.go_live()) << "8 is committed and not sent";
  EXPECT_TRUE(at.replay(7));
  EXPECT_TRUE(at.replay(8));
  EXPECT_TRUE(at.go_live());
}

TEST(FeedPosition, ALaggingReaderIsPushedNothing) {
  auto at = live_at(4);
  at.lag();
  EXPECT_EQ(at.offer(5, 4), Step::drop);
  EXPECT_FALSE(at.note_head(9));
  at.paged_to(5);
  EXPECT_FALSE(at.go_live()) << "the head is 9";
  at.paged_to(9);
  EXPECT_TRUE(at.go_live());
}

TEST(FeedPosition, AHeadBeyondWhatWasSentStartsAPull) {
  auto at = live_at(4);
  EXPECT_FALSE(at.note_head(4));
  EXPECT_TRUE(at.note_head(5));
  EXPECT_EQ(at.mode(), Mode::pulling);
}

// Whatever hints are lost, doubled or late: with the log read on each pull, everything is sent once and in order (I7, I9).
TEST(FeedPosition, NoScheduleLosesOrDoubles) {
  for (unsigned seed = 0; seed < 2'000; ++seed) {
    std::mt19937 random(seed);
    const auto pick = [&](int n) { return static_cast<int>(random() % static_cast<unsigned>(n)); };
    std::int64_t committed = 0;
    FeedPosition at;
    ASSERT_TRUE(at.go_live());
    std::vector<std::int64_t> sent;
    const auto pull = [&] {
      do {
        const std::int64_t seen = committed;  // what the read sees; more may commit before it is handled
        for (std::int64_t cur = at.sent() + 1; cur <= seen; ++cur)
          if (at.replay(cur)) sent.push_back(cur);
      } while (!at.go_live());
    };
    bool pulling = false;
    for (int i = 0; i < 60; ++i) {
      const std::int64_t cur = ++committed;
      const int copies = pick(10) < 3 ? 0 : 1 + (pick(10) < 2 ? 1 : 0);
      for (int n = 0; n < copies; ++n) {
        const Step step = at.offer(cur, cur - 1);
        if (step == Step::push) sent.push_back(cur);
        if (step == Step::pull) pulling = true;
      }
      if (pulling && pick(3) == 0) pull(), pulling = false;
    }
    if (pulling || at.note_head(committed)) pull();
    std::vector<std::int64_t> all;
    for (std::int64_t cur = 1; cur <= committed; ++cur) all.push_back(cur);
    ASSERT_EQ(sent, all) << "seed " << seed;
  }
}

}  // namespace
}  // namespace hotdesk::delivery
