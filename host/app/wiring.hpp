#pragma once
#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "api/api.hpp"
#include "app/config.hpp"
#include "app/connect.hpp"
#include "app/plugin_glue.hpp"
#include "app/plugin_ports.hpp"
#include "app/pool.hpp"
#include "app/site_cache.hpp"
#include "cluster/limits.hpp"
#include "cluster/nonces.hpp"
#include "cluster/presence.hpp"
#include "conversations/bots.hpp"
#include "conversations/routing.hpp"
#include "delivery/announcer.hpp"
#include "delivery/delivery.hpp"
#include "net/loops.hpp"
#include "net/router.hpp"
#include "net/server.hpp"
#include "observe/metrics.hpp"
#include "store/store.hpp"
#include "tenants/login.hpp"
#include "tenants/password_workers.hpp"
#include "tenants/signature.hpp"
#include "tenants/tokens.hpp"
#include "tenants/user_writer.hpp"
#include "visitors/sessions.hpp"

namespace hotdesk::app {

/// One event loop as an Executor.
class LoopExecutor final : public Executor {
 public:
  LoopExecutor(net::Loops& loops, std::size_t index) : loops_(loops), index_(index) {}
  void post(std::function<void()> task) override { loops_.post(index_, std::move(task)); }

 private:
  net::Loops& loops_;
  std::size_t index_;
};

/// The whole server, wired: the only place that knows everyone. Lifetimes are the order of members; stop() is the
/// shutdown order.
class App {
 public:
  /// Takes the data folder's lock, opens the store, loads plugins, binds the port. Blocks.
  static Result<std::unique_ptr<App>> start(const Config& config);
  ~App();
  App(const App&) = delete;
  App& operator=(const App&) = delete;

  std::uint16_t port() const noexcept { return port_; }
  /// Tells every client to leave within the spread, refuses new ones, waits at most `wait_ms` until they are gone.
  void drain(std::int64_t spread_ms, std::int64_t wait_ms);
  void stop();
  Result<> reload_certificate() { return server_->reload_certificate(); }

 private:
  explicit App(const Config& config);
  Result<> open();
  delivery::Services make_services();
  Result<> start_plugins();
  void start_bots();
  void start_api();
  api::Health health();
  void add_metrics_route();
  void refresh_metrics();
  bool is_exempt(const std::string& address) const;
  Result<> start_server();

  Config config_;
  SystemClock clock_;
  const std::int64_t started_steady_ms_;
  std::string master_key_;
  std::vector<net::AddressRange> exempt_;
  metrics::Registry metrics_;
  std::optional<store::DataFolderLock> lock_;
  std::optional<net::Loops> loops_;
  std::vector<std::unique_ptr<LoopExecutor>> loop_executors_;
  std::optional<Pool> pool_;
  std::unique_ptr<store::Store> store_;
  std::unique_ptr<cluster::RateLimits> rates_;
  std::unique_ptr<cluster::Nonces> nonces_;
  std::unique_ptr<cluster::Presence> presence_;
  std::optional<tenants::Tokens> tokens_;
  std::optional<tenants::ConnectSigner> signer_;
  std::optional<visitors::Sessions> visitor_sessions_;
  std::optional<SiteCache> sites_;
  std::optional<LoopQuiesce> quiesce_;
  std::optional<conversations::Knowledge> knowledge_;
  std::optional<PluginPorts> plugin_ports_;
  std::optional<plugins::Plugins> plugins_;
  delivery::Registry registry_;
  delivery::Members members_;
  std::optional<delivery::Services> services_;
  std::optional<delivery::Delivery> delivery_;
  std::optional<conversations::Routing> routing_;
  std::optional<conversations::Bots> bots_;
  std::optional<delivery::Announcer> announcer_;
  std::optional<Connect> connect_;
  net::Router router_;
  std::optional<tenants::PasswordWorkers> passwords_;
  std::optional<tenants::UserWriter> user_writer_;
  std::optional<tenants::LoginService> login_;
  std::optional<api::Api> api_;
  std::optional<net::Server> server_;
  std::uint16_t port_ = 0;
  std::atomic<bool> serving_{false};
  bool stopped_ = false;
};

}  // namespace hotdesk::app
