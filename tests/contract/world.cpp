#include "contract/world.hpp"

#include <cstdlib>

#include "base/json.hpp"
#include "crypto/mac.hpp"

namespace hotdesk::contract {

using conversations::Actor;
using conversations::Outcome;

TempFolder::TempFolder() {
  std::string pattern = (std::filesystem::temp_directory_path() / "hotdesk-test-XXXXXX").string();
  path_ = ::mkdtemp(pattern.data());
}
TempFolder::~TempFolder() {
  std::error_code error;
  std::filesystem::remove_all(path_, error);
}

World::World(const Backend& backend, std::filesystem::path folder, Failpoint failpoint)
    : backend_(backend), folder_(std::move(folder)), ports_(backend_.open(folder_, std::move(failpoint))) {}

void World::reopen(Failpoint failpoint) {
  ports_.reset();
  ports_ = backend_.open(folder_, std::move(failpoint));
}

tenants::AuditEntry audit(const std::string& action) {
  tenants::AuditEntry entry;
  entry.action = action;
  entry.actor_name = "test";
  entry.ip = "192.0.2.1";
  return entry;
}

std::string text_body(const std::string& text) {
  std::string out = "{\"text\":";
  append_json_string(out, text);
  return out + "}";
}

TenantCase World::make_tenant(const std::string& name) {
  TenantCase out{make_uuid(now()), make_uuid(now()), make_uuid(now())};
  tenants::Tenant tenant;
  tenant.id = out.id;
  tenant.name = name;
  tenant.created_at = now();
  ports().tenants().create_tenant(tenant, {.id = out.department, .tenant = out.id, .name = "Support"}, audit("tenant.create")).value();
  tenants::Site site;
  site.id = out.site;
  site.tenant = out.id;
  site.code = name + "-site";
  site.name = name + " shop";
  site.widget = "{}";
  site.allowed_origins = {"https://" + name + ".example"};
  site.keys = {{"k1", "secret of " + name, now()}};
  site.created_at = now();
  ports().sites().save_site(site, audit("site.create")).value();
  return out;
}

Actor World::make_agent(const TenantCase& tenant, const std::string& name, tenants::Role role) {
  tenants::User user;
  user.id = make_uuid(now());
  user.tenant = tenant.id;
  user.username = name + "@" + user.id.text();
  user.name = name;
  user.role = role;
  user.departments = {tenant.department};
  user.created_at = now();
  ports().users().create_user(user, audit("user.create")).value();
  return Actor{role, user.id, name};
}

Actor World::make_visitor(const std::string& name) { return Actor{tenants::Role::visitor, make_uuid(now()), name}; }

Uuid World::current(const TenantCase& tenant, const Actor& visitor) {
  return ports().log().load_position(tenant.id, visitor.id, tenants::Role::visitor, tenant.site, now()).value().conversation.value();
}

conversations::Change World::change(const TenantCase& tenant, const Uuid& conversation, const Actor& actor, conversations::What what) {
  Change out;
  out.tenant = tenant.id;
  out.conversation = conversation;
  out.actor = actor;
  out.now = now();
  out.what = std::move(what);
  return out;
}

conversations::Change World::message(const TenantCase& tenant, const Uuid& conversation, const Actor& actor, const std::string& text,
                                     std::optional<Uuid> mid) {
  conversations::Message message;
  message.mid = mid.value_or(make_uuid(now()));
  message.kind = "text";
  message.body = text_body(text);
  message.mac = crypto::hmac_sha256("mac", message.kind + message.body).substr(0, 16);
  if (actor.role == tenants::Role::visitor) {
    visitors::Visitor opening;
    opening.id = actor.id;
    opening.tenant = tenant.id;
    opening.site = tenant.site;
    opening.name = actor.name;
    opening.device = "{}";
    message.opening = opening;
    message.department = tenant.department;
  }
  return change(tenant, conversation, actor, std::move(message));
}

std::future<conversations::Committed> World::submit(Change change) {
  auto promise = std::make_shared<std::promise<Committed>>();
  std::future<Committed> future = promise->get_future();
  ports().commit().submit(std::move(change), [promise](const Change&, Committed&& done) { promise->set_value(std::move(done)); });
  return future;
}

conversations::Committed World::commit(Change change) { return submit(std::move(change)).get(); }

Uuid World::open(const TenantCase& tenant, const Actor& visitor, const std::string& text) {
  const Uuid id = current(tenant, visitor);
  const Committed done = commit(message(tenant, id, visitor, text));
  EXPECT_EQ(done.outcome, Outcome::ok) << done.text;
  return id;
}

void World::assign(const TenantCase& tenant, const Uuid& conversation, const Actor& agent) {
  conversations::Assigned assigned;
  assigned.assignee = agent.id;
  assigned.assignee_name = agent.name;
  const Committed done = commit(change(tenant, conversation, Actor{}, assigned));
  EXPECT_EQ(done.outcome, Outcome::ok) << done.text;
}

conversations::Committed World::say(const TenantCase& tenant, const Uuid& conversation, const Actor& actor, const std::string& text) {
  return commit(message(tenant, conversation, actor, text));
}

std::vector<conversations::Entry> World::feed(const TenantCase& tenant, const Uuid& owner, bool department, int size) {
  std::vector<conversations::Entry> out;
  std::int64_t cur = 0;
  for (;;) {
    delivery::FeedPage page = ports().log().read_feed(tenant.id, {owner, department}, cur, size).value();
    for (auto& entry : page.items) {
      EXPECT_EQ(entry.prev, cur) << "the chain of the feed is broken";
      EXPECT_GT(entry.cur, entry.prev);
      cur = entry.cur;
      out.push_back(std::move(entry));
    }
    EXPECT_EQ(page.next, cur);
    if (!page.more) {
      EXPECT_EQ(page.head, cur);
      return out;
    }
  }
}

std::vector<conversations::Entry> World::page(const TenantCase& tenant, const Uuid& conversation, bool staff, int size) {
  std::vector<conversations::Entry> out;
  std::int64_t after = 0;
  for (;;) {
    auto page = ports().log().read_conversation(tenant.id, conversation, std::nullopt, after, size, staff).value();
    for (auto& entry : page.items) {
      EXPECT_GT(entry.seq, after);
      after = entry.seq;
      out.push_back(std::move(entry));
    }
    EXPECT_EQ(page.next, after);
    if (!page.more) return out;
  }
}

std::vector<std::string> kinds(const std::vector<conversations::Entry>& entries) {
  std::vector<std::string> out;
  for (const auto& entry : entries) out.push_back(entry.kind);
  return out;
}

}  // namespace hotdesk::contract
