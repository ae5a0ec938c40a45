#include "net/admission.hpp"

#include <gtest/gtest.h>

namespace hotdesk::net {
namespace {

const AddressBytes one = *parse_address("192.0.2.1");
const AddressBytes two = *parse_address("192.0.2.2");

ServerLimits small() {
  ServerLimits limits;
  limits.connections = 10;
  limits.connections_per_address = 3;
  limits.accepts_per_address = 1;
  limits.accepts_per_address_burst = 100;
  return limits;
}

TEST(Admission, RefusesAnAddressThatHasTooMany) {
  Admission admission(small());
  bool exempt = false;
  for (int i = 0; i < 3; ++i) EXPECT_EQ(admission.admit(one, 0, exempt), Verdict::welcome);
  EXPECT_EQ(admission.admit(one, 0, exempt), Verdict::too_many);
  EXPECT_EQ(admission.admit(two, 0, exempt), Verdict::welcome) << "another address is not concerned";
  admission.release(one);
  admission.release(one);
  EXPECT_EQ(admission.admit(one, 0, exempt), Verdict::welcome);
}

TEST(Admission, SaysBusyWhenFullAndNothingWhenFarBeyond) {
  ServerLimits limits = small();
  limits.connections_per_address = 1000;
  limits.accepts_per_address_burst = 10'000;
  Admission admission(limits);
  bool exempt = false;
  for (int i = 0; i < 10; ++i) ASSERT_EQ(admission.admit(one, 0, exempt), Verdict::welcome);
  for (int i = 0; i < 64; ++i) ASSERT_EQ(admission.admit(two, 0, exempt), Verdict::busy);
  EXPECT_EQ(admission.admit(two, 0, exempt), Verdict::drop);
  EXPECT_EQ(admission.connections(), 74U);
}

TEST(Admission, TheRateOfAnAddressRefills) {
  ServerLimits limits = small();
  limits.connections = limits.connections_per_address = 1000;
  limits.accepts_per_address_burst = 10;
  limits.accepts_per_address = 2;
  Admission admission(limits);
  bool exempt = false;
  for (int i = 0; i < 10; ++i) ASSERT_EQ(admission.admit(one, 0, exempt), Verdict::welcome);
  EXPECT_EQ(admission.admit(one, 0, exempt), Verdict::too_many);
  EXPECT_EQ(admission.admit(one, 1'000, exempt), Verdict::welcome) << "two tokens a second";
  for (int i = 0; i < 5; ++i) admission.admit(one, 1'000, exempt);
  EXPECT_EQ(admission.admit(one, 1'000, exempt), Verdict::drop) << "deep in debt not even an answer";
}

TEST(Admission, ExemptAddressesAreNotCountedByAddress) {
  ServerLimits limits = small();
  limits.connections = 1000;
  limits.exempt_addresses = {"192.0.2.0/31"};
  Admission admission(limits);
  bool exempt = false;
  for (int i = 0; i < 200; ++i) ASSERT_EQ(admission.admit(one, 0, exempt), Verdict::welcome);
  EXPECT_TRUE(exempt);
  EXPECT_TRUE(admission.begin_handshake(one, exempt));
}

TEST(Admission, OneAddressGetsAQuarterOfTheHandshakes) {
  ServerLimits limits = small();
  limits.handshakes = 40;
  Admission admission(limits);
  for (int i = 0; i < 10; ++i) ASSERT_TRUE(admission.begin_handshake(one, false));
  EXPECT_FALSE(admission.begin_handshake(one, false));
  EXPECT_TRUE(admission.begin_handshake(two, false));
  admission.end_handshake(one, false);
  EXPECT_TRUE(admission.begin_handshake(one, false));
}

}  // namespace
}  // namespace hotdesk::net
