#include "plugins/rollout/handover.hpp"

#include <gtest/gtest.h>

#include <thread>

namespace hotdesk::plugins {
namespace {

using namespace std::chrono_literals;

TEST(CommonSchema, IsTheNewestThatBothKnowUpAndDown) {
  const StateSchemas one{1, {1}, {1}}, two{2, {1, 2}, {1, 2}}, three{3, {2, 3}, {2, 3}}, none;
  EXPECT_EQ(common_schema(one, two), 1U);
  EXPECT_EQ(common_schema(two, one), 1U) << "down: the newer one writes the older schema";
  EXPECT_EQ(common_schema(two, three), 2U);
  EXPECT_EQ(common_schema(two, two), 2U);
  EXPECT_EQ(common_schema(one, three), std::nullopt);
  EXPECT_EQ(common_schema(none, two), std::nullopt);
  EXPECT_EQ(common_schema(two, none), std::nullopt);
}

/// Writes down what was asked of it.
class Fake final : public Endpoint {
 public:
  explicit Fake(std::string& log, std::string name) : log_(log), name_(std::move(name)) {}
  void start(std::shared_ptr<Call>) override {}
  bool pause(std::chrono::milliseconds) override {
    log_ += name_ + ":pause ";
    return !busy;
  }
  void resume() override { log_ += name_ + ":resume "; }
  Result<std::string> export_state(std::uint32_t schema) override {
    log_ += name_ + ":export" + std::to_string(schema) + " ";
    std::this_thread::sleep_for(slow);
    if (refuse == "export") return fail(Errc::invalid, "no");
    return blob;
  }
  Result<> import_state(std::uint32_t, std::string_view given, bool dry) override {
    log_ += name_ + (dry ? ":dry " : ":import ");
    if (refuse == (dry ? "dry" : "import")) return fail(Errc::invalid, "no", "state");
    if (!dry) blob = given;
    return {};
  }
  hotdesk_result check(std::int32_t) override { return HOTDESK_OK; }
  bool busy = false;
  std::string refuse;
  std::string blob;
  std::chrono::milliseconds slow{0};

 private:
  std::string& log_;
  const std::string name_;
};

struct Pair {
  std::string log;
  Fake from{log, "a"}, to{log, "b"};
  Pair() { from.blob = "state"; }
};

TEST(Handover, HoldsTheOldOneBackUntilItIsLetGo) {
  Pair pair;
  {
    Handover handover(pair.from, pair.to, 2, 200ms);
    ASSERT_TRUE(handover.run());
    EXPECT_EQ(pair.log, "a:pause a:export2 b:dry b:import ");
    EXPECT_EQ(pair.to.blob, "state");
    EXPECT_EQ(handover.blob(), "state");
  }
  EXPECT_TRUE(pair.log.ends_with("b:import a:resume "));
}

TEST(Handover, EveryRefusalResumesTheOldOneAtOnce) {
  for (const std::string where : {"export", "dry", "import"}) {
    Pair pair;
    pair.from.refuse = pair.to.refuse = where;
    Handover handover(pair.from, pair.to, 2, 200ms);
    const auto result = handover.run();
    ASSERT_FALSE(result) << where;
    EXPECT_TRUE(pair.log.ends_with("a:resume ")) << pair.log;
    EXPECT_NE(result.error().text.find("no"), std::string::npos);
    EXPECT_EQ(pair.to.blob, "");
  }
}

TEST(Handover, CallsThatDoNotEndOrAStateThatTakesTooLongAreNoHandover) {
  Pair busy;
  busy.from.busy = true;
  EXPECT_EQ(Handover(busy.from, busy.to, 1, 200ms).run().error().code, Errc::busy);
  EXPECT_EQ(busy.log, "a:pause a:resume ");
  Pair slow;
  slow.from.slow = 20ms;
  EXPECT_EQ(Handover(slow.from, slow.to, 1, 5ms).run().error().code, Errc::busy);
  EXPECT_TRUE(slow.log.ends_with("a:resume "));
  Pair huge;
  huge.from.blob.assign(16 * 1024 * 1024 + 1, 'x');
  EXPECT_EQ(Handover(huge.from, huge.to, 1, 10s).run().error().code, Errc::too_big);
}

}  // namespace
}  // namespace hotdesk::plugins
