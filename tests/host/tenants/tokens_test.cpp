#include "tenants/tokens.hpp"

#include <gtest/gtest.h>

#include <functional>

namespace hotdesk::tenants {
namespace {
struct Token : ::testing::Test {
  FakeClock clock;
  Tokens tokens{std::string(32, 'm'), clock};
  Uuid tenant = make_uuid(1), site = make_uuid(2), user = make_uuid(3);
  std::int64_t exp() const { return clock.now_ms() + 1000; }
  LoginClaims login() const { return {tenant, user, Role::admin, clock.now_ms(), 4, exp()}; }
  ResumeClaims resume() const { return {tenant, site, user, "device-1", Role::agent, clock.now_ms(), 5, exp()}; }
  VisitorClaims visitor() const { return {tenant, site, user, clock.now_ms(), 6, exp()}; }
};

TEST_F(Token, SayWhatWasPutIn) {
  const auto r = tokens.check_resume(tokens.make_resume(resume()));
  ASSERT_TRUE(r);
  EXPECT_EQ(r->tenant, tenant);
  EXPECT_EQ(r->site, site);
  EXPECT_EQ(r->user, user);
  EXPECT_EQ(r->dev, "device-1");
  EXPECT_EQ(r->role, Role::agent);
  EXPECT_EQ(r->gen, 5);
  EXPECT_EQ(r->auth_time, clock.now_ms());
  EXPECT_EQ(r->exp, exp());
  const auto c = tokens.check_cookie(tokens.make_cookie(login()));
  ASSERT_TRUE(c);
  EXPECT_EQ(c->role, Role::admin);
  EXPECT_EQ(c->gen, 4);
  EXPECT_EQ(c->user, user);
  const auto v = tokens.check_visitor(tokens.make_visitor(visitor()));
  ASSERT_TRUE(v);
  EXPECT_EQ(v->site, site);
  EXPECT_EQ(v->gen, 6);
}

TEST_F(Token, EachIsRefusedWhereAnotherIsExpected) {
  const std::string made[] = {tokens.make_resume(resume()), tokens.make_cookie(login()), tokens.make_bearer(login()),
                              tokens.make_visitor(visitor()), tokens.make_csrf(tokens.make_cookie(login()))};
  const std::function<bool(std::string_view)> checks[] = {
      [&](std::string_view t) { return tokens.check_resume(t).has_value(); }, [&](std::string_view t) { return tokens.check_cookie(t).has_value(); },
      [&](std::string_view t) { return tokens.check_bearer(t).has_value(); }, [&](std::string_view t) { return tokens.check_visitor(t).has_value(); },
      [&](std::string_view t) { return tokens.check_csrf(made[1], t); }};
  for (std::size_t kind = 0; kind < std::size(made); ++kind)
    for (std::size_t check = 0; check < std::size(checks); ++check) EXPECT_EQ(checks[check](made[kind]), kind == check) << kind << " as " << check;
}

TEST_F(Token, EndsAtItsInstant) {
  const auto token = tokens.make_bearer(login());
  clock.advance(999);
  EXPECT_TRUE(tokens.check_bearer(token));
  clock.advance(1);
  EXPECT_EQ(tokens.check_bearer(token).error().code, Errc::expired);
}

TEST_F(Token, AnyChangedCharacterIsRefused) {
  const auto good = tokens.make_resume(resume());
  EXPECT_LE(good.size(), 512u);
  for (std::size_t i = 0; i < good.size(); ++i) {
    auto bad = good;
    bad[i] = bad[i] == 'A' ? 'B' : 'A';
    EXPECT_FALSE(tokens.check_resume(bad)) << i;
  }
  for (std::size_t size = 0; size < good.size(); ++size) EXPECT_FALSE(tokens.check_resume(good.substr(0, size)));
  EXPECT_FALSE(tokens.check_resume(good + "A"));
  EXPECT_FALSE(tokens.check_resume(std::string(100'000, 'A')));
}

TEST_F(Token, AnotherMasterKeyMeansNothing) {
  const Tokens other(std::string(32, 'x'), clock);
  EXPECT_FALSE(other.check_resume(tokens.make_resume(resume())));
  EXPECT_FALSE(other.check_csrf("c", tokens.make_csrf("c")));
}

TEST_F(Token, CsrfIsBoundToItsCookie) {
  const auto one = tokens.make_cookie(login());
  auto claims = login();
  claims.user = make_uuid(9);
  const auto two = tokens.make_cookie(claims);
  EXPECT_TRUE(tokens.check_csrf(one, tokens.make_csrf(one)));
  EXPECT_FALSE(tokens.check_csrf(two, tokens.make_csrf(one)));
  EXPECT_FALSE(tokens.check_csrf(one, ""));
  EXPECT_FALSE(tokens.check_csrf("", tokens.make_csrf("")));
}

TEST_F(Token, LongDevicesAreCut) {
  auto claims = resume();
  claims.dev = std::string(500, 'd');
  EXPECT_EQ(tokens.check_resume(tokens.make_resume(claims))->dev, std::string(64, 'd'));
}

TEST_F(Token, NoVisitorLogsIn) {
  auto claims = login();
  claims.role = Role::visitor;
  EXPECT_FALSE(tokens.check_cookie(tokens.make_cookie(claims)));
}
}  // namespace
}  // namespace hotdesk::tenants
