// The checker must fail on each kind of damage: a checker that cannot fail proves nothing.
#include "system/checker.hpp"

#include <gtest/gtest.h>

#include <sstream>

namespace hotdesk::system {
namespace {

const std::string history = R"({"at":1,"dev":"d1","user":"","ev":"welcome","feed":"u","cur":0,"user":"a"}
{"at":2,"dev":"d1","user":"a","ev":"send","mid":"m1","conv":"c","h":"x"}
{"at":3,"dev":"d1","user":"a","ev":"ack","mid":"m1","conv":"c","seq":1,"dup":false}
{"at":3,"dev":"d1","user":"a","ev":"apply","feed":"u","cur":1,"prev":0,"conv":"c","seq":1,"kind":"text","mid":"m1"}
{"at":4,"dev":"d1","user":"a","ev":"send","mid":"m2","conv":"c","h":"y"}
{"at":5,"dev":"d1","user":"a","ev":"ack","mid":"m2","conv":"c","seq":2,"dup":false}
{"at":5,"dev":"d1","user":"a","ev":"apply","feed":"u","cur":2,"prev":1,"conv":"c","seq":2,"kind":"text","mid":"m2"}
)";
const std::string dump = R"({"kind":"message","conv":"c","seq":1,"entry":"text","mid":"m1","h":"x"}
{"kind":"message","conv":"c","seq":2,"entry":"text","mid":"m2","h":"y"}
{"kind":"feed","user":"a","cur":1,"prev":0,"conv":"c","seq":1,"entry":"text","mid":"m1"}
{"kind":"feed","user":"a","cur":2,"prev":1,"conv":"c","seq":2,"entry":"text","mid":"m2"}
)";

std::string swap(std::string text, const std::string& from, const std::string& to) {
  const auto at = text.find(from);
  EXPECT_NE(at, std::string::npos) << from;
  return text.replace(at, from.size(), to);
}

std::vector<std::string> violations(const std::string& h, const std::string& d) {
  std::istringstream in_history(h);
  std::istringstream in_dump(d);
  return check(in_history, in_dump).violations;
}

TEST(Checker, AWholeRunHolds) { EXPECT_TRUE(violations(history, dump).empty()); }

struct Damage {
  std::string name;
  std::string invariant;
  std::string h;
  std::string d;
};
class Finds : public ::testing::TestWithParam<Damage> {};

TEST_P(Finds, TheDamage) {
  bool found = false;
  for (const auto& text : violations(GetParam().h, GetParam().d)) found = found || text.starts_with(GetParam().invariant);
  EXPECT_TRUE(found) << GetParam().invariant;
}

const std::string second_message = "{\"kind\":\"message\",\"conv\":\"c\",\"seq\":2,\"entry\":\"text\",\"mid\":\"m2\",\"h\":\"y\"}\n";
const std::string second_apply = "{\"at\":5,\"dev\":\"d1\",\"user\":\"a\",\"ev\":\"apply\",\"feed\":\"u\",\"cur\":2,\"prev\":1,\"conv\":\"c\",\"seq\":2,\"kind\":\"text\",\"mid\":\"m2\"}\n";

INSTANTIATE_TEST_SUITE_P(Kinds, Finds, ::testing::Values(
  Damage{"an_acked_message_is_gone", "I1", history, swap(dump, second_message, "")},
  Damage{"another_seq_than_acked", "I1", swap(history, R"("m2","conv":"c","seq":2,"dup")", R"("m2","conv":"c","seq":3,"dup")"), dump},
  Damage{"another_text", "I1", history, swap(dump, R"("h":"y")", R"("h":"z")")},
  Damage{"stored_twice", "I2", history, dump + R"({"kind":"message","conv":"c","seq":3,"entry":"text","mid":"m2","h":"y"})" + "\n"},
  Damage{"a_hole_in_seq", "I3", history, swap(dump, R"("seq":2,"entry":"text","mid":"m2","h")", R"("seq":4,"entry":"text","mid":"m2","h")")},
  Damage{"a_broken_chain", "I3", history, swap(dump, R"("cur":2,"prev":1)", R"("cur":2,"prev":0)")},
  Damage{"nobody_sent_it", "I4", history, dump + R"({"kind":"message","conv":"c","seq":3,"entry":"text","mid":"m9","h":"y"})" + "\n"},
  Damage{"out_of_order", "I5", history, R"({"kind":"message","conv":"c","seq":1,"entry":"text","mid":"m2","h":"y"})" "\n" R"({"kind":"message","conv":"c","seq":2,"entry":"text","mid":"m1","h":"x"})" "\n"},
  Damage{"acked_before_and_later_in_order", "I6", history, R"({"kind":"message","conv":"c","seq":1,"entry":"text","mid":"m2","h":"y"})" "\n" R"({"kind":"message","conv":"c","seq":2,"entry":"text","mid":"m1","h":"x"})" "\n"},
  Damage{"an_entry_never_came", "I7", swap(history, second_apply, ""), dump},
  Damage{"an_entry_came_twice", "I9", history + second_apply, dump},
  Damage{"an_entry_of_somebody_else", "I10", history + R"({"at":6,"dev":"d1","user":"a","ev":"apply","feed":"u","cur":3,"prev":2,"conv":"z","seq":1,"kind":"text"})" + "\n", dump}),
  [](const auto& i) { return i.param.name; });

}  // namespace
}  // namespace hotdesk::system
