#include "base/id.hpp"

#include <gtest/gtest.h>

#include <set>
#include <type_traits>
#include <unordered_set>

namespace hotdesk {
namespace {

static_assert(!std::is_convertible_v<std::int64_t, TenantKey>);
static_assert(!std::is_convertible_v<TenantKey, std::int64_t>);
static_assert(!std::is_constructible_v<TenantKey, UserKey>, "ids of two kinds cannot be swapped");

TEST(Uuid, TextAndBinaryComeBack) {
  const auto uuid = parse_uuid("01900000-0000-7abc-8def-0123456789ab");
  ASSERT_TRUE(uuid);
  EXPECT_EQ(uuid->text(), "01900000-0000-7abc-8def-0123456789ab");
  EXPECT_EQ(uuid_from_binary(uuid->binary()), uuid);
  EXPECT_EQ(parse_uuid("01900000-0000-7ABC-8DEF-0123456789AB"), uuid);
  EXPECT_FALSE(uuid->is_nil());
  EXPECT_TRUE(Uuid{}.is_nil());
}

class BadUuid : public ::testing::TestWithParam<const char*> {};
TEST_P(BadUuid, IsRefused) { EXPECT_EQ(parse_uuid(GetParam()), std::nullopt); }
INSTANTIATE_TEST_SUITE_P(Uuid, BadUuid,
                         ::testing::Values("", "01900000-0000-7abc-8def-0123456789a", "01900000-0000-7abc-8def-0123456789abc",
                                           "0190000000007abc8def0123456789ab", "01900000-0000-7abc-8def-0123456789ag",
                                           "01900000_0000-7abc-8def-0123456789ab", "0190000-00000-7abc-8def-0123456789ab",
                                           "{1900000-0000-7abc-8def-0123456789a}"));

TEST(Uuid, OtherLengthsOfBytesAreRefused) {
  EXPECT_EQ(uuid_from_binary(std::string(15, 'x')), std::nullopt);
  EXPECT_EQ(uuid_from_binary(std::string(17, 'x')), std::nullopt);
}

TEST(MakeUuid, IsVersionSevenOfThatInstant) {
  const std::int64_t now = 0x0123'4567'89AB;
  const std::string text = make_uuid(now).text();
  EXPECT_EQ(text.substr(0, 13), "01234567-89ab");
  EXPECT_EQ(text[14], '7');
  EXPECT_NE(std::string("89ab").find(text[19]), std::string::npos);
}

TEST(MakeUuid, LaterOnesSortBehindInTextBytesAndValue) {
  Uuid before = make_uuid(1'000);
  for (std::int64_t now = 1'001; now < 1'300; ++now) {
    const Uuid after = make_uuid(now);
    EXPECT_LT(before, after);
    EXPECT_LT(before.text(), after.text());
    EXPECT_LT(before.binary(), after.binary());
    before = after;
  }
}

TEST(MakeUuid, ManyOfOneInstantDiffer) {
  std::set<Uuid> seen;
  for (int i = 0; i < 10'000; ++i) seen.insert(make_uuid(5));
  EXPECT_EQ(seen.size(), 10'000U);
}

TEST(Ids, AreKeysOfHashTables) {
  std::unordered_set<TenantKey> keys{TenantKey{1}, TenantKey{1}, TenantKey{2}};
  EXPECT_EQ(keys.size(), 2U);
  std::unordered_set<Uuid> uuids{Uuid{}, make_uuid(1)};
  EXPECT_EQ(uuids.size(), 2U);
}

}  // namespace
}  // namespace hotdesk
