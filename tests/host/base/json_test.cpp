#include "base/json.hpp"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace hotdesk {
namespace {

Json parsed(std::string_view text) {
  auto value = parse_json(text);
  EXPECT_TRUE(value) << text;
  return value ? std::move(*value) : Json{};
}

std::string nested(int levels) { return std::string(static_cast<std::size_t>(levels), '[') + std::string(static_cast<std::size_t>(levels), ']'); }

TEST(ParseJson, TheDepthIsBounded) {
  EXPECT_TRUE(parse_json(nested(32)));
  const auto deep = parse_json(nested(33));
  ASSERT_FALSE(deep);
  EXPECT_EQ(deep.error().code, Errc::invalid);
  EXPECT_NE(deep.error().text.find("32"), std::string::npos);
  EXPECT_TRUE(parse_json(nested(3), 3));
  EXPECT_FALSE(parse_json(nested(4), 3));
  EXPECT_FALSE(parse_json(nested(200'000)));  // a hostile nest ends neither the stack nor the patience
}

TEST(ParseJson, OfDuplicateKeysTheLastCounts) { EXPECT_EQ(parsed(R"({"a":1,"a":2})")["a"], 2); }

TEST(ParseJson, ErrorsSayLineAndColumn) {
  const auto error = parse_json("{\n  \"a\": 1,\n  oops\n}");
  ASSERT_FALSE(error);
  EXPECT_EQ(error.error().where, "line 3");
  EXPECT_NE(error.error().text.find("column"), std::string::npos);
}

class BadJson : public ::testing::TestWithParam<const char*> {};
TEST_P(BadJson, IsRefused) { EXPECT_FALSE(parse_json(GetParam())); }
INSTANTIATE_TEST_SUITE_P(ParseJson, BadJson,
                         ::testing::Values("", "{", "{\"a\":}", "[1,]", "{} x", "NaN", "'a'", "\"\x01\"", "\"\xC3(\"", "01", "// a\n1", "\"\\ud800\""));

TEST(Readers, GiveNothingForOtherTypes) {
  const Json object = parsed(R"({"s":"x","i":5,"f":1.5,"b":true,"n":null})");
  EXPECT_EQ(find_string(object, "s"), "x");
  EXPECT_EQ(find_string(object, "i"), std::nullopt);
  EXPECT_EQ(find_string(object, "gone"), std::nullopt);
  EXPECT_EQ(find_integer(object, "i"), 5);
  EXPECT_EQ(find_integer(object, "f"), std::nullopt);
  EXPECT_EQ(find_integer(object, "s"), std::nullopt);
  EXPECT_EQ(find_bool(object, "b"), true);
  EXPECT_EQ(find_bool(object, "i"), std::nullopt);
  EXPECT_EQ(find_string(Json::array(), "s"), std::nullopt);
  EXPECT_EQ(find_integer(parsed("7"), "i"), std::nullopt);
}

TEST(Readers, IntegersAreThoseThatAClientCanHold) {
  EXPECT_EQ(find_integer(parsed(R"({"i":9007199254740991})"), "i"), 9'007'199'254'740'991);
  EXPECT_EQ(find_integer(parsed(R"({"i":9007199254740992})"), "i"), std::nullopt);
  EXPECT_EQ(find_integer(parsed(R"({"i":-9007199254740991})"), "i"), -9'007'199'254'740'991);
  EXPECT_EQ(find_integer(parsed(R"({"i":-9007199254740992})"), "i"), std::nullopt);
  EXPECT_EQ(find_integer(parsed(R"({"i":18446744073709551615})"), "i"), std::nullopt);
  EXPECT_EQ(find_integer(parsed(R"({"i":1e3})"), "i"), std::nullopt);
}

TEST(DumpJson, IsOneLineAndReplacesWhatIsNoUtf8) {
  EXPECT_EQ(dump_json(Json{{"a", "x\ny"}}), "{\"a\":\"x\\ny\"}");
  EXPECT_EQ(dump_json(Json("\xFF")), "\"\xEF\xBF\xBD\"");
}

TEST(AppendJsonString, ComesBackByteForByte) {
  std::string text;
  for (char c = 0; c < 0x7F; ++c) text.push_back(c);
  text += "\x7F 客服 😀 \\ \" </script>";
  std::string out;
  append_json_string(out, text);
  EXPECT_EQ(parsed(out).get<std::string>(), text);
}

}  // namespace
}  // namespace hotdesk
