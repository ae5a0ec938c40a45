#include "host/delivery/session_fixture.hpp"

#include <future>
#include <thread>

#include "crypto/keys.hpp"
#include "crypto/mac.hpp"

namespace hotdesk::delivery {

void SessionTest::SetUp() {
  world_ = support::make_world(folder_.path(), 2);
  open_store();
}

void SessionTest::open_store() {
  const std::string id_key = crypto::derive_key(world_.master_key, crypto::Label::conversation_id);
  store::Options options;
  options.data_dir = folder_.path() / "data";
  options.master_key = world_.master_key;
  options.conversation_ids = [id_key](const Uuid& tenant, const Uuid& visitor, std::int64_t finished) {
    return tenants::derive_conversation_id(id_key, tenant, visitor, finished);
  };
  store_ = std::move(store::Store::open(std::move(options)).value());
  rates_ = cluster::make_memory_limits(clock_);
  presence_ = cluster::make_memory_presence(clock_);
  services_.emplace(Services{
      .log = store_->log(), .conversations = store_->conversations(), .filter = filter_, .pool = pool_, .clock = clock_,
      .rates = *rates_, .presence = *presence_, .registry = registry_, .members = members_, .metrics = metrics_, .limits = limits_,
      .make_resume = [](const Identity&, const std::string&, std::int64_t) { return std::string("rt"); },
      .content_mac = [](std::string_view content) { return crypto::hmac_sha256("key", content).substr(0, 16); },
      .opening =
          [](const Identity& identity) {
            visitors::Visitor visitor;
            visitor.id = identity.user;
            visitor.tenant = identity.tenant;
            visitor.site = identity.site;
            return visitor;
          },
      .record_state = [this](const Uuid& tenant, const Uuid& user, const std::string& state) {
        return store_->users().record_state(tenant, user, state);
      }});
  delivery_.emplace(store_->commit(), *services_, nullptr);
}

void SessionTest::TearDown() {
  settle();
  store_.reset();
}

SessionTest::Peer SessionTest::connect(const Identity& identity, const std::string& dev, const nlohmann::json& resume) {
  Peer peer;
  peer.socket = std::make_unique<RecordingSocket>(loop_);
  peer.session = std::make_shared<Session>(*delivery_, *services_, identity, loop_);
  peer.session->on_open(*peer.socket);
  nlohmann::json hello{{"t", "hello"}, {"ver", 1}, {"dev", dev}, {"caps", nlohmann::json::array()}};
  if (!resume.is_null()) hello["resume"] = resume;
  say(peer, hello);
  return peer;
}

SessionTest::Peer SessionTest::visitor(const Uuid& id, const std::string& dev, const nlohmann::json& resume) {
  Identity identity;
  identity.tenant = world_.tenant.id;
  identity.site = world_.site.id;
  identity.site_code = world_.site.code;
  identity.user = id;
  return connect(identity, dev, resume);
}

SessionTest::Peer SessionTest::agent(int n, const std::string& dev, const nlohmann::json& resume) {
  Identity identity;
  identity.tenant = world_.tenant.id;
  identity.site = world_.site.id;
  identity.user = world_.agents[static_cast<std::size_t>(n)].id;
  identity.role = tenants::Role::agent;
  return connect(identity, dev, resume);
}

void SessionTest::say(Peer& peer, const nlohmann::json& frame) {
  peer.session->on_text(frame.dump());
  settle();
}

nlohmann::json SessionTest::pub(const Uuid& conv, const std::string& text, const nlohmann::json& more) {
  nlohmann::json frame{{"t", "pub"}, {"mid", make_uuid(clock_.now_ms()).text()}, {"conv", conv.text()}, {"kind", "text"}, {"body", {{"text", text}}}};
  frame.update(more);
  return frame;
}

void SessionTest::close(Peer& peer) {
  peer.session->on_closed();
  settle();
}

conversations::Committed SessionTest::commit(const Uuid& conv, conversations::Actor actor, conversations::What what) {
  conversations::Change change;
  change.tenant = world_.tenant.id;
  change.conversation = conv;
  change.actor = std::move(actor);
  change.now = clock_.now_ms();
  change.what = std::move(what);
  std::promise<conversations::Committed> promise;
  delivery_->commit(std::move(change), [&](conversations::Committed&& committed) { promise.set_value(std::move(committed)); });
  auto committed = promise.get_future().get();
  settle();
  return committed;
}

void SessionTest::settle() {
  // The writer's queue is in order, and a batch is flushed before the next one is begun: when the second of two changes that
  // do nothing has been answered, everything before the first has been flushed.
  const auto pass_writer = [&] {
    std::promise<void> promise;
    conversations::Change marker;
    marker.tenant = world_.tenant.id;
    marker.conversation = make_uuid(1);
    marker.now = clock_.now_ms();
    marker.what = conversations::Closed{};
    delivery_->commit(std::move(marker), [&](conversations::Committed&&) { promise.set_value(); });
    promise.get_future().wait();
  };
  for (;;) {
    while (loop_.step() || pool_.step()) continue;
    pass_writer();
    pass_writer();
    if (!loop_.step() && !pool_.step()) return;
  }
}

}  // namespace hotdesk::delivery
