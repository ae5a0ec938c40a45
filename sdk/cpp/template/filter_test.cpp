// The plugin through its real entry point, with the SDK's fake host.
#include <gtest/gtest.h>

#include "hotdesk/sdk/fake_host.hpp"

namespace {

namespace sdk = hotdesk::sdk;

TEST(WordFilter, HidesTheWord) {
  sdk::FakeHost host;
  sdk::FakePlugin plugin(&hotdesk_plugin_query, host);
  EXPECT_EQ(plugin.inspect("hello").verdict, HOTDESK_FILTER_PASS);
  EXPECT_EQ(plugin.inspect("a secret").text, "a ******");
}

TEST(WordFilter, EachTenantHasItsWords) {
  sdk::FakeHost host;
  host.set("/words/0", "tea");
  host.set("/words/1", "茶");
  sdk::FakePlugin plugin(&hotdesk_plugin_query, host);
  EXPECT_EQ(plugin.inspect("tea 茶 secret").text, "*** * secret");
}

TEST(WordFilter, RefusesWhenTold) {
  sdk::FakeHost host;
  host.set("/refuse", true);
  sdk::FakePlugin plugin(&hotdesk_plugin_query, host);
  const auto answer = plugin.inspect("a secret");
  EXPECT_EQ(answer.verdict, HOTDESK_FILTER_BLOCK);
  EXPECT_EQ(answer.reason, "Please leave that word out.");
}

TEST(WordFilter, SaysWhichSettingIsWrong) {
  sdk::FakeHost host;
  host.set("/words/0", "");
  EXPECT_THROW(sdk::FakePlugin(&hotdesk_plugin_query, host), std::runtime_error);
  EXPECT_EQ(host.failed_path(), "/words/0");
}

}  // namespace
