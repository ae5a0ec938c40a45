#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/id.hpp"

namespace hotdesk::plugins {

/// Why a version is kept out until somebody clears its mark.
struct BadView {
  std::string reason;
  std::int64_t at = 0;
  std::string evidence = "{}";  ///< JSON object
};

/// Mirrored calls of a version in shadow.
struct ShadowView {
  std::uint64_t calls = 0;
  std::uint64_t differences = 0;
  std::uint64_t errors = 0;
};

/// A rollout plan, at work or ended.
struct RolloutView {
  struct Step {
    int percent = 0;  ///< hundredths
    std::int64_t hold_s = 0;
  };
  std::string version;
  std::vector<Step> steps;
  int step = 0;
  std::int64_t since = 0;
  std::optional<std::int64_t> next_at;
  std::string state;   ///< running | paused | done | rolled_back
  std::string reason;  ///< of a pause or a rollback
  std::string evidence = "{}";  ///< JSON object
};

/// The breaker of the version that serves, the worst of the tenants asked for.
struct BreakerView {
  std::string state = "closed";  ///< closed | open | half_open
  int trips = 0;
  std::string reason;   ///< of the last trip
  std::int64_t at = 0;  ///< of the last trip; 0: none
};

/// The process that a version runs in for the asking tenant.
struct RunnerView {
  std::string state;  ///< running | backoff | stopped
  int pid = 0;        ///< 0: none at the moment
  int restarts = 0;
  std::string last_crash;  ///< empty: none
};

/// One installed version of a plugin, with the counters of its newest image on this node.
struct VersionView {
  std::string version;
  std::string build_id;
  std::string state;    ///< installed | active | canary | draining | quarantined | failed_init | rejected
  std::string problem;  ///< why it was rejected or failed, a sentence; empty when well
  std::uint64_t calls = 0;
  std::uint64_t errors = 0;
  std::uint64_t refused = 0;
  std::uint64_t rewritten = 0;
  double p50_us = 0;
  double p99_us = 0;
  std::int64_t loaded_at = 0;  ///< milliseconds since 1970; 0: not loaded
  std::string level;           ///< builtin | official | vendor | dev
  std::string lane;            ///< where it runs, or would run, for the asking tenant: inline | pool | runner
  std::uint64_t crashes = 0;
  std::uint64_t timeouts = 0;
  std::optional<BadView> bad;
  std::optional<ShadowView> shadow;  ///< once it was mirrored
  std::optional<RunnerView> runner;  ///< in the runner lane, for one tenant
};

struct ReleaseView {
  std::string stable;
  std::string previous;   ///< empty: nothing to roll back to
  std::string candidate;  ///< empty: none
  int percent = 0;        ///< hundredths
  bool own = false;       ///< the tenant's own row; false: it follows `*`
  bool shadow = false;    ///< the candidate is mirrored alone
};

/// A plugin as one tenant sees it (or `*`): the plugin object of the REST contract.
struct PluginView {
  std::string id;
  std::string name;
  std::string vendor;
  std::string level;  ///< of the stable version
  std::vector<std::string> provides;  ///< extension ids
  bool enabled = true;
  std::string lane = "inline";
  std::string state;  ///< active | canary | disabled | failed | absent (no usable version)
  std::vector<VersionView> versions;  ///< ascending
  ReleaseView release;
  std::optional<RolloutView> rollout;  ///< the last plan of this release
  BreakerView breaker;
  std::string config;         ///< JSON object
  std::string config_schema;  ///< JSON object; empty when it has no settings
  std::vector<Uuid> held_back;  ///< tenants whose configuration does not fit the stable version: they run `previous`
};

/// The REST form: `versions[].loaded_at` RFC 3339 or null, `release.percent` 0..100 with two decimals, empty names null.
std::string to_json(const PluginView& view);

/// A number that a plugin reports of itself (hotdesk.metrics/1), summed over tenants.
struct PluginMetric {
  std::string plugin;
  std::string version;
  std::string name;
  double value = 0;
  bool counter = true;  ///< false: a gauge, the last value
};

/// What operations want to know of the room.
struct Totals {
  std::uint64_t swaps = 0;        ///< snapshots published
  std::uint64_t loaded = 0;       ///< images loaded since start
  std::uint64_t unloaded = 0;     ///< images proven unmapped
  std::uint64_t quarantined = 0;  ///< images that could not be proven unmapped; they stay
  std::uint64_t refused = 0;      ///< files refused by manifest, hash, gate or negotiation
  std::uint64_t live = 0;         ///< images mapped now, quarantined ones included
  std::uint64_t gone = 0;         ///< stale or foreign call handles
  std::uint64_t trips = 0;        ///< breakers that opened, one for each tenant
  std::uint64_t rollbacks = 0;    ///< releases that were taken back by themselves
  std::uint64_t rollout_edges = 0;  ///< steps and ends of rollout plans
  std::uint64_t handovers = 0;    ///< states that changed hands
};

}  // namespace hotdesk::plugins
