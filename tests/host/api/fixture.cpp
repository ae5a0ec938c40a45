#include "host/api/fixture.hpp"

#include <cstdlib>
#include <future>

#include "base/bytes.hpp"
#include "base/random.hpp"
#include "crypto/keys.hpp"
#include "crypto/mac.hpp"

namespace hotdesk::api {
namespace {
constexpr crypto::PasswordCost cheap{1, 8192};

struct Inline final : Executor {
  void post(std::function<void()> task) override { task(); }
};
struct PassAll final : delivery::Filter {
  std::optional<delivery::FilterVerdict> inspect(const delivery::FilterInput&, std::function<void(delivery::FilterVerdict)>) override {
    return delivery::FilterVerdict{};
  }
};
struct NoLoops final : plugins::Quiesce {
  void for_each_thread(std::function<void()>) override {}
};
NoLoops no_loops;

tenants::AuditEntry made_for_test() {
  tenants::AuditEntry entry;
  entry.action = "test";
  return entry;
}
}  // namespace

struct ApiTest::Wire {
  Inline executor;
  PassAll filter;
  metrics::Registry metrics;
  delivery::Registry registry;
  delivery::Members members;
  std::optional<delivery::Services> services;
  std::optional<delivery::Delivery> delivery;
};

std::optional<std::string> Reply::cookie(const std::string& name) const {
  for (const auto& [key, value] : http.headers)
    if (key == "Set-Cookie" && value.starts_with(name + "=")) return value.substr(name.size() + 1, value.find(';') - name.size() - 1);
  return std::nullopt;
}

ApiTest::ApiTest() {
  folder_ = std::filesystem::temp_directory_path() / ("hotdesk_api_" + to_hex(random_string(8)));
  std::filesystem::create_directories(folder_);
  const std::string id_key = crypto::derive_key(master_, crypto::Label::conversation_id);
  store::Options options;
  options.data_dir = folder_ / "data";
  options.master_key = master_;
  options.conversation_ids = [id_key](const Uuid& tenant, const Uuid& visitor, std::int64_t finished) {
    return tenants::derive_conversation_id(id_key, tenant, visitor, finished);
  };
  store_ = std::move(store::Store::open(std::move(options)).value());
  rates_ = cluster::make_memory_limits(clock_);
  nonces_ = cluster::make_memory_nonces(clock_);
  presence_ = cluster::make_memory_presence(clock_, 0);
  tokens_.emplace(master_, clock_);
  signer_.emplace(master_, "desk.example", clock_);
  writer_.emplace(store_->users());
  passwords_.emplace(1, 32, cheap);
  login_.emplace(store_->users(), *writer_, store_->logs(), *passwords_, pool_, clock_);
  visits_.emplace(clock_);
  clock_.advance(400'000);  // what was signed now is surely younger than the nonces' memory

  wire_ = std::make_unique<Wire>();
  wire_->services.emplace(delivery::Services{
      .log = store_->log(), .conversations = store_->conversations(), .filter = wire_->filter, .pool = wire_->executor, .clock = clock_,
      .rates = *rates_, .presence = *presence_, .registry = wire_->registry, .members = wire_->members, .metrics = wire_->metrics,
      .limits = {}, .make_resume = [](const delivery::Identity&, const std::string&, std::int64_t) { return std::string(); },
      .content_mac = [](std::string_view content) { return crypto::hmac_sha256("k", content).substr(0, 16); },
      .opening = [](const delivery::Identity&) { return visitors::Visitor{}; },
      .record_state = [](const Uuid&, const Uuid&, const std::string&) { return Result<>{}; }});
  wire_->delivery.emplace(store_->commit(), *wire_->services, nullptr);

  plugin_rows_ = std::make_unique<plugins::MemoryStore>();
  plugins::Options where;
  where.path = HOTDESK_TEST_PLUGINS;
  where.run_dir = folder_ / "run";
  where.packages = folder_ / "packages";
  where.trust_store = folder_ / "trust.json";
  plugins_ = std::make_unique<plugins::Plugins>(where, *plugin_rows_, no_loops, clock_,
                                                [](plugins::LogLevel, std::string_view, std::string_view) {},
                                                [](const plugins::Scope&, const tenants::AuditEntry&) {});
  plugins_->start({}).value();

  a_ = make_house("Shop A");
  b_ = make_house("Shop B");

  Options settings;
  settings.public_host = "desk.example";
  settings.version = "0.1.0-selfhost";
  settings.node = "n1";
  settings.started_ms = clock_.now_ms() - 60'000;
  settings.requests = {3'000, 10'000};
  settings.logins = {100, 60'000};
  Services services{.pool = pool_, .clock = clock_, .tenants = store_->tenants(), .sites = store_->sites(), .users = store_->users(),
                    .logs = store_->logs(), .visitors = store_->visitors(), .conversations = store_->conversations(),
                    .messages = store_->log(), .timeline = *wire_->delivery, .tokens = *tokens_, .signer = *signer_,
                    .user_writer = *writer_, .login = *login_, .passwords = *passwords_, .visits = *visits_, .rates = *rates_,
                    .nonces = *nonces_, .presence = *presence_, .plugins = plugins_.get(),
                    .plugin_store = plugin_rows_.get(), .knowledge = &knowledge_.emplace(store_->knowledge())};
  services.close_user = [this](const Uuid& user, bool banned) { closed_.emplace_back(user, banned); };
  services.live = [this](const Uuid&) { return live_; };
  services.health = [this]() -> Health { return {{"redis", "OFF"}, {"database", database_}, {"websocket", "OK"}}; };
  services.ready = [this] { return ready_; };
  api_.emplace(router_, services, settings);
}

ApiTest::~ApiTest() {
  pool_.join();
  plugins_.reset();
  wire_.reset();
  store_.reset();
  std::filesystem::remove_all(folder_);
}

House ApiTest::make_house(const std::string& name) {
  House house;
  tenants::Tenant tenant;
  tenant.id = house.tenant = make_uuid(clock_.now_ms());
  tenant.name = name;
  tenant.epoch = "1";
  tenant.created_at = clock_.now_ms();
  tenants::Department department;
  department.id = house.department = make_uuid(clock_.now_ms());
  department.tenant = tenant.id;
  department.name = "Everybody";
  store_->tenants().create_tenant(tenant, department, made_for_test()).value();
  house.site.id = make_uuid(clock_.now_ms());
  house.site.tenant = tenant.id;
  house.site.code = to_hex(random_string(4));
  house.site.name = name;
  house.site.allowed_origins = {"https://shop.example"};
  house.site.widget = "{}";
  house.site.keys = {{"k-" + house.site.code, "secret of " + name, clock_.now_ms()}};
  house.site.created_at = clock_.now_ms();
  store_->sites().save_site(house.site, made_for_test()).value();
  const auto person = [&](const std::string& who, tenants::Role role) {
    tenants::User user;
    user.id = make_uuid(clock_.now_ms());
    user.tenant = tenant.id;
    user.username = who + "." + house.site.code;
    user.name = who;
    user.role = role;
    user.password_hash = crypto::hash_password(password, cheap);
    user.departments = {department.id};
    user.created_at = clock_.now_ms();
    store_->users().create_user(user, made_for_test()).value();
    return user;
  };
  house.admin = person("ada", tenants::Role::admin);
  house.agent = person("ann", tenants::Role::agent);
  house.agent2 = person("bob", tenants::Role::agent);
  house.operator_ = person("ops", tenants::Role::operator_);
  return house;
}

Reply ApiTest::ask(const std::string& method, const std::string& target, const nlohmann::json& body, const As& as, const net::Headers& headers) {
  boost::asio::io_context io;
  net::HttpRequest request;
  request.method = method;
  request.path = target.substr(0, target.find('?'));
  request.peer_address = as.local ? "unix" : "198.51.100.7";
  request.local = as.local;
  request.io = &io;
  if (const auto at = target.find('?'); at != std::string::npos) {
    std::string query = target.substr(at + 1);
    while (!query.empty()) {
      const std::string item = query.substr(0, query.find('&'));
      query.erase(0, std::min(query.size(), item.size() + 1));
      const auto equals = item.find('=');
      request.query_items.emplace_back(item.substr(0, equals), equals == std::string::npos ? "" : item.substr(equals + 1));
    }
  }
  net::Headers all = {{"Host", "desk.example"}, {"User-Agent", "Mozilla/5.0 (X11; Linux x86_64) Firefox/120.0"}};
  if (!body.is_null()) {
    all.emplace_back("Content-Type", "application/json");
    request.body = body.is_string() ? body.get<std::string>() : body.dump();
  }
  if (!as.bearer.empty()) all.emplace_back("Authorization", "Bearer " + as.bearer);
  if (!as.cookie.empty()) all.emplace_back("Cookie", "other=1; __Host-hotdesk=" + as.cookie);
  if (!as.csrf.empty()) all.emplace_back("X-CSRF-Token", as.csrf);
  for (const auto& header : headers) {
    std::erase_if(all, [&](const auto& each) { return each.first == header.first; });
    if (!header.second.empty()) all.push_back(header);
  }
  request.headers = std::move(all);

  auto promise = std::make_shared<std::promise<net::HttpResponse>>();
  auto future = promise->get_future();
  router_.route(request, [promise](net::HttpResponse response) { promise->set_value(std::move(response)); });
  io.run();
  Reply reply;
  EXPECT_EQ(future.wait_for(std::chrono::seconds(0)), std::future_status::ready) << method << " " << target;
  reply.http = future.get();
  reply.status = reply.http.status;
  if (!reply.http.content().empty()) reply.body = nlohmann::json::parse(reply.http.content(), nullptr, false);
  return reply;
}

As ApiTest::bearer(const tenants::User& user) const {
  const auto now = clock_.now_ms();
  return {tokens_->make_bearer({user.tenant, user.id, user.role, now, user.gen, now + 3'600'000}), "", "", false};
}
As ApiTest::cookie(const tenants::User& user) const {
  const auto now = clock_.now_ms();
  const auto text = tokens_->make_cookie({user.tenant, user.id, user.role, now, user.gen, now + 3'600'000});
  return {"", text, tokens_->make_csrf(text), false};
}
As ApiTest::visitor(const House& house, const Uuid& id) const {
  const auto now = clock_.now_ms();
  return {tokens_->make_visitor({house.tenant, house.site.id, id, now, 0, now + 3'600'000}), "", "", false};
}

conversations::Committed ApiTest::say(const House& house, const Uuid& conversation, const conversations::Actor& who, const std::string& kind,
                                      const std::string& text) {
  conversations::Change change;
  change.tenant = house.tenant;
  change.conversation = conversation;
  change.actor = who;
  change.now = clock_.now_ms();
  conversations::Message message;
  message.mid = make_uuid(clock_.now_ms());
  message.kind = kind;
  message.body = nlohmann::json{{"text", text}}.dump();
  message.mac = std::string(16, 'x');
  if (who.role == tenants::Role::visitor) {
    visitors::Visitor opening;
    opening.id = who.id;
    opening.tenant = house.tenant;
    opening.site = house.site.id;
    opening.name = who.name;
    opening.attributes = opening.device = "{}";
    opening.first_seen = opening.last_seen = clock_.now_ms();
    message.opening = opening;
    message.department = house.department;
  }
  change.what = std::move(message);
  auto promise = std::make_shared<std::promise<conversations::Committed>>();
  auto future = promise->get_future();
  wire_->delivery->commit(std::move(change), [promise](conversations::Committed&& done) { promise->set_value(std::move(done)); });
  return future.get();
}

Uuid ApiTest::open(const House& house, const Uuid& visitor, const std::string& text) {
  const auto position = store_->log().load_position(house.tenant, visitor, tenants::Role::visitor, house.site.id, clock_.now_ms()).value();
  const auto done = say(house, position.conversation.value(), {tenants::Role::visitor, visitor, "Vera"}, "text", text);
  EXPECT_EQ(done.outcome, conversations::Outcome::ok) << done.text;
  return position.conversation.value();
}

Uuid ApiTest::write_article(const House& house, const std::string& title, const std::string& text) {
  conversations::Article article;
  article.id = make_uuid(clock_.now_ms());
  article.title = title;
  article.text = text;
  store_->knowledge().save_article(house.tenant, article, {}).value();
  return article.id;
}

tenants::User ApiTest::row(const tenants::User& user) { return store_->users().find_user(user.tenant, user.id).value().value(); }

std::vector<tenants::AuditEntry> ApiTest::audit(const House& house) { return store_->logs().list_audit(house.tenant, "", 200).value().items; }

}  // namespace hotdesk::api
