#pragma once
#include <gtest/gtest.h>

#include <filesystem>
#include <future>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "contract/backend.hpp"

namespace hotdesk::contract {

/// A folder that vanishes with the test.
class TempFolder {
 public:
  TempFolder();
  ~TempFolder();
  const std::filesystem::path& path() const noexcept { return path_; }

 private:
  std::filesystem::path path_;
};

struct TenantCase {
  Uuid id, site, department;
};

/// A database with tenants, agents and visitors, spoken to through the ports alone. Time moves only when told.
class World {
 public:
  using Committed = conversations::Committed;
  using Change = conversations::Change;

  explicit World(const Backend& backend, std::filesystem::path folder, Failpoint failpoint = {});
  /// Ends the store and opens the same database again.
  void reopen(Failpoint failpoint = {});
  void close() { ports_.reset(); }

  Ports& ports() { return *ports_; }
  FakeClock& clock() { return clock_; }
  std::int64_t now() const { return clock_.now_ms(); }

  TenantCase make_tenant(const std::string& name);
  conversations::Actor make_agent(const TenantCase& tenant, const std::string& name, tenants::Role role = tenants::Role::agent);
  /// A visitor without a row.
  conversations::Actor make_visitor(const std::string& name);
  /// The visitor's current conversation as `welcome.conv` gives it.
  Uuid current(const TenantCase& tenant, const conversations::Actor& visitor);

  Change message(const TenantCase& tenant, const Uuid& conversation, const conversations::Actor& actor, const std::string& text,
                 std::optional<Uuid> mid = std::nullopt);
  Change change(const TenantCase& tenant, const Uuid& conversation, const conversations::Actor& actor, conversations::What what);
  /// Submits and waits.
  Committed commit(Change change);
  std::future<Committed> submit(Change change);

  // Whole stories in a line.
  Uuid open(const TenantCase& tenant, const conversations::Actor& visitor, const std::string& text = "hello");
  void assign(const TenantCase& tenant, const Uuid& conversation, const conversations::Actor& agent);
  Committed say(const TenantCase& tenant, const Uuid& conversation, const conversations::Actor& actor, const std::string& text);

  /// All entries of a feed, read page by page; checks the chain of prev.
  std::vector<conversations::Entry> feed(const TenantCase& tenant, const Uuid& owner, bool department = false, int page = 7);
  /// All entries of a conversation, read page by page.
  std::vector<conversations::Entry> page(const TenantCase& tenant, const Uuid& conversation, bool staff = true, int page = 5);

 private:
  const Backend& backend_;
  std::filesystem::path folder_;
  FakeClock clock_;
  std::unique_ptr<Ports> ports_;
};

std::vector<std::string> kinds(const std::vector<conversations::Entry>& entries);
std::string text_body(const std::string& text);
tenants::AuditEntry audit(const std::string& action);

/// Base of the suite: one World a test, over every backend.
class Contract : public ::testing::TestWithParam<Backend> {
 protected:
  TempFolder folder;
  World world{GetParam(), folder.path()};
};

}  // namespace hotdesk::contract

#define HOTDESK_CONTRACT(suite)                                                                                           \
  INSTANTIATE_TEST_SUITE_P(Stores, suite, ::testing::ValuesIn(::hotdesk::contract::backends()),                           \
                           [](const auto& backend_case) { return backend_case.param.name; })
