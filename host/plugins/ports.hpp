#pragma once
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/id.hpp"
#include "base/result.hpp"
#include "tenants/model.hpp"

namespace hotdesk::plugins {

/// Whom a release, a policy or a verb is about: one tenant, or (nullopt) everybody without a row of their own, `*`.
using Scope = std::optional<Uuid>;

/// Which version of a component runs where. A tenant's row overrides the `*` row wholly; deleting it returns to `*`.
struct ReleaseRow {
  std::string component;  ///< plugin id, ≤ 128 bytes
  Scope tenant;
  std::string stable;     ///< semver
  std::string previous;   ///< what `rollback` returns to; empty: nothing
  std::string candidate;  ///< empty: none (the row is a pin)
  int percent = 0;        ///< hundredths of a percent, 0..10000
  std::string salt;       ///< of the canary hash; new with each candidate
  bool enabled = true;
  std::int64_t position = 0;  ///< place in its chains: install order, the same in all rows of a component
  bool shadow = false;        ///< the candidate is mirrored: it sees every call, its answers are compared and dropped
};

/// A tenant's configuration of a plugin: a JSON object, at most 256 KiB.
struct ConfigRow {
  Uuid tenant;
  std::string component;
  std::string json;
};

/// What a failing plugin means, per extension ("hotdesk.filter/1"): closed refuses the call, open carries on without it.
struct PolicyRow {
  Scope tenant;
  std::string extension;
  bool fail_closed = false;
};

/// A conversation stays on the version that it met first while a candidate exists.
struct PinRow {
  Uuid tenant;
  Uuid conversation;
  std::string component;
  std::string version;
};

/// What the operator lets a plugin do: for everybody or, overriding that wholly, for one tenant.
struct GrantRow {
  std::string component;
  Scope tenant;
  std::string lane;  ///< inline | pool | runner; empty: what its signature's level gives
  std::vector<std::string> permissions;  ///< of those the manifests ask for
  std::string budgets = "{}";  ///< JSON object: the granted amounts that differ from the defaults
};

/// A rollout plan at work on a release: it moves the percentage by itself.
struct RolloutRow {
  std::string component;
  Scope tenant;
  std::string version;    ///< the candidate
  std::string plan;       ///< JSON: {"steps": [{"percent": hundredths, "hold_s": n}], …}
  std::int32_t step = 0;  ///< the one it is in
  std::int64_t since = 0; ///< when that began, milliseconds since 1970
  std::string state;      ///< running | paused | done | rolled_back
  std::string reason;     ///< why it is paused or rolled back: a sentence
  std::string evidence = "{}";  ///< JSON: the comparison that decided
};

/// A version that has shown to be bad: not chosen by itself and not loaded at a start until somebody clears the mark.
struct MarkRow {
  std::string component;
  std::string version;
  std::string build_id;
  std::string reason;           ///< a sentence
  std::string evidence = "{}";  ///< JSON: crash line or comparison
  std::int64_t at = 0;
};

/// What a version exported when it was replaced, kept for the rollback window.
struct StateRow {
  Uuid tenant;
  std::string component;
  std::string version;
  std::uint32_t schema = 0;
  std::string blob;  ///< ≤ 16 MiB, stored sealed
  std::int64_t at = 0;
};

/// The name of a secret that a plugin's configuration or HTTP headers may refer to. Its value only goes in, and out to HttpPort.
struct SecretName {
  std::string name;  ///< [A-Za-z0-9_.-]{1,64}
  std::int64_t updated_at = 0;
};

/// Bounds of a plugin's key-value space, per (tenant, plugin). The room checks them before it calls the store.
struct KvLimits {
  std::size_t key_bytes = 256;
  std::size_t value_bytes = 64 * 1024;
  std::size_t total_bytes = 1024 * 1024;  ///< keys and values
  std::size_t entries = 4096;
};
struct KvEntry {
  std::string key;
  std::string value;  ///< binary
};

/// What the room needs kept. Every call blocks (loader or store thread, never an event loop); Errc::storage when the
/// store cannot answer. Writes return once durable; those with an audit entry store it in the same transaction.
/// An audit entry's tenant is the row's, nil for `*`. Thread: any.
class PluginStore {
 public:
  virtual ~PluginStore() = default;

  virtual Result<std::vector<ReleaseRow>> list_releases() = 0;
  /// Inserts or replaces by (component, tenant or *).
  virtual Result<> save_release(const ReleaseRow& row, const tenants::AuditEntry& audit) = 0;
  /// No row: no error.
  virtual Result<> erase_release(const std::string& component, const Scope& tenant, const tenants::AuditEntry& audit) = 0;

  virtual Result<std::vector<ConfigRow>> list_configs() = 0;
  virtual Result<> save_config(const ConfigRow& row, const tenants::AuditEntry& audit) = 0;

