#include <gmock/gmock.h>

#include "contract/world.hpp"

namespace hotdesk::contract {
namespace {

using ::testing::ElementsAre;

class Tenants : public Contract {};
HOTDESK_CONTRACT(Tenants);

TEST_P(Tenants, AreMadeWithOneDepartmentAndFound) {
  const TenantCase shop = world.make_tenant("shop");
  auto& tenants = world.ports().tenants();
  const auto found = tenants.find_tenant(shop.id).value().value();
  EXPECT_EQ(found.name, "shop");
  EXPECT_FALSE(found.epoch.empty());
  EXPECT_EQ(tenants.list_departments(shop.id).value().at(0).id, shop.department);
  EXPECT_FALSE(tenants.find_tenant(make_uuid(1)).value());
  EXPECT_EQ(tenants.list_departments(make_uuid(1)).error().code, Errc::not_found);
  tenants::Tenant again;
  again.id = shop.id;
  EXPECT_EQ(tenants.create_tenant(again, {}, audit("again")).error().code, Errc::conflict);
  ASSERT_TRUE(tenants.rename_tenant(shop.id, "店铺", audit("tenant.rename")));
  world.reopen();
  EXPECT_EQ(world.ports().tenants().list_tenants().value().at(0).name, "店铺");
  EXPECT_EQ(world.ports().logs().list_audit(shop.id, "", 1).value().items.at(0).action, "tenant.rename");
}

TEST_P(Tenants, SitesKeepTheirKeysAndCodes) {
  const TenantCase shop = world.make_tenant("shop");
  const TenantCase other = world.make_tenant("other");
  auto& sites = world.ports().sites();
  auto site = sites.find_site_by_code("shop-site").value().value();
  EXPECT_EQ(site.tenant, shop.id);
  EXPECT_EQ(site.keys.at(0).secret, "secret of shop");
  EXPECT_THAT(site.allowed_origins, ElementsAre("https://shop.example"));
  EXPECT_FALSE(site.last_ping);
  site.keys.push_back({"k2", std::string("with\0nul", 8), world.now() + 1});
  site.active = false;
  ASSERT_TRUE(sites.save_site(site, audit("site.update")));
  ASSERT_TRUE(sites.record_ping(shop.id, shop.site, {world.now(), "https://shop.example", "https://shop.example/a"}));
  world.reopen();
  auto& again = world.ports().sites();
  const auto read = again.find_site(shop.id, shop.site).value().value();
  EXPECT_FALSE(read.active);
  ASSERT_EQ(read.keys.size(), 2u);
  EXPECT_EQ(read.keys[1].secret, std::string("with\0nul", 8));
  EXPECT_EQ(read.last_ping->url, "https://shop.example/a");
  EXPECT_EQ(again.list_sites(other.id).value().size(), 1u);
  EXPECT_FALSE(again.find_site(other.id, shop.site).value()) << "another tenant's";
  EXPECT_FALSE(again.find_site_by_code("nobody").value());
  auto thief = again.find_site(other.id, other.site).value().value();
  thief.code = "shop-site";
  EXPECT_EQ(again.save_site(thief, audit("x")).error().code, Errc::conflict);
  auto moved = read;
  moved.tenant = other.id;
  moved.code = "moved";
  ASSERT_TRUE(again.save_site(moved, audit("x"))) << "the same id in another tenant is another site";
  EXPECT_EQ(again.find_site(shop.id, shop.site).value()->code, "shop-site");
}

TEST_P(Tenants, UsersAreUniqueInTheInstallation) {
  const TenantCase shop = world.make_tenant("shop");
  const TenantCase other = world.make_tenant("other");
  auto& users = world.ports().users();
  tenants::User ann;
  ann.id = make_uuid(world.now());
  ann.tenant = shop.id;
  ann.username = "Ann@Shop.example";
  ann.name = "Ann";
  ann.password_hash = "$argon2id$x";
  ann.departments = {shop.department};
  ASSERT_TRUE(users.create_user(ann, audit("user.create")));
  EXPECT_EQ(users.find_user_by_name("ANN@shop.EXAMPLE").value()->id, ann.id);
  tenants::User thief = ann;
  thief.id = make_uuid(world.now());
  thief.tenant = other.id;
  thief.username = "ann@shop.example";
  thief.departments = {};
  EXPECT_EQ(users.create_user(thief, audit("x")).error().code, Errc::conflict);
  ann.role = tenants::Role::admin;
  ann.gen = 4;
  ann.capacity = 2;
  ann.active = false;
  ann.username = "ignored";
  ASSERT_TRUE(users.update_user(ann, audit("user.update")));
  ASSERT_TRUE(users.record_state(shop.id, ann.id, "busy"));
  const auto read = users.find_user(shop.id, ann.id).value().value();
  EXPECT_EQ(read.username, "ann@shop.example");
  EXPECT_EQ(read.role, tenants::Role::admin);
  EXPECT_EQ(read.gen, 4);
  EXPECT_EQ(read.capacity, 2);
  EXPECT_FALSE(read.active);
  EXPECT_EQ(read.state, "busy");
  EXPECT_THAT(read.departments, ElementsAre(shop.department));
  EXPECT_EQ(users.list_users(shop.id).value().at(0).departments.size(), 1u);
  EXPECT_TRUE(users.list_users(other.id).value().empty());
  EXPECT_FALSE(users.find_user(other.id, ann.id).value());
  thief.id = make_uuid(2);
  EXPECT_EQ(users.update_user(thief, audit("x")).error().code, Errc::not_found);
  thief.username = "bob";
  thief.departments = {shop.department};
  EXPECT_EQ(users.create_user(thief, audit("x")).error().code, Errc::not_found) << "another tenant's department";
  EXPECT_FALSE(users.find_user_by_name("bob").value()) << "a refused write leaves nothing";
}

TEST_P(Tenants, PositionOfAnAgent) {
  const TenantCase shop = world.make_tenant("shop");
  const auto ann = world.make_agent(shop, "Ann");
  const Uuid id = world.open(shop, world.make_visitor("Vera"));
  world.assign(shop, id, ann);
  const auto position = world.ports().log().load_position(shop.id, ann.id, tenants::Role::agent, Uuid{}, world.now()).value();
  EXPECT_TRUE(position.known && position.active && position.site_active);
  EXPECT_EQ(position.role, tenants::Role::agent);
  EXPECT_EQ(position.name, "Ann");
  EXPECT_EQ(position.state, "online");
  EXPECT_THAT(position.departments, ElementsAre(shop.department));
  ASSERT_EQ(position.heads.size(), 2u);
  EXPECT_EQ(position.heads[0], (std::pair(delivery::FeedName{ann.id, false}, std::int64_t{1})));
  EXPECT_EQ(position.heads[1], (std::pair(delivery::FeedName{shop.department, true}, std::int64_t{2})));
  EXPECT_FALSE(position.conversation);
  const auto unknown = world.ports().log().load_position(shop.id, make_uuid(1), tenants::Role::agent, Uuid{}, world.now()).value();
  EXPECT_FALSE(unknown.known || unknown.active) << "an account that does not exist may not connect";
  world.reopen();
  EXPECT_EQ(world.ports().log().load_position(shop.id, ann.id, tenants::Role::agent, Uuid{}, world.now()).value().epoch, position.epoch)
      << "a restart is no new epoch";
  EXPECT_EQ(world.ports().log().heads(shop.id, {{shop.department, true}, {ann.id, false}, {make_uuid(1), false}, {ann.id, true}}).value(),
            (std::vector<std::int64_t>{2, 1, 0, 0}));
}

TEST_P(Tenants, LogsGoOnWhereTheyStopped) {
  const TenantCase shop = world.make_tenant("shop");
  const TenantCase other = world.make_tenant("other");
  auto& logs = world.ports().logs();
  for (int i = 0; i < 5; ++i)
    ASSERT_TRUE(logs.record_login(shop.id, {.username = "ann" + std::to_string(i), .ip = "192.0.2.1", .success = i % 2 == 0,
                                            .timestamp = world.now(), .source = "WebAgent", .ua = "x"}));
  ASSERT_TRUE(logs.record_login(Uuid{}, {.username = "nobody", .ip = "", .success = false, .timestamp = 1, .source = "Api", .ua = ""}));
  const auto first = logs.list_logins(shop.id, "", 3).value();
  ASSERT_EQ(first.items.size(), 3u);
  EXPECT_EQ(first.items[0].username, "ann4");
  EXPECT_TRUE(first.items[0].success);
  const auto rest = logs.list_logins(shop.id, first.next, 3).value();
  ASSERT_EQ(rest.items.size(), 2u);
  EXPECT_EQ(rest.items[1].username, "ann0");
  EXPECT_TRUE(rest.next.empty());
  EXPECT_TRUE(logs.list_logins(other.id, "", 3).value().items.empty());
  EXPECT_EQ(logs.list_logins(shop.id, "1; DROP", 3).error().code, Errc::invalid);
  ASSERT_TRUE(logs.record_audit(shop.id, audit("something")));
  ASSERT_TRUE(logs.record_audit(Uuid{}, audit("installation")));
  EXPECT_EQ(logs.list_audit(shop.id, "", 1).value().items.at(0).action, "something");
  const auto ann = world.make_agent(shop, "Ann");
  const auto user = world.ports().users().find_user(shop.id, ann.id).value().value();
  ASSERT_TRUE(logs.record_login(shop.id, {.username = user.username, .ip = "", .success = true, .timestamp = 77, .source = "Api", .ua = ""}));
  EXPECT_EQ(world.ports().users().find_user(shop.id, ann.id).value()->last_login_at, 77);
}

class Visitors : public Contract {};
HOTDESK_CONTRACT(Visitors);

TEST_P(Visitors, AreFoundByTheSitesOwnId) {
  const TenantCase shop = world.make_tenant("shop");
  const TenantCase other = world.make_tenant("other");
  visitors::Visitor vera;
  vera.id = make_uuid(world.now());
  vera.tenant = shop.id;
  vera.site = shop.site;
  vera.name = "薇拉";
  vera.email = "vera@example.org";
  vera.phone = "+49 170 1";
  vera.external_id = "42";
  vera.attributes = "{\"plan\":\"gold\"}";
  vera.language = "zh";
  vera.device = "{}";
  vera.referrer = "https://search.example/?q=x";
  vera.first_seen = 1;
  vera.last_seen = 2;
  auto& visitors = world.ports().visitors();
  ASSERT_TRUE(visitors.save_visitor(vera));
  auto read = visitors.find_by_external_id(shop.id, shop.site, "42").value().value();
  EXPECT_EQ(read.id, vera.id);
  EXPECT_EQ(read.name, "薇拉");
  EXPECT_EQ(read.email, vera.email);
  EXPECT_EQ(read.phone, vera.phone);
  EXPECT_EQ(read.attributes, vera.attributes);
  EXPECT_EQ(read.referrer, vera.referrer);
  EXPECT_EQ(read.site, shop.site);
  EXPECT_FALSE(visitors.find_by_external_id(other.id, other.site, "42").value());
  EXPECT_FALSE(visitors.find_by_external_id(shop.id, make_uuid(1), "42").value()) << "namespaced by the site";
  EXPECT_FALSE(visitors.find_by_external_id(shop.id, shop.site, "").value());
  EXPECT_FALSE(visitors.find_visitor(other.id, vera.id).value());
  vera.name = "Vera";
  vera.gen = 9;
  vera.last_seen = 3;
  ASSERT_TRUE(visitors.save_visitor(vera));
  read = visitors.find_visitor(shop.id, vera.id).value().value();
  EXPECT_EQ(read.name, "Vera");
  EXPECT_EQ(read.gen, 0) << "kept";
  EXPECT_EQ(read.first_seen, 1);
  EXPECT_EQ(read.last_seen, 3);
  visitors::Visitor twin = vera;
  twin.id = make_uuid(world.now());
  EXPECT_EQ(visitors.save_visitor(twin).error().code, Errc::conflict);
}

TEST_P(Visitors, ANameLearntLaterShowsInTheConversation) {
  const TenantCase shop = world.make_tenant("shop");
  const auto who = world.make_visitor("");
  const Uuid id = world.open(shop, who);
  visitors::Visitor form;
  form.id = who.id;
  form.tenant = shop.id;
  form.site = shop.site;
  form.name = "Vera";
  ASSERT_TRUE(world.ports().visitors().save_visitor(form));
  EXPECT_EQ(world.ports().conversations().find_conversation(shop.id, id, who.id).value()->visitor_name, "Vera");
  EXPECT_EQ(world.say(shop, id, who, "x").after->visitor_name, "Vera");
}

TEST_P(Visitors, AFormBeforeTheFirstMessageMakesTheRow) {
  const TenantCase shop = world.make_tenant("shop");
  const auto who = world.make_visitor("Vera");
  visitors::Visitor form;
  form.id = who.id;
  form.tenant = shop.id;
  form.site = shop.site;
  form.name = "Vera";
  ASSERT_TRUE(world.ports().visitors().save_visitor(form));
  const Uuid id = world.current(shop, who);
  auto first = world.message(shop, id, who, "hello");
  std::get<conversations::Message>(first.what).opening.reset();
  std::get<conversations::Message>(first.what).department.reset();
  EXPECT_EQ(world.commit(first).seq, 2) << "the row says what the message does not";
}

TEST_P(Visitors, ThePageTrailKeepsTheNewestFifty) {
  const TenantCase shop = world.make_tenant("shop");
  const auto vera = world.make_visitor("Vera");
  auto& visitors = world.ports().visitors();
  ASSERT_TRUE(visitors.record_page(shop.id, vera.id, {"https://shop.example/", "t", "", 1})) << "no row: nothing";
  EXPECT_TRUE(visitors.list_pages(shop.id, vera.id, 10).value().empty());
  world.open(shop, vera);
  for (int i = 0; i < 60; ++i)
    ASSERT_TRUE(visitors.record_page(shop.id, vera.id, {"https://shop.example/" + std::to_string(i), "首页", "https://r.example", i}));
  const auto pages = visitors.list_pages(shop.id, vera.id, 200).value();
  ASSERT_EQ(pages.size(), 50u);
  EXPECT_EQ(pages[0].url, "https://shop.example/59");
  EXPECT_EQ(pages[0].title, "首页");
  EXPECT_EQ(pages[0].at, 59);
  EXPECT_EQ(pages[49].at, 10);
}

}  // namespace
}  // namespace hotdesk::contract
