// The parts of org.hotdesk.filtering 1.2.0: personal data, variants, flood.
#include <gtest/gtest.h>

#include <cstring>
#include <string>

#include "flood.hpp"
#include "personal.hpp"
#include "variants.hpp"

namespace filtering {
namespace {

/// "kind:text;" for each hit.
std::string personal(std::string_view text) {
  const auto characters = read_variants(text);
  std::string all;
  for (const auto& hit : find_personal(characters)) {
    constexpr const char* names[] = {"phone", "id", "bank", "email"};
    all += std::string(names[static_cast<std::size_t>(hit.kind)]) + ":" +
           std::string(text.substr(characters[hit.begin].begin, characters[hit.end - 1].end - characters[hit.begin].begin)) + ";";
    EXPECT_LE(hit.begin, hit.hide_begin);
    EXPECT_LT(hit.hide_begin, hit.hide_end);
    EXPECT_LE(hit.hide_end, hit.end);
  }
  return all;
}

struct Case {
  const char* name;
  const char* text;
  const char* hits;
};
class PersonalData : public ::testing::TestWithParam<Case> {};
TEST_P(PersonalData, IsFound) { EXPECT_EQ(personal(GetParam().text), GetParam().hits); }
INSTANTIATE_TEST_SUITE_P(
    Table, PersonalData,
    ::testing::Values(
        Case{"mobile", "电话13800138000，谢谢", "phone:13800138000;"}, Case{"mobile_groups", "138 0013 8000", "phone:138 0013 8000;"},
        Case{"full_width", "１３８００１３８０００", "phone:１３８００１３８０００;"}, Case{"country", "+86-138-0013-8000", "phone:+86-138-0013-8000;"},
        Case{"country_bare", "8613800138000", "phone:8613800138000;"}, Case{"country_zeros", "008613800138000", "phone:008613800138000;"},
        Case{"international", "+1 415 555 2671", "phone:+1 415 555 2671;"}, Case{"two", "13800138000 13900139000", "phone:13800138000;phone:13900139000;"},
        Case{"not_mobile", "12800138000", ""}, Case{"too_long", "138001380001", ""}, Case{"in_word", "a13800138000", ""},
        Case{"china_must_be_mobile", "+86 10 1234 5678", ""}, Case{"id_card", "11010519491231002X", "id:11010519491231002X;"},
        Case{"id_small_x", "11010519491231002x", "id:11010519491231002x;"}, Case{"id_bad_check", "110105194912310021", ""},
        Case{"id_bad_date", "110105194913310021", ""}, Case{"id_spaced", "110105 19491231 002X", "id:110105 19491231 002X;"},
        Case{"visa", "4111111111111111", "bank:4111111111111111;"}, Case{"visa_groups", "4111-1111-1111-1111", "bank:4111-1111-1111-1111;"},
        Case{"luhn_bad", "4111111111111112", ""}, Case{"all_same", "4444444444444444", ""}, Case{"unionpay", "6222021234567890128", "bank:6222021234567890128;"},
        Case{"order_number", "9111111111111111", ""}, Case{"email", "to ann.b+c@mail.example.com.", "email:ann.b+c@mail.example.com;"},
        Case{"email_wide", "ann＠example．com", "email:ann＠example．com;"}, Case{"email_phone", "13800138000@qq.com", "email:13800138000@qq.com;"},
        Case{"email_chinese", "邮箱ann@qq.com谢谢", "email:ann@qq.com;"}, Case{"email_not", "a@b, @x.com, a@.com, a@b.c", ""},
        Case{"mixed", "13800138000 ann@qq.com 11010519491231002X", "phone:13800138000;email:ann@qq.com;id:11010519491231002X;"},
        Case{"price", "1,234.56 2026-11-24 10:30", ""}, Case{"empty", "", ""}, Case{"signs", "+ +( @ - +1", ""}),
    [](const auto& i) { return std::string(i.param.name); });

TEST(Variants, SimplifyAndUndress) {
  EXPECT_EQ(simplify(U'國'), U'国');
  EXPECT_EQ(simplify(U'並'), U'并') << "the first of the table";
  EXPECT_EQ(simplify(U'龜'), U'龟');
  EXPECT_EQ(simplify(U'国'), U'国');
  EXPECT_EQ(simplify(U'a'), U'a');
  EXPECT_EQ(simplify(0x10FFFF), char32_t{0x10FFFF});
  EXPECT_EQ(undress(U'ⓩ'), U'z');
  EXPECT_EQ(undress(U'𝟗'), U'9');
  EXPECT_EQ(undress(U'𝓐'), U'a');
  EXPECT_EQ(undress(U'④'), U'4');
  EXPECT_EQ(undress(U'о'), U'o');
  EXPECT_EQ(undress(U'国'), U'国');
  for (char32_t c = 0; c < 0x20000; ++c) ASSERT_TRUE(simplify(simplify(c)) == simplify(c)) << static_cast<unsigned>(c);
}

TEST(FloodTest, SlidesAndForgets) {
  Flood flood({1'000, 10, 0});
  hotdesk_id one{};
  one.bytes[3] = 1;
  int fine = 0;
  for (int i = 0; i < 20; ++i) fine += flood.add(one, static_cast<std::uint64_t>(i), 5'000 + i) == Flood::Verdict::fine;
  EXPECT_EQ(fine, 10);
  EXPECT_EQ(flood.add(one, 99, 6'050), Flood::Verdict::too_many) << "most of the last window is still in view";
  EXPECT_EQ(flood.add(one, 99, 6'900), Flood::Verdict::fine);
  EXPECT_EQ(flood.add(one, 99, 60'000), Flood::Verdict::fine);
}

TEST(FloodTest, ManyVisitorsAreNoMemory) {
  Flood flood({1'000, 1, 1});
  hotdesk_id id{};
  for (std::uint32_t i = 1; i < 200'000; ++i) {
    std::memcpy(id.bytes, &i, sizeof i);
    ASSERT_EQ(flood.add(id, 1, i), Flood::Verdict::fine);
  }
  EXPECT_EQ(flood.add(id, 2, 200'000), Flood::Verdict::too_many) << "the last one is still known";
}

TEST(FloodTest, OffIsFree) {
  Flood flood({1'000, 0, 0});
  EXPECT_FALSE(flood.is_on());
  EXPECT_EQ(flood.add({}, 1, 1), Flood::Verdict::fine);
}

}  // namespace
}  // namespace filtering
