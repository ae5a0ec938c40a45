#include "tenants/login.hpp"

#include <gtest/gtest.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_future.hpp>
#include <map>
#include <thread>

#include "crypto/password.hpp"

namespace hotdesk::tenants {
namespace {
constexpr crypto::PasswordCost cheap{1, 8192};

/// Accounts and log in memory; `broken` answers as a store that is away.
struct Rows final : UserRepository, LogRepository {
  std::map<std::string, User, std::less<>> users;
  std::vector<LoginAttempt> attempts;
  std::vector<AuditEntry> audits;
  bool broken = false;
  Error away() const { return fail(Errc::storage, "away"); }

  Result<> create_user(const User& user, const AuditEntry&) override { return users[user.username] = user, Result<>{}; }
  Result<> update_user(const User& user, const AuditEntry& audit) override {
    audits.push_back(audit);
    return users[user.username] = user, Result<>{};
  }
  Result<std::optional<User>> find_user(const Uuid&, const Uuid& id) override {
    for (const auto& [name, user] : users)
      if (user.id == id) return std::optional(user);
    return std::optional<User>{};
  }
  Result<std::optional<User>> find_user_by_name(std::string_view name) override {
    if (broken) return away();
    const auto at = users.find(name);
    return at == users.end() ? std::optional<User>{} : std::optional(at->second);
  }
  Result<std::vector<User>> list_users(const Uuid&) override { return std::vector<User>{}; }
  Result<> record_state(const Uuid&, const Uuid&, const std::string&) override { return {}; }
  Result<> record_login(const Uuid&, const LoginAttempt& attempt) override { return attempts.push_back(attempt), Result<>{}; }
  Result<> record_audit(const Uuid&, const AuditEntry&) override { return {}; }
  Result<Page<LoginAttempt>> list_logins(const Uuid&, const std::string&, int) override { return Page<LoginAttempt>{}; }
  Result<Page<AuditEntry>> list_audit(const Uuid&, const std::string&, int, const std::string&) override { return Page<AuditEntry>{}; }
};

struct Login : ::testing::Test {
  FakeClock clock;
  Rows rows;
  PasswordWorkers workers{1, 4, cheap};
  boost::asio::thread_pool pool{1};
  UserWriter writer{rows};
  LoginService service{rows, writer, rows, workers, pool, clock};

  Login() {
    User ann;
    ann.id = make_uuid(1);
    ann.tenant = make_uuid(2);
    ann.username = "ann";
    ann.name = "Ann";
    ann.gen = 3;
    ann.password_hash = crypto::hash_password("right password", cheap);
    rows.users["ann"] = ann;
  }
  ~Login() override { pool.join(); }

