#include "tenants/accounts.hpp"

#include <gtest/gtest.h>

#include <set>

namespace hotdesk::tenants {
namespace {
TEST(Accounts, UserNamesAreLowerCase) {
  EXPECT_EQ(normal_username("Ann.Lee@shop").value(), "ann.lee@shop");
  for (const char* bad : {"", "ab", "-ann", "ann lee", "ann\n", "王小明明", "ann/lee"}) EXPECT_FALSE(normal_username(bad)) << bad;
  EXPECT_FALSE(normal_username(std::string(65, 'a')));
}

TEST(Accounts, NamesAreOneLineOfAnyScript) {
  EXPECT_EQ(normal_name("  小王 ").value(), "小王");
  for (const char* bad : {"", "   ", "a\nb", "\xff"}) EXPECT_FALSE(normal_name(bad));
  EXPECT_TRUE(normal_name(std::string(80, 'a')));
  EXPECT_FALSE(normal_name(std::string(81, 'a')));
}

struct Case {
  const char* name;
  std::string password;
  bool good;
};
class Rule : public ::testing::TestWithParam<Case> {};
TEST_P(Rule, Password) { EXPECT_EQ(check_password(GetParam().password, "administrator1").has_value(), GetParam().good); }
INSTANTIATE_TEST_SUITE_P(Accounts, Rule,
                         ::testing::Values(Case{"nine", "abcdefghi", false}, Case{"ten", "abcdefghij", true},
                                           Case{"longest", std::string(64, 'a') + std::string(64, 'b'), true},
                                           Case{"too_long", std::string(128, 'a') + "b", false}, Case{"same", "Administrator1", false},
                                           Case{"one_letter", "aaaaaaaaaaaa", false}, Case{"guessed", "Password123", false},
                                           Case{"chinese", "我的密码是一二三四五", true}, Case{"not_utf8", "abcdefghij\xff", false},
                                           Case{"zero_byte", std::string("abcdefghij") + '\0', true}),
                         [](const auto& i) { return std::string(i.param.name); });

TEST(Accounts, MadePasswordsPassAndDiffer) {
  std::set<std::string> seen;
  for (int i = 0; i < 200; ++i) {
    const auto password = make_password();
    EXPECT_TRUE(check_password(password, "ann"));
    EXPECT_EQ(password.size(), 23u);
    seen.insert(password);
  }
  EXPECT_EQ(seen.size(), 200u);
}
}  // namespace
}  // namespace hotdesk::tenants
