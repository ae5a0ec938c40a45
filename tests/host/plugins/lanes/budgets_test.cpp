#include "plugins/lanes/budgets.hpp"

#include <gtest/gtest.h>

namespace hotdesk::plugins {
namespace {

TEST(Budgets, DefaultsAndWhatAGrantSaysOtherwise) {
  EXPECT_EQ(read_budgets("{}")->filter_ms, 200U);
  const auto budgets = read_budgets(R"({"sync_hard_ms": 50, "async_ms": {"responder": 60000}, "memory_bytes": 1073741824})");
  ASSERT_TRUE(budgets);
  EXPECT_EQ(budgets->sync_hard_ms, 50U);
  EXPECT_EQ(budgets->limit_of(Method::reply).count(), 60'000);
  EXPECT_EQ(budgets->limit_of(Method::route).count(), 300);
  EXPECT_EQ(budgets->memory_bytes, 1ULL << 30);
}

TEST(Budgets, NamesWhatIsWrong) {
  for (const auto& [json, where] : std::initializer_list<std::pair<const char*, const char*>>{
           {R"({"filter_ms": 3})", "/budgets/filter_ms"},
           {R"({"sync_hard_ms": 0})", "/budgets/sync_hard_ms"},
           {R"({"sync_hard_ms": -1})", "/budgets/sync_hard_ms"},
           {R"({"async_ms": {"poet": 1}})", "/budgets/async_ms/poet"},
           {R"({"async_ms": 3})", "/budgets/async_ms"},
           {"[]", "/budgets"},
           {"", "/budgets"}}) {
    const auto budgets = read_budgets(json);
    ASSERT_FALSE(budgets) << json;
    EXPECT_EQ(budgets.error().where, where);
  }
}

TEST(Granted, HostsAreThoseBehindHttp) {
  Granted granted;
  granted.permissions = {"kv", "http:api.example.com", "http:localhost:11434"};
  EXPECT_EQ(granted.http_hosts(), (std::vector<std::string>{"api.example.com", "localhost:11434"}));
  EXPECT_TRUE(granted.allows("kv"));
  EXPECT_FALSE(granted.allows("k"));
}

}  // namespace
}  // namespace hotdesk::plugins