  template <class T>
  T run(boost::asio::awaitable<T> work) {
    boost::asio::io_context io;
    auto result = boost::asio::co_spawn(io, std::move(work), boost::asio::use_future);
    io.run();
    return result.get();
  }
  Result<LoginOutcome> login(const std::string& name, const std::string& password, const std::string& address = "10.0.0.1") {
    return run(service.login({name, password, address, "WebAdmin", "Agent/1.0"}));
  }
};

TEST_F(Login, RightPasswordComesInWhateverTheCaseOfTheName) {
  const auto outcome = login("ANN", "right password");
  ASSERT_TRUE(outcome);
  ASSERT_TRUE(std::holds_alternative<User>(*outcome));
  EXPECT_EQ(std::get<User>(*outcome).name, "Ann");
  ASSERT_EQ(rows.attempts.size(), 1u);
  const auto& row = rows.attempts[0];
  EXPECT_EQ(row.username, "ann");
  EXPECT_EQ(row.ip, "10.0.0.1");
  EXPECT_TRUE(row.success);
  EXPECT_EQ(row.timestamp, clock.now_ms());
  EXPECT_EQ(row.source, "WebAdmin");
  EXPECT_EQ(row.ua, "Agent/1.0");
}

TEST_F(Login, WrongUnknownDisabledAndPasswordlessLookTheSame) {
  User off = rows.users["ann"];
  off.username = "off";
  off.active = false;
  rows.users["off"] = off;
  User bare = rows.users["ann"];
  bare.username = "bare";
  bare.password_hash.clear();
  rows.users["bare"] = bare;
  for (const auto& [name, password] : std::map<std::string, std::string>{
           {"ann", "wrong password"}, {"nobody", "right password"}, {"off", "right password"}, {"bare", ""}}) {
    const auto outcome = login(name, password);
    ASSERT_TRUE(outcome);
    ASSERT_TRUE(std::holds_alternative<WrongLogin>(*outcome)) << name;
    EXPECT_EQ(std::get<WrongLogin>(*outcome).tries_left, 4);
  }
  EXPECT_EQ(rows.attempts.size(), 4u);
  for (const auto& row : rows.attempts) EXPECT_FALSE(row.success);
}

TEST_F(Login, LocksAndOpensAgain) {
  for (int i = 0; i < 5; ++i) EXPECT_TRUE(std::holds_alternative<WrongLogin>(*login("ann", "wrong")));
  auto outcome = login("ann", "right password");
  ASSERT_TRUE(std::holds_alternative<LockedOut>(*outcome));
  EXPECT_EQ(std::get<LockedOut>(*outcome).retry_ms, 30'000);
  EXPECT_EQ(rows.attempts.size(), 5u);  // what is not judged is not logged
  clock.advance(30'000);
  EXPECT_TRUE(std::holds_alternative<User>(*login("ann", "right password")));
}

TEST_F(Login, AStoreThatIsAwayCountsNothing) {
  rows.broken = true;
  for (int i = 0; i < 20; ++i) EXPECT_EQ(login("ann", "right password").error().code, Errc::storage);
  rows.broken = false;
  EXPECT_TRUE(std::holds_alternative<User>(*login("ann", "right password")));
}

TEST_F(Login, RowsHoldNoRubbish) {
  ASSERT_TRUE(run(service.login({std::string(500, 'x') + "\xff", "p", "a", "Api", std::string(1000, 'u')})));
  EXPECT_EQ(rows.attempts[0].username, "?");
  EXPECT_EQ(rows.attempts[0].ua.size(), 256u);
}

TEST_F(Login, ChangingThePasswordRaisesGen) {
  const User ann = rows.users["ann"];
  EXPECT_EQ(run(service.change_password(ann, "wrong", "another password", "a")).error().code, Errc::unauthorized);
  EXPECT_EQ(run(service.change_password(ann, "right password", "short", "a")).error().code, Errc::invalid);
  EXPECT_EQ(run(service.change_password(ann, "right password", "right password", "a")).error().code, Errc::invalid);
  const auto changed = run(service.change_password(ann, "right password", "another password", "a"));
  ASSERT_TRUE(changed) << changed.error().text;
  EXPECT_EQ(changed->gen, 4);
  ASSERT_EQ(rows.audits.size(), 1u);
  EXPECT_EQ(rows.audits[0].action, "user.password");
  EXPECT_TRUE(std::holds_alternative<User>(*login("ann", "another password")));
}

TEST_F(Login, ChangesOfAnAccountDoNotUndoEachOther) {
  const User ann = rows.users["ann"];
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t)
    threads.emplace_back([&] {
      for (int i = 0; i < 100; ++i) ASSERT_TRUE(writer.change(ann.tenant, ann.id, {}, [](User& user) -> Result<> { return ++user.gen, Result<>{}; }));
    });
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(rows.users["ann"].gen, ann.gen + 400);
  EXPECT_EQ(writer.change(ann.tenant, make_uuid(9), {}, [](User&) -> Result<> { return {}; }).error().code, Errc::not_found);
  EXPECT_EQ(writer.change(ann.tenant, ann.id, {}, [](User&) -> Result<> { return fail(Errc::conflict, "no"); }).error().code, Errc::conflict);
}

TEST(PasswordWorkers, AnswersBusyBeyondItsBound) {
  PasswordWorkers workers(1, 2, {3, 8u << 20});
  boost::asio::io_context io;
  int busy = 0;
  int judged = 0;
  for (int i = 0; i < 5; ++i) {
    auto task = [](PasswordWorkers& w, int& b, int& j) -> boost::asio::awaitable<void> {
      const auto held = co_await w.verify("", "x");
      ++(held ? j : b);
    };
    boost::asio::co_spawn(io, task(workers, busy, judged), boost::asio::use_future);
  }
  io.run();
  EXPECT_EQ(judged, 2);
  EXPECT_EQ(busy, 3);
}
}  // namespace
}  // namespace hotdesk::tenants
