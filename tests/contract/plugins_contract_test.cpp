#include <gmock/gmock.h>

#include "contract/world.hpp"

namespace hotdesk::contract {
namespace {

class Plugins : public Contract {};
HOTDESK_CONTRACT(Plugins);

TEST_P(Plugins, ATenantsReleaseStandsBesideEverybodys) {
  const TenantCase shop = world.make_tenant("shop");
  auto& store = world.ports().plugins();
  plugins::ReleaseRow everybody;
  everybody.component = "filtering";
  everybody.stable = "1.0.0";
  ASSERT_TRUE(store.save_release(everybody, audit("plugin.activate")));
  plugins::ReleaseRow own = everybody;
  own.tenant = shop.id;
  own.stable = "1.1.0";
  own.previous = "1.0.0";
  own.candidate = "1.2.0";
  own.percent = 1250;
  own.salt = "s";
  own.enabled = false;
  own.position = 3;
  ASSERT_TRUE(store.save_release(own, audit("plugin.canary")));
  everybody.stable = "1.0.1";
  ASSERT_TRUE(store.save_release(everybody, audit("plugin.activate")));
  world.reopen();
  auto& again = world.ports().plugins();
  auto rows = again.list_releases().value();
  ASSERT_EQ(rows.size(), 2u);
  EXPECT_EQ(rows[0].stable, "1.0.1");
  EXPECT_FALSE(rows[0].tenant);
  EXPECT_EQ(rows[1].tenant, shop.id);
  EXPECT_EQ(rows[1].candidate, "1.2.0");
  EXPECT_EQ(rows[1].percent, 1250);
  EXPECT_FALSE(rows[1].enabled);
  EXPECT_EQ(rows[1].position, 3);
  EXPECT_EQ(world.ports().logs().list_audit(shop.id, "", 1).value().items.at(0).action, "plugin.canary");
  ASSERT_TRUE(again.erase_release("filtering", shop.id, audit("plugin.follow")));
  ASSERT_TRUE(again.erase_release("nothing", std::nullopt, audit("x")));
  EXPECT_EQ(again.list_releases().value().size(), 1u);
}

TEST_P(Plugins, ConfigurationsAndPolicies) {
  const TenantCase shop = world.make_tenant("shop");
  auto& store = world.ports().plugins();
  ASSERT_TRUE(store.save_config({shop.id, "filtering", "{\"words\":[\"x\"]}"}, audit("plugin.config")));
  ASSERT_TRUE(store.save_config({shop.id, "filtering", "{\"words\":[\"退款\"]}"}, audit("plugin.config")));
  ASSERT_EQ(store.list_configs().value().size(), 1u);
  EXPECT_EQ(store.list_configs().value()[0].json, "{\"words\":[\"退款\"]}");
  EXPECT_EQ(store.list_configs().value()[0].tenant, shop.id);
  ASSERT_TRUE(store.save_policy({std::nullopt, "hotdesk.filter/1", true}, audit("policy")));
  ASSERT_TRUE(store.save_policy({shop.id, "hotdesk.filter/1", false}, audit("policy")));
  EXPECT_EQ(store.list_policies().value().size(), 2u);
}

TEST_P(Plugins, PinsAreReplacedAndErased) {
  const TenantCase shop = world.make_tenant("shop");
  const TenantCase other = world.make_tenant("other");
  auto& store = world.ports().plugins();
  const Uuid a = make_uuid(1), b = make_uuid(2);
  ASSERT_TRUE(store.save_pins({{shop.id, a, "filtering", "1.0.0"}, {shop.id, b, "filtering", "1.1.0"}, {other.id, a, "filtering", "1.1.0"}}));
  ASSERT_TRUE(store.save_pins({{shop.id, a, "filtering", "1.1.0"}}));
  auto pins = store.list_pins(10).value();
  ASSERT_EQ(pins.size(), 3u);
  EXPECT_EQ(pins[0].conversation, a) << "newest first";
  EXPECT_EQ(pins[0].version, "1.1.0");
  EXPECT_EQ(store.list_pins(1).value().size(), 1u);
  ASSERT_TRUE(store.erase_pins("filtering", shop.id, "1.0.0"));
  EXPECT_EQ(store.list_pins(10).value().size(), 3u);
  ASSERT_TRUE(store.erase_pins("filtering", shop.id, ""));
  EXPECT_EQ(store.list_pins(10).value().size(), 1u);
  ASSERT_TRUE(store.erase_pins("filtering", std::nullopt, "1.1.0"));
  EXPECT_TRUE(store.list_pins(10).value().empty());
}

TEST_P(Plugins, KeysAndValuesAreBytes) {
  const TenantCase shop = world.make_tenant("shop");
  const TenantCase other = world.make_tenant("other");
  auto& store = world.ports().plugins();
  const std::string binary("\0\xff\0", 3);
  ASSERT_TRUE(store.kv_set(shop.id, "p", "a/1", binary));
  ASSERT_TRUE(store.kv_set(shop.id, "p", "a/2", ""));
  ASSERT_TRUE(store.kv_set(shop.id, "p", std::string("b\0", 2), "x"));
  ASSERT_TRUE(store.kv_set(shop.id, "p", "a/1", binary + "2"));
  EXPECT_EQ(store.kv_get(shop.id, "p", "a/1").value(), binary + "2");
  EXPECT_EQ(store.kv_get(shop.id, "p", "a/2").value(), "");
  EXPECT_FALSE(store.kv_get(shop.id, "p", "a").value());
  EXPECT_FALSE(store.kv_get(shop.id, "q", "a/1").value()) << "another plugin's space";
  EXPECT_FALSE(store.kv_get(other.id, "p", "a/1").value()) << "another tenant's";
  const auto listed = store.kv_list(shop.id, "p", "a/").value();
  ASSERT_EQ(listed.size(), 2u);
  EXPECT_EQ(listed[0].key, "a/1");
  EXPECT_EQ(listed[1].key, "a/2");
  ASSERT_TRUE(store.kv_erase(shop.id, "p", "a/1"));
  ASSERT_TRUE(store.kv_erase(shop.id, "p", "a/1"));
  EXPECT_EQ(store.kv_list(shop.id, "p", "").value().size(), 2u);
}

}  // namespace
}  // namespace hotdesk::contract
