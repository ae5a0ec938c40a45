#include "base/random.hpp"

#include <gtest/gtest.h>

#include <array>
#include <set>
#include <thread>
#include <vector>

namespace hotdesk {
namespace {

TEST(Random, StringsHaveTheirLengthAndDiffer) {
  EXPECT_EQ(random_string(0).size(), 0U);
  EXPECT_EQ(random_string(1'000).size(), 1'000U);  // larger than the buffer
  std::set<std::string> seen;
  for (int i = 0; i < 1'000; ++i) seen.insert(random_string(16));
  EXPECT_EQ(seen.size(), 1'000U);
}

TEST(Random, ThreadsDoNotShareTheirBuffers) {
  std::vector<std::string> drawn(8);
  std::vector<std::thread> threads;
  for (auto& slot : drawn) threads.emplace_back([&slot] { slot = random_string(16); });
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(std::set<std::string>(drawn.begin(), drawn.end()).size(), drawn.size());
}

TEST(RandomBelow, StaysBelowAndMeetsEveryValue) {
  std::array<int, 7> met{};
  for (int i = 0; i < 7'000; ++i) {
    const auto value = random_below(met.size());
    ASSERT_LT(value, met.size());
    ++met[value];
  }
  for (const int count : met) EXPECT_GT(count, 700);  // 1000 ± 29: ten standard deviations
  EXPECT_EQ(random_below(1), 0U);
}

}  // namespace
}  // namespace hotdesk
