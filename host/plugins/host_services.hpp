#pragma once
#include <atomic>
#include <cstdint>
#include <memory>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>

#include "base/clock.hpp"
#include "base/json.hpp"
#include "hotdesk/plugin/plugin.h"
#include "plugins/kv_space.hpp"
#include "plugins/plugin_metrics.hpp"
#include "plugins/ports.hpp"
#include "plugins/timers.hpp"

namespace hotdesk::plugins {

/// What the host's tables work with; one for the room.
struct Services {
  const Clock& clock;
  LogSink log;
  PluginMetrics metrics;
  Timers timers;
  std::string host_version;
  std::atomic<std::uint64_t> loaded{0};    ///< images mapped since the start
  std::atomic<std::uint64_t> unloaded{0};  ///< of these: proven unmapped
  std::atomic<std::uint64_t> unproven{0};  ///< of these: given back to the dynamic loader, which kept them
};

/// The host as one instance (or one image, in init) sees it: the owner behind hotdesk_host::internal.
class HostSide {
 public:
  /// For init: log, clock and calls alone.
  HostSide(Services& services, std::string id, std::string version, std::string mark);
  /// For an instance. `config` is a JSON object that fits the schema; `kv` nullptr: not granted.
  HostSide(Services& services, std::string id, std::string version, std::string mark, std::string config,
           std::shared_ptr<KvSpace> kv);
  ~HostSide();
  HostSide(const HostSide&) = delete;
  HostSide& operator=(const HostSide&) = delete;

  const hotdesk_host* raw() const noexcept { return &raw_; }
  /// The crash marker: "id@version build".
  const char* mark() const noexcept { return mark_.c_str(); }
  /// Ends the timers; from now on none starts. No plugin code of this instance is at work in one afterwards.
  void close();
  const std::string& config() const noexcept { return config_text_; }

  /// What create() said of the configuration.
  Error rejection() const;
  void set_creating(bool creating) { creating_ = creating; }

 private:
  friend struct HostTables;
  hotdesk_host raw_{};
  Services& services_;
  const std::string id_;
  const std::string version_;
  const std::string mark_;
  const bool whole_;  ///< an instance's, with all services
  const std::string config_text_;
  const std::unique_ptr<const Json> config_;
  const std::shared_ptr<KvSpace> kv_;
  std::atomic<bool> closed_{false};
  std::atomic<bool> creating_{false};
  std::string rejected_path_;  ///< written in create(), on the loader thread
  std::string rejected_text_;
  std::atomic<std::int64_t> log_second_{0};
  std::atomic<int> log_lines_{0};
};

/// Whether this host offers a service to plugins that ask for it in their manifest.
bool offers(std::string_view extension) noexcept;

/// Handles that were stale or foreign, since the process began.
std::uint64_t gone_handles() noexcept;

}  // namespace hotdesk::plugins
