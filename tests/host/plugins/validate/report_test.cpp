// The report as JSON: what is written is read again, what others wrote is not trusted.
#include <gtest/gtest.h>

#include "plugins/validate/report.hpp"

namespace hotdesk::plugins::validate {
namespace {

Report sample() {
  return {"com.example.polite", "1.0.0", "abc", std::string(64, 'a'), "0.1.0", "1.1", false,
          {{"gate", passed("12 KB"), 1}, {"state_fuzz", skipped("has no hotdesk.state/1"), 2}}};
}

TEST(Report, GoesRound) {
  const auto read = read_report(to_json(sample()));
  ASSERT_TRUE(read) << read.error().text;
  EXPECT_EQ(to_json(*read), to_json(sample()));
  EXPECT_TRUE(read->passed());
}

TEST(Report, VouchesForThisBuildAlone) {
  Manifest manifest;
  manifest.id = "com.example.polite";
  manifest.version = "1.0.0";
  manifest.files = {{"LICENSE", std::string(64, '1')}, {"lib/linux-x86_64/plugin.so", std::string(64, 'a')}};
  EXPECT_TRUE(check_report(to_json(sample()), manifest));
  const auto with_version = [&](const char* version) {
    auto other = manifest;
    other.version = version;
    return other;
  };
  EXPECT_FALSE(check_report(to_json(sample()), with_version("1.0.1")));
  auto rebuilt = manifest;
  rebuilt.files["lib/linux-x86_64/plugin.so"] = std::string(64, 'b');
  EXPECT_FALSE(check_report(to_json(sample()), rebuilt));
  auto bad = sample();
  bad.tests.push_back({"cycles", failed("grows"), 3});
  EXPECT_FALSE(check_report(to_json(bad), manifest));
  bad.tests.clear();
  EXPECT_FALSE(check_report(to_json(bad), manifest)) << "no test, no proof";
  EXPECT_FALSE(check_report("{}", manifest));
}

struct Case {
  const char* name;
  std::string json;
  const char* where;
};
class Broken : public testing::TestWithParam<Case> {};
TEST_P(Broken, IsRefused) {
  const auto read = read_report(GetParam().json);
  ASSERT_FALSE(read);
  EXPECT_EQ(read.error().where, GetParam().where);
}

std::string with(const std::string& from, const std::string& to) {
  std::string json = to_json(sample());
  const auto at = json.find(from);
  EXPECT_NE(at, json.npos) << from;
  return json.replace(at, from.size(), to);
}

INSTANTIATE_TEST_SUITE_P(Report, Broken,
                         testing::Values(Case{"not_an_object", "[]", ""}, Case{"no_plugin", with("\"plugin\"", "\"plugin2\""), "/plugin"},
                                         Case{"a_number", with("\"1.0.0\"", "1"), "/version"},
                                         Case{"a_claim", with("\"result\": \"pass\"", "\"result\": \"fail\""), "/passed"},
                                         Case{"a_word", with("\"result\": \"pass\"", "\"result\": \"great\""), "/tests/result"},
                                         Case{"no_tests", with("\"tests\"", "\"tests2\""), "/tests"}),
                         [](const auto& one) { return std::string(one.param.name); });

}  // namespace
}  // namespace hotdesk::plugins::validate
