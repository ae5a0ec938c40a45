#include "tenants/signature.hpp"

#include <gtest/gtest.h>

#include <map>

#include "base/bytes.hpp"
#include "base/random.hpp"
#include "crypto/mac.hpp"

namespace hotdesk::tenants {
namespace {
struct Signature : ::testing::Test {
  FakeClock clock;
  std::string master = std::string(32, 'm');
  ConnectSigner signer{master, "Chat.Example:8443", clock};
  Site site = [] {
    Site made;
    made.id = make_uuid(1);
    made.tenant = make_uuid(2);
    made.code = "shop";
    made.keys = {{"k1", "old secret", 0}, {"k2", "new secret", 0}};
    return made;
  }();
  Uuid user = make_uuid(3);

  void SetUp() override { clock.advance(5000); }
  ConnectSet by_site(const std::string& kid, const std::string& secret, const std::string& role = "visitor") {
    ConnectSet set{"shop", role, "customer 7", clock.now_ms() / 1000, to_base64url(random_string(18)), kid, ""};
    set.sig = sign_connect(set, "chat.example:8443", secret);
    return set;
  }
};

TEST_F(Signature, InputIsWhatTheProtocolSays) {
  const ConnectSet set{"shop", "visitor", "u", 1700000000, "n", "k1", ""};
  EXPECT_EQ(connect_input(set, "chat.example"), "hotdesk1\nk1\nshop\nvisitor\nu\n1700000000\nn\nchat.example");
  EXPECT_EQ(sign_connect(set, "chat.example", "s"), to_base64url(crypto::hmac_sha256("s", connect_input(set, "chat.example"))));
}

TEST_F(Signature, OwnSetsHold) {
  for (const Role role : {Role::agent, Role::admin, Role::operator_}) {
    const auto caller = signer.check(signer.sign_staff("shop", role, user), site);
    ASSERT_TRUE(caller) << caller.error().text;
    EXPECT_EQ(caller->role, role);
    EXPECT_EQ(caller->id, user);
    EXPECT_EQ(caller->external_id, "");
  }
  EXPECT_EQ(signer.check(signer.sign_visitor("shop", user), site)->id, user);
  EXPECT_TRUE(ConnectSigner::is_staff_kid(signer.sign_staff("shop", Role::agent, user).kid));
  EXPECT_FALSE(ConnectSigner::is_staff_kid(signer.sign_visitor("shop", user).kid));
}

TEST_F(Signature, BothKeysOfASiteSignVisitorsAndNamespaceTheirUsers) {
  const auto a = signer.check(by_site("k1", "old secret"), site);
  const auto b = signer.check(by_site("k2", "new secret"), site);
  ASSERT_TRUE(a && b);
  EXPECT_EQ(a->id, b->id);
  EXPECT_EQ(a->external_id, "customer 7");
  Site other = site;
  other.id = make_uuid(9);
  EXPECT_NE(signer.check(by_site("k1", "old secret"), other)->id, a->id);
}

TEST_F(Signature, ASiteKeySignsNobodyElse) {
  for (const char* role : {"agent", "admin", "operator", "system", "bot", "owner", ""})
    EXPECT_FALSE(signer.check(by_site("k1", "old secret", role), site)) << role;
  EXPECT_FALSE(signer.check(by_site("k1", "new secret"), site));
  EXPECT_FALSE(signer.check(by_site("k3", "old secret"), site));
  EXPECT_FALSE(signer.check(by_site("hd-staff-1", "old secret", "admin"), site));
}

TEST_F(Signature, InternalKidsKeepToTheirRoles) {
  auto set = signer.sign_visitor("shop", user);
  set.role = "agent";
  EXPECT_FALSE(signer.check(set, site));
  // Even a right signature of the visitor kid over an agent's role is refused: the staff kid renamed does not hold.
  auto staff = signer.sign_staff("shop", Role::agent, user);
  staff.kid = "hd-visitor-1";
  EXPECT_FALSE(signer.check(staff, site));
  EXPECT_FALSE(signer.check(signer.sign_staff("shop", Role::visitor, user), site));
}

TEST_F(Signature, EveryFieldIsSigned) {
  const auto good = signer.sign_staff("shop", Role::agent, user);
  auto set = good;
  set.user = make_uuid(4).text();
  EXPECT_FALSE(signer.check(set, site));
  set = good, set.ts += 1;
  EXPECT_FALSE(signer.check(set, site));
  set = good, set.nonce[0] = set.nonce[0] == 'A' ? 'B' : 'A';
  EXPECT_FALSE(signer.check(set, site));
  set = good, set.role = "admin";
  EXPECT_FALSE(signer.check(set, site));
  Site other = site;
  other.code = "toys";
  EXPECT_FALSE(signer.check(good, other));
  set = good, set.site = "toys";
  EXPECT_FALSE(signer.check(set, other));
  FakeClock same(clock.now_ms());
  EXPECT_FALSE(ConnectSigner(master, "evil.example", same).check(good, site));
  EXPECT_FALSE(ConnectSigner(std::string(32, 'x'), "chat.example:8443", same).check(good, site));
  EXPECT_TRUE(signer.check(good, site));
}

TEST_F(Signature, ClockMayDifferBy300Seconds) {
  clock.advance(1'000'000);
  auto set = by_site("k1", "old secret");
  for (const auto& [delta, good] : std::map<std::int64_t, bool>{{-301, false}, {-300, true}, {0, true}, {300, true}, {301, false}}) {
    set.ts = clock.now_ms() / 1000 + delta;
    set.sig = sign_connect(set, signer.host(), "old secret");
    EXPECT_EQ(signer.check(set, site).has_value(), good) << delta;
  }
}

TEST_F(Signature, SetsFromBeforeTheStartAreRefusedAndOursAreNever) {
  FakeClock fresh(clock.now_ms());
  const ConnectSigner restarted(master, "chat.example:8443", fresh);
  EXPECT_TRUE(restarted.check(restarted.sign_visitor("shop", user), site));  // in the very second of the start
  EXPECT_FALSE(restarted.check(by_site("k1", "old secret"), site));
  auto set = by_site("k1", "old secret");
  ++set.ts;
  set.sig = sign_connect(set, signer.host(), "old secret");
  EXPECT_TRUE(restarted.check(set, site));
}

TEST_F(Signature, FormIsCheckedBeforeAnythingElse) {
  std::map<std::string, std::string, std::less<>> good = {{"site", "shop"},  {"role", "agent"},           {"user", "u"}, {"ts", "1700000000"},
                                                          {"kid", "k1"},     {"nonce", std::string(22, 'n')}, {"sig", std::string(43, 's')}};
  const auto parse = [](const std::map<std::string, std::string, std::less<>>& from) {
    return parse_connect_set([&](std::string_view name) -> std::optional<std::string> {
      const auto at = from.find(name);
      return at == from.end() ? std::nullopt : std::optional(at->second);
    });
  };
  EXPECT_TRUE(parse(good));
  for (const auto& [name, value] : good) {
    auto lacking = good;
    lacking.erase(name);
    EXPECT_EQ(parse(lacking).error().where, name);
    for (const std::string& bad : {std::string(), value + "\n", std::string(300, 'a'), std::string("\xff")}) {
      auto changed = good;
      changed[name] = bad;
      EXPECT_FALSE(parse(changed)) << name;
    }
  }
  for (const char* ts : {"", "x", "-5", "+5", "01", "1.5", "99999999999999999999", " 5"}) {
    auto changed = good;
    changed["ts"] = ts;
    EXPECT_FALSE(parse(changed)) << ts;
  }
  auto changed = good;
  changed["nonce"] = std::string(21, 'n');
  EXPECT_FALSE(parse(changed));
  changed = good, changed["sig"] = std::string(42, 's') + "=";
  EXPECT_FALSE(parse(changed));
}

TEST_F(Signature, ConversationIdsDifferByTenantVisitorAndNumber) {
  const std::string key(32, 'c');
  const auto first = derive_conversation_id(key, site.tenant, user, 0);
  EXPECT_EQ(first, derive_conversation_id(key, site.tenant, user, 0));
  EXPECT_NE(first, derive_conversation_id(key, site.tenant, user, 1));
  EXPECT_NE(first, derive_conversation_id(key, site.id, user, 0));
  EXPECT_NE(first, derive_conversation_id(std::string(32, 'd'), site.tenant, user, 0));
  EXPECT_TRUE(parse_uuid(first.text()));
}
}  // namespace
}  // namespace hotdesk::tenants
