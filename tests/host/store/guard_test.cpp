#include "store/guard.hpp"

#include <gtest/gtest.h>

namespace hotdesk::store {
namespace {

struct Case {
  const char* name;
  Scope scope;
  const char* sql;
  bool allowed;
};

class GuardReads : public ::testing::TestWithParam<Case> {};

TEST_P(GuardReads, RefusesWhatForgetsTheTenant) {
  const Guard guard({"site", "site_key", "message"});
  const Statement statement{"test.statement", GetParam().sql, "", GetParam().scope};
  const auto why = guard.refusal(statement);
  EXPECT_EQ(!why.has_value(), GetParam().allowed) << why.value_or("allowed");
  if (why) {
    EXPECT_TRUE(why->starts_with("test.statement: ")) << *why;
  }
}

constexpr Scope ten = Scope::tenant, bat = Scope::batch, loo = Scope::lookup, sys = Scope::system;
INSTANTIATE_TEST_SUITE_P(
    Statements, GuardReads,
    ::testing::Values(
        Case{"select", ten, "SELECT id FROM site WHERE tenant_id = :tenant AND uuid = ?", true},
        Case{"select_without", ten, "SELECT id FROM site WHERE uuid = ?", false},
        Case{"select_column_only", ten, "SELECT tenant_id FROM site WHERE uuid = ?", false},
        Case{"tenant_as_parameter", ten, "SELECT id FROM site WHERE tenant_id = ?", false},
        Case{"alias", ten, "SELECT s.id FROM site s WHERE s.tenant_id = :tenant", true},
        Case{"alias_as", ten, "SELECT s.id FROM site AS s WHERE s.tenant_id = :tenant", true},
        Case{"join", ten, "SELECT k.kid FROM site s JOIN site_key k ON k.tenant_id = s.tenant_id WHERE s.tenant_id = :tenant", true},
        Case{"join_forgets", ten, "SELECT k.kid FROM site s JOIN site_key k ON k.site_id = s.id WHERE s.tenant_id = :tenant", false},
        Case{"left_join_forgets", ten, "SELECT 1 FROM site s LEFT JOIN site_key k ON k.site_id = s.id WHERE s.tenant_id = :tenant", false},
        Case{"comma", ten, "SELECT 1 FROM site s, site_key k WHERE s.tenant_id = :tenant AND k.tenant_id = s.tenant_id", false},
        Case{"subselect_forgets", ten, "SELECT (SELECT COUNT(*) FROM site_key k) FROM site s WHERE s.tenant_id = :tenant", false},
        Case{"insert", ten, "INSERT INTO site (tenant_id, id) VALUES (:tenant, ?)", true},
        Case{"insert_other_tenant", ten, "INSERT INTO site (tenant_id, id) VALUES (?, :tenant)", false},
        Case{"insert_without", ten, "INSERT INTO site (id, code) VALUES (?, ?)", false},
        Case{"insert_late", ten, "INSERT INTO site (id, tenant_id) VALUES (?, :tenant)", false},
        Case{"update", ten, "UPDATE site SET name = ? WHERE tenant_id = :tenant AND id = ?", true},
        Case{"update_without", ten, "UPDATE site SET name = ? WHERE id = ?", false},
        Case{"delete", ten, "DELETE FROM site WHERE tenant_id = :tenant AND id = ?", true},
        Case{"delete_without", ten, "DELETE FROM site WHERE id = ?", false},
        Case{"no_tenant_table", ten, "SELECT value FROM meta WHERE name = ?", false},
        Case{"batch_insert", bat, "INSERT INTO message (tenant_id, seq) VALUES {rows:(?, ?)}", true},
        Case{"batch_insert_late", bat, "INSERT INTO message (seq, tenant_id) VALUES {rows:(?, ?)}", false},
        Case{"batch_select", bat, "WITH k (t, s) AS (VALUES {rows:(?, ?)}) SELECT m.seq FROM k JOIN message m ON m.tenant_id = k.t", true},
        Case{"batch_select_without", bat, "WITH k (t, s) AS (VALUES {rows:(?, ?)}) SELECT m.seq FROM k JOIN message m ON m.seq = k.s", false},
        Case{"batch_without_rows", bat, "UPDATE message SET seq = ? WHERE tenant_id = ?", false},
        Case{"lookup", loo, "SELECT tenant_id, uuid FROM site WHERE code = ?", true},
        Case{"lookup_hides_tenant", loo, "SELECT uuid FROM site WHERE code = ?", false},
        Case{"lookup_writes", loo, "DELETE FROM site WHERE code = ?", false},
        Case{"system", sys, "SELECT value FROM meta WHERE name = ?", true},
        Case{"system_touches_tenant", sys, "SELECT COUNT(*) FROM message", false},
        Case{"shouting", sys, "select count(*) FROM MESSAGE", false}),
    [](const auto& statement) { return std::string(statement.param.name); });

}  // namespace
}  // namespace hotdesk::store
