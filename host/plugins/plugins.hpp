#pragma once
#include <chrono>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "base/result.hpp"
#include "conversations/ports.hpp"
#include "delivery/ports.hpp"
#include "plugins/hook_thread.hpp"
#include "plugins/ports.hpp"
#include "plugins/services/ports.hpp"
#include "plugins/view.hpp"

namespace hotdesk::plugins {

struct Options {
  std::filesystem::path path;       ///< holds <id>/<version>/manifest.json and the files it names
  std::filesystem::path run_dir;    ///< private folder (made 0700) for the loader's short-lived names
  std::filesystem::path crash_journal;  ///< appended to when a plugin hangs or crashes; empty: stderr alone
  std::string host_version = "0.1.0";   ///< compared with a manifest's min_host
  std::map<std::string, std::string> initial;  ///< id → version for plugins without a release; else the lowest one:
                                               ///< a newer version is somebody's decision, never a file's arrival
  std::chrono::milliseconds inline_limit{2000};  ///< an inline call longer than this aborts the process
  std::chrono::milliseconds drain_deadline{30'000};  ///< leases older than this put a draining image in quarantine
  int max_live = 3;                 ///< mapped images of one plugin
  std::filesystem::path packages;     ///< private folder (made 0700) of uploaded packages; empty: nothing can be uploaded
  std::filesystem::path trust_store;  ///< file with the keys that may sign them; absent: none may
  bool allow_dev = false;             ///< whether keys of the level dev count
  KvLimits kv;
  ServicePorts ports;               ///< what plugins may ask of the host; must outlive the room
  std::size_t pool_threads = 2;
  std::filesystem::path runner_program;  ///< run for plugins in the runner lane; empty: this program
  std::filesystem::path python;     ///< for plugins written in Python; empty: they are refused
};

/// Who asks, for the audit log.
struct By {
  Uuid actor;  ///< nil: the system
  std::string name;
  std::string ip;
};

/// The plugin room's front door: finds packages, loads and swaps versions, and is the filter and router of the host.
///
/// Threads: the hooks (filter(), router()) on any thread, also event loops. Everything else blocks for milliseconds (the
/// work is done by the loader thread, one verb after the other) and so is called from a pool thread, never from a marked
/// event loop (Errc::internal there). A verb answers once its snapshot is published: the next hook call uses it.
/// Draining and unmapping what was replaced goes on behind the answer. A verb that fails changes nothing.
/// Errors: not_found (no such plugin or version), invalid (configuration, percentage), conflict (the release is not in a
/// state for it), unsupported (refused by gate or negotiation; the text says built for what, and what to do), busy
/// (too many live images), storage.
class Plugins {
 public:
  /// Nothing is loaded yet. The references must outlive this object.
  Plugins(Options options, PluginStore& store, Quiesce& quiesce, const Clock& clock, LogSink log, AuditSink audit);
  /// As stop().
  ~Plugins();
  Plugins(const Plugins&) = delete;
  Plugins& operator=(const Plugins&) = delete;

  /// Scans the folder, reads the store and brings every release up. A plugin that cannot be loaded is logged and listed
  /// with its problem, the host starts without it. Errc::storage is the only failure. Call once, before the first hook.
  /// `tenants`: those whose instances are made now; others get theirs at first use.
  Result<> start(const std::vector<Uuid>& tenants);
  /// Unloads everything. Call when no thread can be in a hook any more; Quiesce is not asked again.
  void stop();
  /// Looks at the folder again: new versions appear, removed ones that do not run disappear.
  Result<> rescan();

  delivery::Filter& filter() noexcept;
  conversations::Router& router() noexcept;
  conversations::Responder& responder() noexcept;
  conversations::EventSink& events() noexcept;

  /// All installed plugins as `tenant` sees them (nullopt: the `*` release), by place in the chain.
  Result<std::vector<PluginView>> list(const Scope& tenant);
  Result<PluginView> find(const Scope& tenant, std::string_view id);

  /// Stable becomes `version` (a fresh image), pins are void, a candidate is dropped; what was stable is `previous`.
  Result<PluginView> activate(const Scope& tenant, std::string_view id, std::string_view version, const By& by);
  /// Drops the candidate if there is one, else activates `previous`.
  Result<PluginView> rollback(const Scope& tenant, std::string_view id, const By& by);
  /// Gives `version` to `percent` hundredths of the visitors; the same version again moves the percentage alone.
  Result<PluginView> canary(const Scope& tenant, std::string_view id, std::string_view version, int percent, const By& by);
  /// The candidate becomes stable.
  Result<PluginView> promote(const Scope& tenant, std::string_view id, const By& by);
  Result<PluginView> enable(const Scope& tenant, std::string_view id, const By& by);
  Result<PluginView> disable(const Scope& tenant, std::string_view id, const By& by);
  /// Removes the tenant's own release: it follows `*` again.
  Result<PluginView> follow(const Uuid& tenant, std::string_view id, const By& by);
  /// Replaces the tenant's configuration (JSON object); Error::where names the member that does not fit the schema.
  Result<PluginView> set_config(const Uuid& tenant, std::string_view id, std::string_view json, const By& by);
  /// `extension`: "hotdesk.filter/1" or "hotdesk.router/1". Default: open.
  Result<> set_policy(const Scope& tenant, std::string_view extension, bool fail_closed, const By& by);

  /// Keeps the instance that serves a tenant (its stable version) alive until dropped, on any thread: for calls that
  /// suspend. nullptr: there is none. Thread: any, also event loops.
  std::shared_ptr<const void> hold(const Uuid& tenant, std::string_view id);

  Totals totals() const;
  std::vector<PluginMetric> metrics() const;

  /// Waits until what earlier verbs replaced is unmapped or in quarantine, and kv and pins are stored. For tests and drain.
  void settle();

 private:
  class Core;
  std::unique_ptr<Core> core_;
};

}  // namespace hotdesk::plugins
