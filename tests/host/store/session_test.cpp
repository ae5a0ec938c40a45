#include "store/session.hpp"

#include <gtest/gtest.h>

#include "fixture.hpp"
#include "store/guard.hpp"
#include "store/migrations.hpp"
#include "store/sqlite/dialect.hpp"

namespace hotdesk::store {
namespace {

class SessionTest : public ::testing::Test {
 protected:
  SessionTest() {
    connection.set_guard(nullptr);
    migrate(connection, migrations()).value();
    tables = sqlite::tenant_tables(connection);
    connection.set_guard(std::make_shared<const Guard>(tables));
    connection.run("INSERT INTO tenant (id, uuid, name, epoch, created_at) VALUES (1, x'01', 'one', 'e', 0), (2, x'02', 'two', 'e', 0)");
  }
  contract::TempFolder folder;
  Connection connection{folder.path() / "hotdesk.db", Connection::Mode::writer};
  std::set<std::string, std::less<>> tables;
};

constexpr Statement insert{"t.insert", "INSERT INTO device (tenant_id, person_id, device, got, seen_at) VALUES (:tenant, ?, ?, ?, ?)", ""};
constexpr Statement count{"t.count", "SELECT COUNT(*) FROM device WHERE tenant_id = :tenant", "i"};
constexpr Statement forgets{"t.forgets", "SELECT COUNT(*) FROM device", "i"};
constexpr Statement half{"t.half", "SELECT COUNT(*) FROM device d JOIN feed_head h ON h.feed_id = d.person_id WHERE d.tenant_id = :tenant", "i"};
constexpr Statement as_system{"t.as_system", "SELECT COUNT(*) FROM device", "i", Scope::system};
constexpr Statement rows{"t.rows", "INSERT INTO device (tenant_id, person_id, device, got, seen_at) VALUES {rows:(?, ?, ?, 0, 0)}", "", Scope::batch};

TEST_F(SessionTest, EveryTenantOwnedTableIsGuarded) {
  for (const char* table : {"department", "site", "site_key", "account", "account_department", "visitor", "visitor_page", "conversation",
                            "member", "message", "feed_head", "feed_entry", "device", "login_log", "audit_log", "plugin_kv"})
    EXPECT_TRUE(tables.contains(table)) << table;
  EXPECT_FALSE(tables.contains("tenant"));
  // tenant_id comes first in every such table's primary key
  for (const std::string& table : tables)
    EXPECT_EQ(connection.ask("SELECT pk FROM pragma_table_info('" + table + "') WHERE name = 'tenant_id'"), 1) << table;
}

TEST_F(SessionTest, BindsItsOwnTenant) {
  TenantSession one(connection, TenantKey{1}), two(connection, TenantKey{2});
  one.run(insert, 7, Uuid{}, 1, 1);
  two.run(insert, 7, Uuid{}, 1, 1);
  two.run(insert, 8, Uuid{}, 1, 1);
  EXPECT_EQ(one.run(count).integer(0, 0), 1);
  EXPECT_EQ(two.run(count).integer(0, 0), 2);
  EXPECT_EQ(connection.ask("SELECT COUNT(*) FROM device WHERE tenant_id = 2"), 2);
}

TEST_F(SessionTest, RefusesWhatForgetsTheTenant) {
  TenantSession session(connection, TenantKey{1});
  EXPECT_THROW(session.run(forgets), DatabaseError);
  EXPECT_THROW(session.run(half), DatabaseError);
  EXPECT_THROW(SystemSession(connection).run(as_system), DatabaseError);
  EXPECT_THROW(SystemSession(connection).run(count), DatabaseError) << "a tenant's statement without a session";
  EXPECT_THROW(session.run(rows, 1), DatabaseError);
  EXPECT_THROW(connection.prepare(count).execute(), DatabaseError) << "nobody bound a tenant";
}

TEST_F(SessionTest, ABatchTouchesOnlyItsTenants) {
  BatchSession batch(connection, {1});
  Prepared& insert_rows = batch.prepare(rows, 2);
  batch.begin_row(insert_rows, TenantKey{1});
  insert_rows.add(5);
  insert_rows.add(Uuid{});
  EXPECT_THROW(batch.begin_row(insert_rows, TenantKey{2}), DatabaseError);
  EXPECT_THROW(batch.tenant(TenantKey{2}), DatabaseError);
  EXPECT_THROW(batch.prepare(count, 1), DatabaseError);
}

TEST_F(SessionTest, WrongNumbersOfValuesAreRefused) {
  TenantSession session(connection, TenantKey{1});
  EXPECT_THROW(session.run(insert, 7), DatabaseError);
  EXPECT_THROW(session.run(insert, 7, Uuid{}, 1, 1, 1), DatabaseError);
  session.run(insert, 7, Uuid{}, 1, 1);
  EXPECT_EQ(session.run(count).integer(0, 0), 1) << "usable after a refusal";
}

TEST_F(SessionTest, AStatementIsUsableAfterAConstraint) {
  TenantSession session(connection, TenantKey{1});
  session.run(insert, 7, Uuid{}, 1, 1);
  try {
    session.run(insert, 7, Uuid{}, 1, 1);
    FAIL();
  } catch (const DatabaseError& error) {
    EXPECT_EQ(error.kind(), DatabaseError::Kind::constraint);
  }
  session.run(insert, 8, Uuid{}, 1, 1);
  EXPECT_EQ(session.run(count).integer(0, 0), 2);
}

TEST_F(SessionTest, EveryConnectionIsSetUpForDurability) {
  EXPECT_EQ(connection.ask("PRAGMA synchronous"), 2) << "FULL";
  EXPECT_EQ(connection.ask("PRAGMA foreign_keys"), 1);
  EXPECT_EQ(connection.ask("PRAGMA temp_store"), 2) << "memory";
  EXPECT_EQ(connection.ask("PRAGMA busy_timeout"), 5000);
  EXPECT_EQ(connection.ask("SELECT COUNT(*) FROM pragma_journal_mode WHERE journal_mode = 'wal'"), 1);
  Connection reader(folder.path() / "hotdesk.db", Connection::Mode::reader);
  EXPECT_THROW(reader.run("DELETE FROM device"), DatabaseError) << "readers cannot write";
}

}  // namespace
}  // namespace hotdesk::store
