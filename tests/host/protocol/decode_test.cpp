#include "protocol/decode.hpp"

#include <gtest/gtest.h>

#include "base/overloaded.hpp"

namespace hotdesk::protocol {
namespace {

const std::string mid = "01890000-0000-7000-8000-000000000001";
const std::string conv = "01890000-0000-7000-8000-000000000002";

struct Refused {
  std::string name;
  std::string text;
  bool fatal = false;
  bool unknown_type = false;
  bool names_mid = false;
};

class Refuses : public ::testing::TestWithParam<Refused> {};

TEST_P(Refuses, WithAReason) {
  const auto result = decode(GetParam().text, Limits{});
  const auto* bad = std::get_if<BadFrame>(&result);
  ASSERT_NE(bad, nullptr) << GetParam().text;
  EXPECT_EQ(bad->fatal, GetParam().fatal);
  EXPECT_EQ(bad->unknown_type, GetParam().unknown_type);
  EXPECT_EQ(bad->mid.has_value(), GetParam().names_mid);
  EXPECT_FALSE(bad->text.empty());
}

std::string pub(const std::string& rest) { return R"({"t":"pub","mid":")" + mid + R"(","conv":")" + conv + "\"," + rest + "}"; }

INSTANTIATE_TEST_SUITE_P(Frames, Refuses, ::testing::Values(
  Refused{"empty", "", true}, Refused{"half_a_frame", R"({"t":"pub")", true}, Refused{"a_list", "[]", true},
  Refused{"a_number", "7", true}, Refused{"two_values", "{}{}", true}, Refused{"no_type", "{}"},
  Refused{"type_is_a_number", R"({"t":7})"}, Refused{"unknown", R"({"t":"dance"})", false, true},
  Refused{"hello_without_dev", R"({"t":"hello","ver":1})"}, Refused{"hello_ver_text", R"({"t":"hello","ver":"1","dev":"d"})"},
  Refused{"pub_without_mid", R"({"t":"pub","conv":"x","kind":"text","body":{}})"},
  Refused{"pub_without_kind", pub(R"("body":{"text":"a"})"), false, false, true},
  Refused{"pub_unknown_kind", pub(R"("kind":"video","body":{})"), false, false, true},
  Refused{"pub_body_is_text", pub(R"("kind":"text","body":"a")"), false, false, true},
  Refused{"pub_empty_text", pub(R"("kind":"text","body":{"text":""})"), false, false, true},
  Refused{"pub_nul", pub(R"("kind":"text","body":{"text":"a\u0000b"})"), false, false, true},
  Refused{"pub_lone_surrogate", pub(R"("kind":"text","body":{"text":"a\ud800b"})"), false, false, true},
  Refused{"pub_bad_after", pub(R"("kind":"text","body":{"text":"a"},"after":"x")"), false, false, true},
  Refused{"sync_without_id", R"({"t":"sync","cur":0})"}, Refused{"sync_negative", R"({"t":"sync","id":"1","cur":-1})"},
  Refused{"sync_both_ways", R"({"t":"sync","id":"1","conv":")" + conv + R"(","before":3,"after":1})"},
  Refused{"fraction", R"({"t":"got","cur":1.5})"}, Refused{"beyond_2_53", R"({"t":"got","cur":9007199254740993})"}),
  [](const auto& i) { return i.param.name; });

Decoded good(const std::string& text) {
  auto result = decode(text, Limits{});
  if (const auto* bad = std::get_if<BadFrame>(&result)) ADD_FAILURE() << bad->text;
  return std::get<Decoded>(std::move(result));
}

TEST(Decode, ATextIsKeptByteForByte) {
  const auto decoded = good(pub(R"("id":"7","kind":"text","body":{"text":"<b>退款 \ud83d\ude00 \"q\"\n</b>"},"future":1)"));
  const auto& frame = std::get<Pub>(decoded.frame);
  EXPECT_EQ(decoded.id, "7");
  EXPECT_EQ(frame.text, "<b>退款 😀 \"q\"\n</b>");
  EXPECT_EQ(frame.body, R"({"text":"<b>退款 😀 \"q\"\n</b>"})");
}

TEST(Decode, TheLastOfDuplicateKeysCounts) {
  EXPECT_EQ(std::get<Got>(good(R"({"t":"got","cur":1,"cur":2})").frame).cur, 2);
}

TEST(Decode, TextIsCountedInCodePoints) {
  Limits limits;
  limits.text = 3;
  const auto decode_text = [&](const std::string& text) {
    return std::get<Pub>(std::get<Decoded>(decode(pub(R"("kind":"text","body":{"text":")" + text + "\"}"), limits)).frame).text_too_long;
  };
  EXPECT_FALSE(decode_text("退款款"));
  EXPECT_TRUE(decode_text("退款款a"));
}

TEST(Decode, SyncIsClampedToThePage) {
  EXPECT_EQ(std::get<Sync>(good(R"({"t":"sync","id":"1","cur":4,"max":5000})").frame).max, Limits{}.page);
  EXPECT_EQ(std::get<Sync>(good(R"({"t":"sync","id":"1","cur":4})").frame).feed, "u");
}

TEST(Decode, ResumeNamesItsFeeds) {
  const auto hello = std::get<Hello>(good(R"({"t":"hello","ver":1,"dev":"d","caps":["x"],"resume":{"epoch":"e","feeds":{"u":4,"q:x":0}}})").frame);
  EXPECT_TRUE(hello.resume);
  EXPECT_EQ(hello.feeds.at("u"), 4);
  EXPECT_EQ(hello.feeds.size(), 2U);
}

TEST(Decode, DeepNestingIsRefusedNotFollowed) {
  const auto result = decode(std::string(30'000, '[') + std::string(30'000, ']'), Limits{});
  EXPECT_TRUE(std::get<BadFrame>(result).fatal);
}

}  // namespace
}  // namespace hotdesk::protocol
