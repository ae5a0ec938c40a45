// Every test of the validator against a plugin that breaks just what it looks for, and all of them against good ones.
#include <gtest/gtest.h>

#include "host/plugins/validate/checked.hpp"

namespace hotdesk::plugins::validate::test {
namespace {

struct Case {
  const char* flaw;
  const char* found_by;
  const char* words;  ///< part of what it says
};

class Flaws : public testing::TestWithParam<Case> {};

TEST_P(Flaws, AreFound) {
  const auto report = validate(wishes_for(flawed(GetParam().flaw), {GetParam().found_by}));
  ASSERT_TRUE(report) << report.error().text;
  EXPECT_FALSE(report->passed());
  const auto what = failure(*report);
  EXPECT_TRUE(what.starts_with(std::string(GetParam().found_by) + ": ")) << what;
  EXPECT_NE(what.find(GetParam().words), what.npos) << what;
}

INSTANTIATE_TEST_SUITE_P(Validate, Flaws,
                         testing::Values(Case{"query_allocates", "query", "allocates"}, Case{"query_changes", "query", "another descriptor"},
                                         Case{"query_any_major", "query", "answer NULL"}, Case{"answers_all", "unknown_ids", "hotdesk.filter/"},
                                         Case{"undeclared", "identity", "hotdesk.events/1"}, Case{"sick", "health", "HOTDESK_E_STATE"},
                                         Case{"create_once", "create", "HOTDESK_E_STATE"}, Case{"errors", "usual_calls", "HOTDESK_E_INTERNAL"},
                                         Case{"aborts", "usual_calls", "signal 6"}, Case{"threads", "many_threads", "signal 11"},
                                         Case{"slow", "in_time", "limit"}, Case{"text", "broken_text", "signal 11"},
                                         Case{"large", "large_message", "signal 11"}, Case{"services", "failing_services", "signal 11"},
                                         Case{"twice", "dead_handles", "calls that were over"}, Case{"afterwards", "dead_handles", "calls that were over"},
                                         Case{"cancel", "cancel", "signal 11"}, Case{"dry_run", "state_round_trip", "dry run"},
                                         Case{"loses_state", "state_round_trip", "not what was imported"},
                                         Case{"any_schema", "state_round_trip", "987654"}, Case{"damaged_state", "state_fuzz", "signal 11"},
                                         Case{"alone", "side_by_side", "second copy"}, Case{"leak", "cycles", "never freed"},
                                         Case{"open_file", "traces", "open files"}, Case{"locale", "traces", "locale"}),
                         [](const auto& one) { return std::string(one.param.flaw); });

TEST(Validate, AGoodPluginPassesEverything) {
  const auto report = validate(wishes_for(flawed("none")));
  ASSERT_TRUE(report) << report.error().text;
  EXPECT_TRUE(report->passed()) << to_json(*report);
  for (const auto& test : report->tests) EXPECT_EQ(test.verdict.grade, Grade::pass) << test.name << ": " << test.verdict.detail;
}

TEST(Validate, AnUnknownTestIsAnError) {
  const auto report = validate(wishes_for(flawed("none"), {"nonsense"}));
  ASSERT_FALSE(report);
  EXPECT_EQ(report.error().where, "nonsense");
}

}  // namespace
}  // namespace hotdesk::plugins::validate::test
