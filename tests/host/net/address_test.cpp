#include "net/address.hpp"

#include <gtest/gtest.h>

namespace hotdesk::net {
namespace {

TEST(Address, TextAndBack) {
  for (const char* text : {"192.0.2.1", "2001:db8::1", "::1", "255.255.255.255"}) EXPECT_EQ(to_text(*parse_address(text)), text);
  for (const char* text : {"", "1.2.3", "1.2.3.4.5", "host", "1.2.3.4/8", "[::1]"}) EXPECT_FALSE(parse_address(text)) << text;
}

TEST(AddressRange, Contains) {
  struct Case {
    const char* range;
    const char* address;
    bool inside;
  };
  for (const auto& c : {Case{"127.0.0.0/8", "127.9.8.7", true}, Case{"127.0.0.0/8", "128.0.0.1", false},
                        Case{"10.1.2.3", "10.1.2.3", true}, Case{"10.1.2.3", "10.1.2.4", false},
                        Case{"192.168.4.0/22", "192.168.7.255", true}, Case{"192.168.4.0/22", "192.168.8.0", false},
                        Case{"fd00::/8", "fdab::1", true}, Case{"fd00::/8", "fe80::1", false},
                        Case{"0.0.0.0/0", "8.8.8.8", true}, Case{"0.0.0.0/0", "2001:db8::1", false}}) {
    const auto range = AddressRange::parse(c.range);
    ASSERT_TRUE(range) << c.range;
    EXPECT_EQ(range->contains(*parse_address(c.address)), c.inside) << c.range << ' ' << c.address;
  }
}

TEST(AddressRange, RefusesWhatIsNone) {
  for (const char* text : {"", "x", "1.2.3.4/33", "1.2.3.4/", "1.2.3.4/-1", "::/129", "1.2.3.4/8x"})
    EXPECT_FALSE(AddressRange::parse(text)) << text;
}

TEST(Address, LimitsCountAnIpv6CustomerAsOne) {
  EXPECT_EQ(limit_key(*parse_address("2001:db8:1:2::1")), limit_key(*parse_address("2001:db8:1:2:ffff::9")));
  EXPECT_NE(limit_key(*parse_address("2001:db8:1:2::1")), limit_key(*parse_address("2001:db8:1:3::1")));
  EXPECT_NE(limit_key(*parse_address("192.0.2.1")), limit_key(*parse_address("192.0.2.2")));
}

}  // namespace
}  // namespace hotdesk::net
