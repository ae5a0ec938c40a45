#pragma once
#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>

#include "base/clock.hpp"
#include "base/json.hpp"
#include "hotdesk/plugin/plugin.h"
#include "plugins/kv_space.hpp"
#include "plugins/lanes/budgets.hpp"
#include "plugins/leases.hpp"
#include "plugins/plugin_metrics.hpp"
#include "plugins/ports.hpp"
#include "plugins/services/ports.hpp"
#include "plugins/timers.hpp"

namespace hotdesk::plugins {

class RegexSets;

/// What the host's tables work with; one for the room (and one in each runner process, whose parts are proxies).
struct Services {
  Services(const Clock& clock_, LogSink log_, MetricsPort& metrics_, std::string host_version_, ServicePorts ports_ = {})
      : clock(clock_), log(std::move(log_)), metrics(metrics_), host_version(std::move(host_version_)), ports(ports_) {}
  const Clock& clock;
  LogSink log;
  MetricsPort& metrics;
  Timers timers;
  std::string host_version;
  ServicePorts ports;
  std::atomic<std::uint64_t> loaded{0};    ///< images mapped since the start
  std::atomic<std::uint64_t> unloaded{0};  ///< of these: proven unmapped
  std::atomic<std::uint64_t> unproven{0};  ///< of these: given back to the dynamic loader, which kept them
};

/// Who a HostSide speaks for.
struct Identity {
  std::string id;
  std::string version;
  std::string mark;  ///< the crash marker: "id@version build"
  Uuid tenant;
};

/// The host as one instance (or one image, in init) sees it: the owner behind hotdesk_host::internal.
class HostSide {
 public:
  /// For init: log, clock and calls alone.
  HostSide(Services& services, Identity identity);
  /// For an instance. `config` is a JSON object that fits the schema; `kv` nullptr: not granted.
  HostSide(Services& services, Identity identity, std::string config, std::shared_ptr<KvPort> kv, Granted granted);
  ~HostSide();
  HostSide(const HostSide&) = delete;
  HostSide& operator=(const HostSide&) = delete;

  const hotdesk_host* raw() const noexcept { return &raw_; }
  const char* mark() const noexcept { return identity_.mark.c_str(); }
  const Identity& identity() const noexcept { return identity_; }
  const Granted& granted() const noexcept { return granted_; }
  const ServicePorts& ports() const noexcept { return services_.ports; }
  /// Ends the timers; from now on none starts. No plugin code of this instance is at work in one afterwards.
  void close();
  const std::string& config() const noexcept { return config_text_; }

  /// What create() said of the configuration.
  Error rejection() const;
  void set_creating(bool creating) { creating_ = creating; }
  bool creating() const noexcept { return creating_; }

  /// Plugin code that must not outlive the instance (answers of services) holds one of these while it is owed.
  Leases& leases() noexcept { return leases_; }
  /// Where callbacks into the plugin run: the endpoint's workers. Set once, before any call.
  void set_executor(std::function<void(std::function<void()>)> executor) { executor_ = std::move(executor); }
  /// Runs `task` there, marked as this plugin's. Without an executor: at once. Nothing thrown leaves it.
  void run_callback(std::function<void()> task);

  RegexSets& regexes() noexcept { return *regexes_; }
  void log(LogLevel level, std::string_view line);

 private:
  friend struct HostTables;
  hotdesk_host raw_{};
  Services& services_;
  const Identity identity_;
  const bool whole_;  ///< an instance's, with all services
  const std::string config_text_;
  const std::unique_ptr<const Json> config_;
  const std::shared_ptr<KvPort> kv_;
  const Granted granted_;
  const std::unique_ptr<RegexSets> regexes_;
  Leases leases_;
  std::function<void(std::function<void()>)> executor_;
  std::atomic<bool> closed_{false};
  std::atomic<bool> creating_{false};
  std::string rejected_path_;  ///< written in create(), on the loader thread
  std::string rejected_text_;
  std::atomic<std::int64_t> log_second_{0};
  std::atomic<std::uint32_t> log_lines_{0};
};

/// Whether this host offers a service to plugins that ask for it in their manifest.
bool offers(std::string_view extension) noexcept;

/// Handles that were stale or foreign, since the process began.
std::uint64_t gone_handles() noexcept;

}  // namespace hotdesk::plugins
