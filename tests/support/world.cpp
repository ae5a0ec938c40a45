#include "support/world.hpp"

#include <unistd.h>

#include <cstdlib>
#include <fstream>

#include "crypto/certificate.hpp"
#include "crypto/keys.hpp"
#include "store/store.hpp"

namespace hotdesk::support {
namespace fs = std::filesystem;

TemporaryFolder::TemporaryFolder() {
  std::string pattern = (fs::temp_directory_path() / "hotdesk-XXXXXX").string();
  path_ = ::mkdtemp(pattern.data());
}

TemporaryFolder::~TemporaryFolder() {
  std::error_code ignored;
  if (!std::getenv("HOTDESK_KEEP")) fs::remove_all(path_, ignored);
}

namespace {

/// Two seconds ahead: a server refuses sets of the second it started in, and tests connect in that very second.
class AheadClock final : public Clock {
 public:
  std::int64_t now_ms() const noexcept override { return system_.now_ms() + 2'000; }
  std::int64_t steady_ms() const noexcept override { return system_.steady_ms(); }

 private:
  SystemClock system_;
};

}  // namespace

tenants::ConnectSet World::agent_set(const Uuid& user) const { return signer_->sign_staff(site.code, tenants::Role::agent, user); }
tenants::ConnectSet World::visitor_set(const Uuid& user) const { return signer_->sign_visitor(site.code, user); }
tenants::ConnectSet World::visitor_set() const { return visitor_set(make_uuid(clock_->now_ms())); }

World make_world(const fs::path& folder, int agents, int capacity) {
  World world;
  world.clock_ = std::make_shared<AheadClock>();
  const std::int64_t now = SystemClock{}.now_ms();
  world.folder = folder;
  fs::create_directories(folder / "keys");
  fs::create_directories(folder / "data");
  crypto::make_master_key_file(folder / "keys" / "master.key").value();
  crypto::MasterKeySource source;
  source.file = folder / "keys" / "master.key";
  world.master_key = crypto::load_master_key(source).value();
  const auto pair = crypto::make_self_signed({"localhost", "127.0.0.1"}).value();
  std::ofstream(folder / "keys" / "server.crt") << pair.certificate;
  std::ofstream(folder / "keys" / "server.key") << pair.key;

  const std::string id_key = crypto::derive_key(world.master_key, crypto::Label::conversation_id);
  store::Options options;
  options.data_dir = folder / "data";
  options.master_key = world.master_key;
  options.conversation_ids = [id_key](const Uuid& tenant, const Uuid& visitor, std::int64_t finished) {
    return tenants::derive_conversation_id(id_key, tenant, visitor, finished);
  };
  auto store = std::move(store::Store::open(std::move(options)).value());
  const tenants::AuditEntry audit{now, {}, "test", "make", "world", "", ""};
  world.tenant = {make_uuid(now), "Test", make_uuid(now).text(), now};
  world.department = {make_uuid(now), world.tenant.id, "Support"};
  store->tenants().create_tenant(world.tenant, world.department, audit).value();
  world.site.id = make_uuid(now);
  world.site.tenant = world.tenant.id;
  world.site.code = "test-site";
  world.site.name = "Test site";
  world.site.widget = "{}";
  world.site.created_at = now;
  store->sites().save_site(world.site, audit).value();
  for (int i = 0; i < agents; ++i) {
    tenants::User user;
    user.id = make_uuid(now);
    user.tenant = world.tenant.id;
    user.username = "agent" + std::to_string(i);
    user.name = "Agent " + std::to_string(i);
    user.capacity = capacity;
    user.departments = {world.department.id};
    user.created_at = now;
    store->users().create_user(user, audit).value();
    world.agents.push_back(std::move(user));
  }
  store.reset();
  // The signer refuses sets of its own first second; the server that will check them starts later still.
  world.signer_ = std::make_shared<tenants::ConnectSigner>(world.master_key, world.public_host, *world.clock_);
  return world;
}

}  // namespace hotdesk::support
