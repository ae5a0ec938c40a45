#include "net/url.hpp"

#include <gtest/gtest.h>

namespace hotdesk::net {
namespace {

using Query = std::vector<std::pair<std::string, std::string>>;

TEST(Url, TakesApart) {
  const auto target = parse_target("/a%20b/%E5%AE%A2/?q=1%2B1+2&empty=&flag&&x=%26#fragment");
  ASSERT_TRUE(target);
  EXPECT_EQ(target->path, "/a b/客/");
  EXPECT_EQ(target->query, (Query{{"q", "1+1 2"}, {"empty", ""}, {"flag", ""}, {"x", "&"}}));
  EXPECT_EQ(parse_target("/")->path, "/");
}

TEST(Url, RefusesWhatCouldMeanSomethingElse) {
  for (const char* text :
       {"", "a", "*", "http://h/", "/..", "/../etc/passwd", "/a/../b", "/./a", "/%2e%2e/x", "/%2E/x", "/a%2fb", "/a%2Fb", "/a\\b",
        "/a%5cb", "/%", "/%1", "/%zz", "/%00", "/a%0d%0aX", "/%ff", "/%c0%ae", "/?x=%", "/?x=%ff", "/a\x01"})
    EXPECT_FALSE(parse_target(text)) << text;
}

TEST(Url, IsBounded) {
  EXPECT_TRUE(parse_target('/' + std::string(8191, 'a')));
  EXPECT_FALSE(parse_target('/' + std::string(8192, 'a')));
  std::string many = "/?";
  for (int i = 0; i < 64; ++i) many += "a=1&";
  EXPECT_TRUE(parse_target(many));
  EXPECT_FALSE(parse_target(many + "a=1"));
}

}  // namespace
}  // namespace hotdesk::net
