#include "store/migrations.hpp"

#include <gmock/gmock.h>

#include <thread>

#include "fixture.hpp"

namespace hotdesk::store {
namespace {

using ::testing::HasSubstr;

constexpr Migration steps[] = {
    {1, "0001_one", "-- comment\nCREATE TABLE one (a INTEGER);\nINSERT INTO one (a)\nVALUES (1);\n"},
    {2, "0002_two", "ALTER TABLE one ADD COLUMN b INTEGER;\n"},
};
constexpr Migration broken[] = {steps[0], {2, "0002_broken", "INSERT INTO one (a) VALUES (2);\nINSERT INTO missing (a) VALUES (1);\n"}};

class MigrationsTest : public ::testing::Test {
 protected:
  contract::TempFolder folder;
  std::unique_ptr<Connection> open() { return std::make_unique<Connection>(folder.path() / "hotdesk.db", Connection::Mode::writer); }
};

TEST_F(MigrationsTest, AreNumberedWithoutHoles) {
  int expected = 1;
  for (const Migration& step : migrations()) EXPECT_EQ(step.number, expected++) << step.name;
  EXPECT_GE(expected, 3);
}

TEST_F(MigrationsTest, RunOnceEach) {
  auto connection = open();
  ASSERT_TRUE(migrate(*connection, std::span(steps).first(1)));
  ASSERT_TRUE(migrate(*connection, steps));
  ASSERT_TRUE(migrate(*connection, steps));
  EXPECT_EQ(connection->ask("SELECT COUNT(*) FROM one"), 1);
  EXPECT_EQ(connection->ask("SELECT MAX(number) FROM schema_step"), 2);
}

TEST_F(MigrationsTest, ABrokenStepLeavesNothingAndIsNamed) {
  auto connection = open();
  const auto result = migrate(*connection, broken);
  ASSERT_FALSE(result);
  EXPECT_THAT(result.error().text, HasSubstr("0002_broken"));
  EXPECT_EQ(connection->ask("SELECT COUNT(*) FROM one"), 1);
  EXPECT_EQ(connection->ask("SELECT MAX(number) FROM schema_step"), 1);
  EXPECT_TRUE(migrate(*connection, steps)) << "and the right one goes on from there";
}

TEST_F(MigrationsTest, TwoStartingAtOnceMigrateOnce) {
  for (int round = 0; round < 5; ++round) {
    contract::TempFolder here;
    std::vector<std::thread> threads;
    for (int i = 0; i < 3; ++i)
      threads.emplace_back([&] {
        Connection connection(here.path() / "hotdesk.db", Connection::Mode::writer);
        EXPECT_TRUE(migrate(connection, steps));
      });
    for (auto& thread : threads) thread.join();
    Connection connection(here.path() / "hotdesk.db", Connection::Mode::reader);
    EXPECT_EQ(connection.ask("SELECT COUNT(*) FROM one"), 1);
  }
}

TEST_F(MigrationsTest, ANewerSchemaIsRefusedWithWords) {
  {
    auto store = Store::open(options_in(folder.path())).value();
  }
  {
    auto connection = open();
    connection->run("INSERT INTO schema_step (number, name) VALUES (9999, 'from the future')");
  }
  const auto again = Store::open(options_in(folder.path()));
  ASSERT_FALSE(again);
  EXPECT_EQ(again.error().code, Errc::unsupported);
  EXPECT_THAT(again.error().text, HasSubstr("9999"));
}

}  // namespace
}  // namespace hotdesk::store
