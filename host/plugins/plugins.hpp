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
#include "plugins/rollout/limits.hpp"
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
  std::chrono::milliseconds tick{500};  ///< how often breakers and rollout plans are looked at; 0: only when told (tick())
  BreakerLimits breaker;
  std::chrono::milliseconds handover{200};  ///< how long a plugin's calls may wait while its state changes hands
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

/// Something in a version went wrong beyond an error: it trips its breaker at once.
struct Trouble {
  Uuid tenant;  ///< nil: all that it serves
  std::string plugin;
  std::string version;
  std::string rule;    ///< crash | budget
  std::string reason;  ///< a sentence
};

struct HealthAnswer {
  std::string result;  ///< "OK", "E_INTERNAL", …
  std::int64_t took_us = 0;
};

struct RolloutPlan;
struct PackageInfo;
struct TrustKey;
struct TrustList;
struct GrantView;

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

  /// Begins a plan: the version gets the first step's share at once, the rest follows by itself, over restarts. Its end with
  /// 100 % promotes; a candidate that does worse is taken back. One plan a release at a time (conflict).
  Result<PluginView> start_rollout(const Scope& tenant, std::string_view id, std::string_view version, const RolloutPlan& plan, const By& by);
  Result<PluginView> pause_rollout(const Scope& tenant, std::string_view id, const By& by);
  /// The paused step begins anew, with the plan's own percentage.
  Result<PluginView> resume_rollout(const Scope& tenant, std::string_view id, const By& by);
  /// Ends the plan; the candidate keeps the share it has.
  Result<PluginView> stop_rollout(const Scope& tenant, std::string_view id, const By& by);
  /// `version` sees a copy of every call, its answers are compared and dropped. Empty: ends it.
  Result<PluginView> set_shadow(const Scope& tenant, std::string_view id, std::string_view version, const By& by);
  /// The tenant's own row without a candidate.
  Result<PluginView> pin(const Scope& tenant, std::string_view id, std::string_view version, const By& by);
  /// Keeps a version out, on every tenant: it can't be activated, rolled out or pinned, and isn't loaded at a start. As a
  /// candidate it goes at once; where it is stable it stays until somebody chooses another (or the host starts anew).
  Result<PluginView> mark(const Scope& seen_by, std::string_view id, std::string_view version, std::string_view reason, const By& by);
  Result<PluginView> unmark(const Scope& seen_by, std::string_view id, std::string_view version, const By& by);
  /// The candidate beside the stable version: the JSON of REST.
  Result<std::string> compare(const Scope& tenant, std::string_view id);
  /// Asks the version that serves whether it is well.
  Result<HealthAnswer> check_health(const Scope& tenant, std::string_view id);
  /// A crash or a killed budget. Thread: any; returns at once.
  void on_trouble(Trouble trouble);
  /// Looks at breakers and plans now.
  void tick();

  // Packages, trust and grants: the operator's. Errors of a package name the file in Error::where. The shapes are in
  // packages/package_view.hpp, the bodies in packages/front_door.cpp.

  /// Judges an .hdplugin (signature, trust, hashes, whether this host can run it) and, unless `dry_run`, keeps it: the version
  /// is then installed, and runs once somebody activates it. The same bytes again are no error. Errc::conflict: another
  /// package of this id and version is there.
  Result<PackageInfo> upload(std::string_view bytes, bool dry_run, const By& by);
  Result<PackageInfo> version_details(std::string_view id, std::string_view version);
  /// Removes an uploaded version. Errc::conflict: it is in use, or part of the installation.
  Result<> erase_version(std::string_view id, std::string_view version, const By& by);

  Result<TrustList> list_trust();
  Result<TrustKey> add_trust(TrustKey key, const By& by);
  /// What the key signed is not loaded any more; what runs goes on, listed with its problem, until somebody chooses another.
  Result<TrustKey> revoke_trust(std::string_view key_id, std::string_view reason, const By& by);
  Result<TrustKey> erase_trust(std::string_view key_id, const By& by);
  /// No version of a plugin below this one is loaded any more; empty: any.
  Result<> set_minimum(const std::string& id, const std::string& version, const By& by);

  Result<GrantView> find_grant(const Scope& tenant, std::string_view id);
  /// Replaces what a plugin may do, for a tenant or `*`; its instances are made anew. Error::where is the member.
  Result<GrantView> set_grant(const Scope& tenant, std::string_view id, GrantRow row, const By& by);
  /// Back to `*`, or to what the signature's level gives.
  Result<GrantView> erase_grant(const Scope& tenant, std::string_view id, const By& by);

  /// Keeps the instance that serves a tenant (its stable version) alive until dropped, on any thread: for calls that
  /// suspend. nullptr: there is none. Thread: any, also event loops.
  std::shared_ptr<const void> hold(const Uuid& tenant, std::string_view id);

  Totals totals() const;
  std::vector<PluginMetric> metrics() const;

  /// Waits until what earlier verbs replaced is unmapped or in quarantine, and kv and pins are stored. For tests and drain.
  void settle();

 private:
  class Core;
  Result<TrustKey> trust_changed(Result<TrustKey> key, const char* action, const By& by);
  std::unique_ptr<Core> core_;
};

}  // namespace hotdesk::plugins
