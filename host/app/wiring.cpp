#include "app/wiring.hpp"

#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <thread>

#include "app/bot_glue.hpp"
#include "app/deployment.hpp"
#include "app/open_store.hpp"
#include "app/secrets.hpp"
#include "app/web_pages.hpp"
#include "base/text.hpp"
#include "conversations/events.hpp"
#include "crypto/keys.hpp"
#include "crypto/mac.hpp"
#include "net/address.hpp"
#include "observe/log.hpp"

namespace hotdesk::app {
namespace {

constexpr std::size_t pool_threads = 4;

std::string host_name() {
  char name[256] = {};
  return ::gethostname(name, sizeof name - 1) == 0 ? name : "node";
}

protocol::Limits protocol_limits(const Config& config) {
  protocol::Limits out;
  out.frame_bytes = config.limits.frame_bytes;
  out.text = config.limits.text_code_points;
  out.visitor_rate = config.limits.visitor_pubs;
  out.agent_rate = config.limits.agent_pubs;
  out.window = config.limits.window;
  out.page = config.limits.page;
  out.devices = config.limits.devices;
  out.heartbeat_ms = config.heartbeat.interval_ms;
  out.timeout_ms = config.heartbeat.timeout_ms;
  out.hello_ms = config.heartbeat.hello_ms;
  out.outbox_bytes = config.limits.lag_bytes;
  out.reopen_window_ms = config.sessions.reopen_window_s * 1000;
  return out;
}

tenants::Lifetimes lifetimes(const Config& config) {
  return {config.sessions.staff_hours * 3'600'000, config.sessions.visitor_days * 24 * 3'600'000};
}

net::ServerConfig server_config(const Config& config) {
  net::ServerConfig out;
  out.address = config.listen.address;
  out.port = static_cast<std::uint16_t>(config.listen.port);
  out.certificate_file = config.tls.certificate;
  out.key_file = config.tls.key;
  out.unix_socket = config.socket_path();
  const auto seconds = [](std::int64_t s) { return static_cast<int>(s); };
  out.timeouts = {seconds(config.timeouts.handshake_s), seconds(config.timeouts.header_s), seconds(config.timeouts.body_s),
                  seconds(config.timeouts.handler_s), seconds(config.timeouts.write_s), seconds(config.timeouts.idle_s)};
  const auto count = [](std::int64_t n) { return static_cast<std::size_t>(n); };
  out.limits.header_bytes = count(config.limits.header_bytes);
  out.limits.connections = count(config.limits.connections);
  out.limits.connections_per_address = count(config.limits.connections_per_address);
  out.limits.accepts_per_address = static_cast<double>(config.limits.connects_per_second);
  out.limits.accepts_per_address_burst = static_cast<double>(config.limits.connects_burst);
  out.limits.handshakes = count(config.limits.handshakes);
  out.limits.upgrades_per_second = static_cast<double>(config.limits.upgrades_per_second);
  out.limits.exempt_addresses = config.limits.exempt;
  out.limits.websocket.message_bytes = count(config.limits.frame_bytes);
  out.limits.websocket.queue_bytes = count(config.limits.outbox_bytes);
  return out;
}

}  // namespace

Result<std::unique_ptr<App>> App::start(const Config& config) {
  std::unique_ptr<App> app(new App(config));
  if (auto opened = app->open(); !opened) return opened.error();
  if (auto plugins = app->start_plugins(); !plugins) return plugins.error();
  app->start_api();
  if (auto server = app->start_server(); !server) return server.error();
  return app;
}

App::App(const Config& config) : config_(config), started_steady_ms_(clock_.steady_ms()) {}

App::~App() { stop(); }

Result<> App::open() {
  for (const auto& text : config_.limits.exempt) {
    const auto range = net::AddressRange::parse(text);
    if (!range) return fail(Errc::invalid, "limits.exempt holds \"" + text + "\", which is no address or range like 127.0.0.0/8");
    exempt_.push_back(*range);
  }
  std::error_code error;
  std::filesystem::create_directories(config_.run_dir, error);
  std::filesystem::permissions(config_.run_dir, std::filesystem::perms::owner_all, error);
  auto key = load_master_key(config_);
  if (!key) return key.error();
  master_key_ = std::move(*key);
  auto lock = store::DataFolderLock::acquire(config_.data_dir);
  if (!lock) return lock.error();
  lock_ = std::move(*lock);

  auto store = store::Store::open(store_options(config_, master_key_));
  if (!store) return store.error();
  store_ = std::move(*store);
  if (auto fits = check_deployment(config_, store_->tenants()); !fits) return fits.error();

  const std::size_t loops = config_.loops > 0 ? static_cast<std::size_t>(config_.loops) : std::max(1U, std::thread::hardware_concurrency());
  loops_.emplace(loops);
  for (std::size_t i = 0; i < loops; ++i) loop_executors_.push_back(std::make_unique<LoopExecutor>(*loops_, i));
  pool_.emplace(pool_threads);
  rates_ = cluster::make_memory_limits(clock_);
  nonces_ = cluster::make_memory_nonces(clock_);
  presence_ = cluster::make_memory_presence(clock_, config_.sessions.presence_grace_ms);
  tokens_.emplace(master_key_, clock_, lifetimes(config_));
  signer_.emplace(master_key_, config_.public_host, clock_);
  visitor_sessions_.emplace(clock_);
  sites_.emplace(store_->sites(), clock_);
  return {};
}

delivery::Services App::make_services() {
  const std::string content_key = crypto::derive_key(master_key_, crypto::Label::content_mac);
  return delivery::Services{
      .log = store_->log(),
      .conversations = store_->conversations(),
      .filter = plugins_->filter(),
      .pool = *pool_,
      .clock = clock_,
      .rates = *rates_,
      .presence = *presence_,
      .registry = registry_,
      .members = members_,
      .metrics = metrics_,
      .limits = protocol_limits(config_),
      .make_resume =
          [this](const delivery::Identity& identity, const std::string& dev, std::int64_t gen) {
            return tokens_->make_resume({identity.tenant, identity.site, identity.user, dev, identity.role, identity.auth_time, gen, identity.expires_at});
          },
      .content_mac = [content_key](std::string_view content) { return crypto::hmac_sha256(content_key, content).substr(0, 16); },
      .opening =
          [this](const delivery::Identity& identity) {
            visitors::Visitor visitor = visitor_sessions_->find(identity.tenant, identity.user).value_or(visitors::Visitor{});
            visitor.id = identity.user;
            visitor.tenant = identity.tenant;
            visitor.site = identity.site;
            return visitor;
          },
      .bot_first = [this](const Uuid& tenant) { return bots_ && bots_->answers(tenant); },
      .record_state = [this](const Uuid& tenant, const Uuid& user, const std::string& state) {
        auto done = store_->users().record_state(tenant, user, state);
        if (done) routing_->poke(tenant);
        return done;
      },
  };
}

Result<> App::start_plugins() {
  quiesce_.emplace(*loops_);
  quiesce_->mark();
  plugins::Options options;
  options.path = config_.plugins.path;
  options.run_dir = std::filesystem::path(config_.run_dir) / "plugins";
  options.crash_journal = std::filesystem::path(config_.data_dir) / "crash.journal";
  options.host_version = HOTDESK_VERSION;
  options.packages = config_.packages_path();
  options.trust_store = config_.trust_path();
  options.allow_dev = config_.plugins.allow_dev;
  options.python = config_.plugins.python;
  knowledge_.emplace(store_->knowledge());
  plugin_ports_.emplace(PluginPorts::Parts{store_->plugins(), *knowledge_, store_->conversations(), store_->log(), store_->visitors(),
                                           *pool_, clock_});
  options.ports = plugin_ports_->ports();
  plugins_.emplace(std::move(options), store_->plugins(), *quiesce_, clock_, log_plugin,
                   [this](const plugins::Scope& scope, const tenants::AuditEntry& entry) {
                     pool_->post([this, tenant = scope.value_or(Uuid{}), entry] {
                       if (const auto done = store_->logs().record_audit(tenant, entry); !done)
                         log::warn("app", "an audit entry could not be stored", {{"action", entry.action}, {"why", done.error().text}});
                     });
                   });
  auto tenants = store_->tenants().list_tenants();
  if (!tenants) return tenants.error();
  std::vector<Uuid> ids;
  for (const auto& tenant : *tenants) ids.push_back(tenant.id);
  if (auto started = plugins_->start(ids); !started) return started.error();

  services_.emplace(make_services());
  delivery_.emplace(store_->commit(), *services_, [this](const conversations::Change& change, const conversations::Committed& committed) {
    if (routing_) routing_->committed(change, committed);
    if (bots_) bots_->committed(change, committed);
    conversations::tell_events(plugins_->events(), change, committed);
  });
  plugin_ports_->connect(*delivery_, plugins_->filter());
  routing_.emplace(store_->conversations(), store_->tenants(), *delivery_, plugins_->router(), *presence_, *pool_, clock_);
  announcer_.emplace(*delivery_, *services_, [this](const Uuid& tenant) { routing_->poke(tenant); });
  presence_->on_edge([this](const cluster::Presence::Edge& edge) { announcer_->edge(edge); });
  start_bots();
  for (const Uuid& tenant : ids) {  // what waited or was not answered when the process ended is owed still
    routing_->poke(tenant);
    bots_->poke(tenant);
  }
  return {};
}

void App::start_bots() {
  bots_.emplace(conversations::Bots::Parts{
      store_->conversations(), *delivery_, plugins_->responder(), *pool_, clock_,
      [this](const conversations::Delta& delta) { show_delta(*delivery_, delta); },
      [this](const conversations::TurnRequest& turn, const std::string& component, const std::string& text,
             std::function<void(conversations::Checked&&)> then) {
        check_plugin_text(plugins_->filter(), {turn.tenant, turn.conversation, turn.visitor, component, "text", text, tenants::Role::bot},
                          std::move(then));
      }});
}

void App::start_api() {
  passwords_.emplace(static_cast<int>(config_.limits.password_hashes));
  user_writer_.emplace(store_->users());
  tenants::LockoutLimits lockout;
  lockout.tries = static_cast<int>(config_.limits.login_tries);
  login_.emplace(store_->users(), *user_writer_, store_->logs(), *passwords_, pool_->asio(), clock_, lockout);

  api::Options options;
  options.public_host = config_.public_host;
  options.version = std::string(HOTDESK_VERSION) + (config_.deployment_mode == DeploymentMode::self_hosted ? "-selfhost" : "-saas");
  options.started_ms = clock_.now_ms();
  options.admin_trusts = config_.deployment_mode == DeploymentMode::self_hosted;
  options.node = host_name();
  options.requests = {config_.limits.requests, 10'000};
  options.logins = {config_.limits.logins, 60'000};
  options.sessions = {config_.limits.visitor_sessions, 60'000};
  options.exempt = [this](const std::string& address) { return is_exempt(address); };
  api::Services services{
      .pool = pool_->asio(),
      .clock = clock_,
      .tenants = store_->tenants(),
      .sites = store_->sites(),
      .users = store_->users(),
      .logs = store_->logs(),
      .visitors = store_->visitors(),
      .conversations = store_->conversations(),
      .messages = store_->log(),
      .timeline = *delivery_,
      .tokens = *tokens_,
      .signer = *signer_,
      .user_writer = *user_writer_,
      .login = *login_,
      .passwords = *passwords_,
      .visits = *visitor_sessions_,
      .rates = *rates_,
      .nonces = *nonces_,
      .presence = *presence_,
      .plugins = &*plugins_,
      .plugin_store = &store_->plugins(),
      .knowledge = &*knowledge_,
  };
  services.close_user = [this](const Uuid& user, bool banned) {
    delivery_->close_user(user, banned ? protocol::close::banned : protocol::close::expired, banned ? "account is off" : "the log-in was ended");
  };
  services.site_disabled = [this](const Uuid& site) { delivery_->close_site(site, protocol::close::site_disabled, "site is off"); };
  services.agents_changed = [this](const Uuid& tenant) { routing_->poke(tenant); };
  services.live = [this](const Uuid& tenant) {
    api::Live live;
    live.connections = static_cast<std::int64_t>(registry_.size());
    live.visitors_online = announcer_->count(tenant).visitors;
    return live;
  };
  services.health = [this] { return health(); };
  services.ready = [this] { return serving_.load(); };
  api_.emplace(router_, services, options);
  add_metrics_route();
}

/// What `/api/healthz` says; the WebSocket part is whether the listener takes connections.
api::Health App::health() {
  const auto database = store_->health();
  return {{"redis", "OFF"}, {"database", database ? "OK" : "DOWN"}, {"websocket", serving_ ? "OK" : "DOWN"}};
}

/// Prometheus text, for this machine alone: it names tenants' plugins.
void App::add_metrics_route() {
  router_.add("GET", "/metrics", [this](const net::HttpRequest& request, net::Respond respond) {
    if (!request.local && request.peer_address != "127.0.0.1" && request.peer_address != "::1")
      return respond(net::problem(403, "forbidden", "metrics are given to this machine alone"));
    pool_->post([this, respond = std::move(respond)] {
      refresh_metrics();
      auto response = net::text_response(200, metrics_.text());
      response.set("Content-Type", "text/plain; version=0.0.4; charset=utf-8");
      respond(std::move(response));
    });
  });
}

/// Copies what rooms count for themselves into the registry.
void App::refresh_metrics() {
  const auto server = server_->stats();
  const auto set = [this](const char* name, const char* help, auto value) { metrics_.gauge(name, help).set(static_cast<double>(value)); };
  // What a room has counted since the start becomes a counter by its growth.
  const auto count = [this](const char* name, const char* help, auto value) {
    auto& counter = metrics_.counter(name, help);
    counter.add(std::max(0.0, static_cast<double>(value) - counter.value()));
  };
  set("hotdesk_connections", "Open TCP connections", server.connections_now);
  set("hotdesk_websockets", "Open WebSockets", server.websockets_now);
  set("hotdesk_sessions", "Sockets that said hello", registry_.size());
  count("hotdesk_http_requests_total", "HTTP requests", server.requests);
  count("hotdesk_upgrades_total", "WebSocket upgrades accepted", server.upgrades);
  count("hotdesk_handshakes_total", "TLS handshakes", server.handshakes);
  count("hotdesk_handshakes_failed_total", "TLS handshakes that failed", server.handshakes_failed);
  count("hotdesk_refused_total", "Connections and requests refused (429, 503)", server.refused);
  count("hotdesk_plain_text_refused_total", "Plain-text connections answered 403", server.plain_text);
  const auto store = store_->stats();
  count("hotdesk_store_batches_total", "Commits", store.batches);
  count("hotdesk_store_items_total", "Changes in them", store.items);
  count("hotdesk_store_messages_total", "Messages made durable", store.messages);
  count("hotdesk_store_failed_batches_total", "Batches that failed", store.failed_batches);
  count("hotdesk_store_commit_seconds_total", "Time inside COMMIT", static_cast<double>(store.commit_us) / 1e6);
  set("hotdesk_store_queued", "Changes waiting for the writer", store.queued);
  set("hotdesk_uptime_seconds", "Since the start", static_cast<double>(clock_.steady_ms() - started_steady_ms_) / 1e3);
  const auto totals = plugins_->totals();
  count("hotdesk_plugin_swaps_total", "Snapshots of the plugins' releases published", totals.swaps);
  count("hotdesk_plugin_breaker_trips_total", "Breakers that opened, one for each tenant", totals.trips);
  count("hotdesk_plugin_rollbacks_total", "Releases that were taken back by themselves", totals.rollbacks);
  count("hotdesk_plugin_rollout_edges_total", "Steps and ends of rollout plans", totals.rollout_edges);
  count("hotdesk_plugin_handovers_total", "States that went from one version to another", totals.handovers);
  for (const auto& metric : plugins_->metrics()) {
    metrics::Labels labels{{"plugin", metric.plugin}, {"version", metric.version}, {"name", metric.name}};
    metrics_.gauge("hotdesk_plugin", "What plugin versions count", labels).set(static_cast<double>(metric.value));
  }
}

bool App::is_exempt(const std::string& address) const {
  const auto bytes = net::parse_address(address);
  return bytes && std::any_of(exempt_.begin(), exempt_.end(), [&](const auto& range) { return range.contains(*bytes); });
}

Result<> App::start_server() {
  std::vector<Executor*> loops;
  for (const auto& loop : loop_executors_) loops.push_back(loop.get());
  connect_.emplace(Connect::Parts{*delivery_, *services_, store_->users(), store_->visitors(), *visitor_sessions_, *sites_, *signer_,
                                  *tokens_, *nonces_, *pool_, std::move(loops), exempt_});
  mount_web(router_, config_.web.path, config_.public_host, *sites_, *pool_);
  server_.emplace(server_config(config_), *loops_, router_,
                  [this](const net::HttpRequest& request, net::Decide decide) { (*connect_)(request, std::move(decide)); });
  auto port = server_->start();
  if (!port) return port.error();
  port_ = *port;
  serving_ = true;
  std::ofstream(config_.port_file(), std::ios::trunc) << port_ << '\n';
  loops_->every_second(0, [this] {
    delivery_->tick();
    presence_->tick();
    routing_->tick();
    bots_->tick();
  });
  log::info("app", "serving", {{"port", std::to_string(port_)}, {"version", HOTDESK_VERSION}});
  return {};
}

void App::drain(std::int64_t spread_ms, std::int64_t wait_ms) {
  serving_ = false;
  connect_->refuse_all();
  server_->stop_accepting();
  delivery_->drain(spread_ms);
  const std::int64_t end = clock_.steady_ms() + wait_ms;
  while (registry_.size() > 0 && clock_.steady_ms() < end) std::this_thread::sleep_for(std::chrono::milliseconds(20));
  delivery_->close_all(protocol::close::drain, "drain");
}

void App::stop() {
  if (stopped_) return;
  stopped_ = true;
  if (server_) server_->stop();
  if (bots_) bots_->stop();
  if (plugin_ports_) plugin_ports_->stop();
  if (loops_) loops_->stop();
  if (pool_) pool_->join();
  if (plugins_) plugins_->stop();
  store_.reset();  // ends the writer: its last completions still find the delivery room
  std::error_code ignored;
  std::filesystem::remove(config_.port_file(), ignored);
}

}  // namespace hotdesk::app