  virtual Result<std::vector<PolicyRow>> list_policies() = 0;
  virtual Result<> save_policy(const PolicyRow& row, const tenants::AuditEntry& audit) = 0;

  /// Newest first, at most `limit`.
  virtual Result<std::vector<PinRow>> list_pins(std::size_t limit) = 0;
  /// Inserts; a pin that exists for (tenant, conversation, component) is replaced. One transaction.
  virtual Result<> save_pins(const std::vector<PinRow>& pins) = 0;
  /// Of one component: of one tenant or (nullopt) of all; of one version or (empty) of any.
  virtual Result<> erase_pins(const std::string& component, const Scope& tenant, const std::string& version) = 0;

  /// The whole space of (tenant, plugin), by key. It is small by KvLimits.
  virtual Result<std::vector<KvEntry>> kv_list(const Uuid& tenant, const std::string& plugin, std::string_view prefix) = 0;
  virtual Result<std::optional<std::string>> kv_get(const Uuid& tenant, const std::string& plugin, std::string_view key) = 0;
  virtual Result<> kv_set(const Uuid& tenant, const std::string& plugin, std::string_view key, std::string_view value) = 0;
  /// An absent key is no error.
  virtual Result<> kv_erase(const Uuid& tenant, const std::string& plugin, std::string_view key) = 0;

  virtual Result<std::vector<GrantRow>> list_grants() { return std::vector<GrantRow>{}; }
  /// Inserts or replaces by (component, tenant or *), as save_release.
  virtual Result<> save_grant(const GrantRow&, const tenants::AuditEntry&) { return not_kept(); }
  virtual Result<> erase_grant(const std::string&, const Scope&, const tenants::AuditEntry&) { return not_kept(); }

  virtual Result<std::vector<RolloutRow>> list_rollouts() { return std::vector<RolloutRow>{}; }
  virtual Result<> save_rollout(const RolloutRow&, const tenants::AuditEntry&) { return not_kept(); }
  virtual Result<> erase_rollout(const std::string&, const Scope&, const tenants::AuditEntry&) { return not_kept(); }
  /// A release and its plan in one transaction: a step is never half taken.
  virtual Result<> save_step(const ReleaseRow&, const RolloutRow&, const tenants::AuditEntry&) { return not_kept(); }

  virtual Result<std::vector<MarkRow>> list_marks() { return std::vector<MarkRow>{}; }
  virtual Result<> save_mark(const MarkRow&, const tenants::AuditEntry&) { return not_kept(); }
  virtual Result<> erase_mark(const std::string& /*component*/, const std::string& /*version*/, const tenants::AuditEntry&) { return not_kept(); }

  virtual Result<> save_state(const StateRow&) { return not_kept(); }
  virtual Result<std::optional<StateRow>> find_state(const Uuid& /*tenant*/, const std::string& /*component*/, const std::string& /*version*/) { return std::optional<StateRow>{}; }
  /// Those older than `before`.
  virtual Result<> erase_states(std::int64_t /*before*/) { return {}; }

  virtual Result<std::vector<SecretName>> list_secrets(const Uuid& /*tenant*/, const std::string& /*component*/) { return std::vector<SecretName>{}; }
  virtual Result<std::optional<std::string>> find_secret(const Uuid& /*tenant*/, const std::string& /*component*/, const std::string& /*name*/) { return std::optional<std::string>{}; }
  /// At most 4 KiB and 32 a component.
  virtual Result<> save_secret(const Uuid&, const std::string& /*component*/, const std::string& /*name*/, std::string_view /*value*/, const tenants::AuditEntry&) { return not_kept(); }
  virtual Result<> erase_secret(const Uuid&, const std::string& /*component*/, const std::string& /*name*/, const tenants::AuditEntry&) { return not_kept(); }

 protected:
  static Error not_kept() { return fail(Errc::unsupported, "this store does not keep that"); }
};

/// Edges of a version's life that no store write bears (loaded, drained, unloaded, quarantined). Called on the loader
/// thread; must not block long nor call back into Plugins. `tenant` nullopt: the whole installation.
using AuditSink = std::function<void(const Scope& tenant, const tenants::AuditEntry& entry)>;

enum class LogLevel : std::uint8_t { debug, info, warn, error };
/// The room's and its plugins' log lines; `component` is "plugins" or "id@version". Thread: any.
using LogSink = std::function<void(LogLevel level, std::string_view component, std::string_view text)>;

/// Proof that no thread is inside a hook of an older snapshot: runs `task` once on every thread that bears a HookThread
/// mark (each event loop, typically), between two of its tasks, and returns when all have run it. Called on the loader
/// thread. Threads without a mark are not visited: they pay some nanoseconds a call instead (hook_thread.hpp).
class Quiesce {
 public:
  virtual ~Quiesce() = default;
  virtual void for_each_thread(std::function<void()> task) = 0;
};

}  // namespace hotdesk::plugins
