#include "visitors/device.hpp"

#include <gtest/gtest.h>

namespace hotdesk::visitors {
namespace {
struct Case {
  const char* name;
  const char* ua;
  const char* kind;
  const char* os;
  const char* browser;
};
class Classify : public ::testing::TestWithParam<Case> {};
TEST_P(Classify, Device) {
  const auto device = classify_device(GetParam().ua);
  EXPECT_EQ(device.kind, GetParam().kind);
  EXPECT_EQ(device.os, GetParam().os);
  EXPECT_EQ(device.browser, GetParam().browser);
}
INSTANTIATE_TEST_SUITE_P(
    Agents, Classify,
    ::testing::Values(
        Case{"chrome_windows", "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0.0.0 Safari/537.36", "desktop", "Windows", "Chrome"},
        Case{"edge", "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0.0.0 Safari/537.36 Edg/120.0.2210.91", "desktop", "Windows", "Edge"},
        Case{"safari_mac", "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.1 Safari/605.1.15", "desktop", "macOS", "Safari"},
        Case{"firefox_linux", "Mozilla/5.0 (X11; Linux x86_64; rv:120.0) Gecko/20100101 Firefox/120.0", "desktop", "Linux", "Firefox"},
        Case{"iphone", "Mozilla/5.0 (iPhone; CPU iPhone OS 17_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.1 Mobile/15E148 Safari/604.1", "phone", "iOS", "Safari"},
        Case{"wechat_android", "Mozilla/5.0 (Linux; Android 13; V2183A) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 Chrome/111.0 Mobile Safari/537.36 MMWEBID/1 MicroMessenger/8.0.44", "phone", "Android", "WeChat"},
        Case{"android_tablet", "Mozilla/5.0 (Linux; Android 13; SM-X700) AppleWebKit/537.36 (KHTML, like Gecko) SamsungBrowser/23.0 Chrome/115.0 Safari/537.36", "tablet", "Android", "Samsung Internet"},
        Case{"ipad", "Mozilla/5.0 (iPad; CPU OS 16_6 like Mac OS X) AppleWebKit/605.1.15 CriOS/119.0 Mobile/15E148 Safari/604.1", "tablet", "iOS", "Chrome"},
        Case{"crawler", "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)", "bot", "", ""},
        Case{"nothing", "", "unknown", "", ""}, Case{"nonsense", "\xff\xfe<script>", "unknown", "", ""}),
    [](const auto& i) { return std::string(i.param.name); });

TEST(Device, JsonAndLanguage) {
  EXPECT_EQ(to_json({"phone", "iOS", "Safari"}), R"({"kind":"phone","os":"iOS","browser":"Safari"})");
  EXPECT_EQ(first_language("zh-CN,zh;q=0.9,en;q=0.8"), "zh-CN");
  EXPECT_EQ(first_language("en;q=0.5"), "en");
  EXPECT_EQ(first_language(""), "");
  EXPECT_EQ(first_language("*"), "");
  EXPECT_EQ(first_language(std::string(1000, 'a')).size(), 35u);
}
}  // namespace
}  // namespace hotdesk::visitors
