// The commands beside a running server: over its socket, never over its shoulder into the database.
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "host/app/run_line.hpp"
#include "support/server_process.hpp"
#include "support/world.hpp"

namespace hotdesk::app {
namespace {

class RunningServer : public ::testing::Test {
 protected:
  void SetUp() override { server.start(); }
  Ran run(std::vector<std::string> words) const { return run_line(std::move(words), server.config_path().string()); }
  static Json check_named(const Json& report, const std::string& what) {
    for (const Json& check : report["checks"])
      if (check["what"] == what) return check;
    return {};
  }

  support::TemporaryFolder folder;
  support::World world = support::make_world(folder.path(), 1);
  support::ServerProcess server{world};
};

TEST_F(RunningServer, CheckGoesThroughTheWebSocketPath) {
  const Json report = run({"check", "--json"}).json();
  EXPECT_EQ(check_named(report, "websocket")["verdict"], "OK") << report.dump(2);
  EXPECT_EQ(check_named(report, "database")["verdict"], "OK") << report.dump(2);
  EXPECT_EQ(check_named(report, "plugins")["verdict"], "OK") << report.dump(2);

  server.kill9();
  const Ran dead = run({"check", "--json"});
  EXPECT_EQ(dead.status, 1);
  EXPECT_EQ(check_named(dead.json(), "websocket")["verdict"], "BAD") << dead.out;
}

TEST_F(RunningServer, PluginsAreSwappedAndRolledBack) {
  const std::string filtering = "org.hotdesk.filtering";
  const Ran listed = run({"plugin", "list", "--json"});
  ASSERT_EQ(listed.status, 0) << listed.err;
  ASSERT_GE(listed.json()["data"].size(), 2U);
  const auto stable = [&] { return run({"plugin", "status", filtering, "--json"}).json()["release"]["stable"].get<std::string>(); };
  EXPECT_EQ(stable(), "1.0.0");
  EXPECT_EQ(run({"plugin", "activate", filtering, "1.1.0"}).status, 0);
  EXPECT_EQ(stable(), "1.1.0");
  EXPECT_EQ(run({"plugin", "rollback", filtering}).status, 0);
  EXPECT_EQ(stable(), "1.0.0");
  const Ran canary = run({"plugin", "canary", filtering, "1.1.0", "12.5", "--json"});
  ASSERT_EQ(canary.status, 0) << canary.err;
  EXPECT_EQ(canary.json()["release"]["percent"], 12.5);
  EXPECT_EQ(run({"plugin", "promote", filtering}).status, 0);
  EXPECT_EQ(stable(), "1.1.0");
  EXPECT_EQ(run({"plugin", "disable", filtering, "--json"}).json()["enabled"], false);
  EXPECT_EQ(run({"plugin", "enable", filtering, "--json"}).json()["enabled"], true);
  const Ran unknown = run({"plugin", "activate", filtering, "9.9.9"});
  EXPECT_EQ(unknown.status, 1);
  EXPECT_NE(unknown.err.find("1.1.0"), std::string::npos) << "says what is installed: " << unknown.err;

  server.terminate();  // what was decided outlives the server, and is asked the same way without it
  EXPECT_EQ(stable(), "1.1.0");
  EXPECT_EQ(run({"plugin", "rollback", filtering}).status, 0);
  server.start();
  EXPECT_EQ(stable(), "1.0.0");
}

TEST_F(RunningServer, AccountsAndTickets) {
  const Ran added = run({"user", "add", "carl", "--role", "admin", "--json"});
  ASSERT_EQ(added.status, 0) << added.err << added.out;
  EXPECT_FALSE(added.json()["password"].get<std::string>().empty());
  const Ran twice = run({"user", "add", "carl"});
  EXPECT_EQ(twice.status, 1);
  EXPECT_NE(twice.err.find("taken"), std::string::npos) << twice.err;
  EXPECT_EQ(run({"user", "list", "--json"}).json()["data"].size(), 2U);
  EXPECT_EQ(run({"user", "passwd", "carl"}).status, 0);
  EXPECT_EQ(run({"user", "passwd", "nobody"}).status, 1);
  const Ran ticket = run({"user", "ticket", "carl", "--json"});
  ASSERT_EQ(ticket.status, 0) << ticket.err;
  EXPECT_EQ(ticket.json()["connect"]["role"], "admin");
  EXPECT_EQ(run({"tenant", "list", "--json"}).json()["data"].size(), 1U);
}

TEST_F(RunningServer, ASecondStartIsRefused) {
  support::ServerProcess second(world);
  EXPECT_THROW(second.start(), std::runtime_error);
  EXPECT_TRUE(server.running());
  EXPECT_EQ(run({"user", "list"}).status, 0);
}

}  // namespace
}  // namespace hotdesk::app
