#pragma once
#include <atomic>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "plugins/component.hpp"
#include "plugins/hooks.hpp"
#include "plugins/lanes/runner_lane.hpp"
#include "plugins/loader.hpp"
#include "plugins/pin_table.hpp"
#include "plugins/plugins.hpp"
#include "plugins/rollout/guard.hpp"
#include "plugins/store_worker.hpp"
#include "plugins/watchdog.hpp"

namespace hotdesk::plugins {

class Depot;
struct Verified;
class Handover;
/// Of packages/: nullptr when the options name no folder for uploaded packages.
std::shared_ptr<Depot> make_depot(const Options& options, const Clock& clock);

/// Behind Plugins: everything but the hooks happens on the loader thread, so nothing here is locked.
/// Files: core_start (folder, store, start, stop), core_verbs (what each verb changes), core_change (how a change is
/// carried out), core_publish (plans, snapshot, retirement), core_view, core_rollout (plans, shadow, pins), core_breaker
/// (trips, rollbacks, marks, crashes), core_state (state from version to version).
class Plugins::Core {
 public:
  Core(Options options, PluginStore& store, Quiesce& quiesce, const Clock& clock, LogSink log, AuditSink audit);
  ~Core();

  /// Runs `work` on the loader thread; refused on a marked thread, which the loader may be waiting for.
  template <class Work>
  auto on_loader(const Work& work) -> std::invoke_result_t<const Work&>;

  // core_start
  Result<> start(const std::vector<Uuid>& tenants);
  void stop();
  Result<> rescan();

  // core_verbs
  Result<PluginView> activate(const Scope& tenant, std::string_view id, std::string_view version, const By& by);
  Result<PluginView> rollback(const Scope& tenant, std::string_view id, const By& by);
  Result<PluginView> canary(const Scope& tenant, std::string_view id, std::string_view version, int percent, const By& by);
  Result<PluginView> promote(const Scope& tenant, std::string_view id, const By& by);
  Result<PluginView> set_enabled(const Scope& tenant, std::string_view id, bool enabled, const By& by);
  Result<PluginView> follow(const Uuid& tenant, std::string_view id, const By& by);
  Result<PluginView> set_config(const Uuid& tenant, std::string_view id, std::string_view json, const By& by);
  Result<> set_policy(const Scope& tenant, std::string_view extension, bool fail_closed, const By& by);

  // core_rollout
  Result<PluginView> start_rollout(const Scope& tenant, std::string_view id, std::string_view version, const RolloutPlan& plan, const By& by);
  Result<PluginView> pause_rollout(const Scope& tenant, std::string_view id, const By& by);
  Result<PluginView> resume_rollout(const Scope& tenant, std::string_view id, const By& by);
  Result<PluginView> stop_rollout(const Scope& tenant, std::string_view id, const By& by);
  Result<PluginView> set_shadow(const Scope& tenant, std::string_view id, std::string_view version, const By& by);
  Result<PluginView> pin(const Scope& tenant, std::string_view id, std::string_view version, const By& by);
  Result<HealthAnswer> check_health(const Scope& tenant, std::string_view id);

  // core_breaker
  void tick();
  void post_trouble(Trouble trouble);  ///< any thread
  Result<PluginView> mark(const Scope& scope, std::string_view id, std::string_view version, std::string_view reason, const By& by);
  Result<PluginView> unmark(const Scope& scope, std::string_view id, std::string_view version, const By& by);
  Result<std::string> compare(const Scope& tenant, std::string_view id);

  // core_view
  std::vector<PluginView> list(const Scope& tenant);
  Result<PluginView> find(const Scope& tenant, std::string_view id);
  Totals totals() const;  ///< any thread

  // packages/core_packages
  /// The installation's packages and the uploaded ones.
  Result<std::vector<Package>> find_packages();
  Depot* depot() noexcept { return depot_.get(); }
  std::int64_t now_ms() const { return clock_.now_ms(); }
  const std::string& host_version() const noexcept { return options_.host_version; }
  Result<> install(const Verified& package, std::string_view bytes, const By& by);
  Result<> erase_version(std::string_view id, std::string_view version, const By& by);
  Result<PackageInfo> details(std::string_view id, std::string_view version);
  /// An audit entry that no store write bears.
  void record(const By& by, std::string action, const std::string& target, const Scope& scope, std::string detail);

  // packages/core_grant
  Result<GrantView> grant_view(const Scope& scope, std::string_view id);
  Result<GrantView> set_grant(const Scope& scope, std::string_view id, GrantRow row, const By& by);
  Result<GrantView> erase_grant(const Scope& scope, std::string_view id, const By& by);

  // core_publish
  void settle();

  Hooks& hooks() noexcept { return hooks_; }
  const PluginMetrics& metrics() const noexcept { return metrics_; }

 private:
  /// A version made ready for a change that is not carried out yet. Undone by its destruction.
  struct Prepared {
    Version* version = nullptr;
    std::unique_ptr<Image> image;  ///< nullptr: the version's own goes on
    std::map<Uuid, std::shared_ptr<Instance>> instances;
    std::map<Uuid, std::string> misfits;
  };
  enum class Fresh { no, yes };
  /// In which part of a release a version is made ready.
  enum class Role { stable, candidate, shadow };

  // core_change
  Result<Prepared> prepare(Component& component, const std::string& version, Fresh fresh, const Scope& scope,
                           const std::set<Uuid>& tenants, Role role);
  Result<> make_room(Component& component);
  void adopt(Component& component, Prepared prepared);
  /// Carries out a new release row: loads, makes, stores, publishes.
  /// `plan`: a rollout's row that goes with it; nullptr: the one that follows from the change, if any.
  Result<PluginView> carry_out(Component& component, ReleaseRow row, const std::string& fresh, tenants::AuditEntry audit,
                               const RolloutRow* plan = nullptr);
  Result<PluginView> promote(Component& component, const ReleaseRow& before, const By& by, const char* action, const RolloutRow* plan);
  /// The tenants that a release of `scope` decides for.
  std::set<Uuid> governed(const Component& component, const Scope& scope) const;
  /// `image`: what an instance of this process is made of.
  Result<std::shared_ptr<Instance>> make_instance(Component& component, Version& version, Image* image, const Uuid& tenant, Role role);
  Result<std::unique_ptr<Image>> load_image(Component& component, Version& version, const Scope& scope);

  // packages/core_grant
  void renew_instances(Component& component, const Scope& scope);

  // core_grants
  Granted granted(const Component& component, const Version& version, const Uuid& tenant, Role role) const;
  const GrantRow* grant_of(const std::string& component, const Uuid& tenant) const;
  bool fits(const Instance& instance, const Component& component, const Version& version, Role role) const;
  /// Plugin code of the pool lane cost a thread.
  void on_overrun(const std::string& id, const std::string& version, const Uuid& tenant);

  // core_rollout
  const RolloutRow* rollout_of(const std::string& component, const Scope& scope) const;
  std::optional<RolloutRow> plan_after(const ReleaseRow& row) const;
  Result<PluginView> save_plan(Component& component, RolloutRow row, const char* action, const By& by);
  Result<RolloutRow> open_rollout(const Component& component, const Scope& tenant) const;
  void advance_rollouts();
  Result<> advance(Component& component, RolloutRow row);

  // core_breaker
  struct Tripped {
    std::string component;
    std::string version;
    Uuid tenant;
    Watched role = Watched::alone;
    Trip trip;
  };
  /// A rollback that is decided and not stored yet.
  struct Rollback {
    std::string version;
    std::string reason;
    std::string evidence;
    bool complained = false;
  };
  struct FreshStable {
    std::string version;
    std::int64_t since = 0;  ///< steady ms
  };
  enum class Kept { in, runner, out };
  std::string fallback_of(const Component& component, const ReleaseRow& row) const;
  BreakerLook look_of(const Component& component, const ReleaseRow& row, const Uuid& tenant, const std::string& version) const;
  void begin_watch(const Component& component, const ReleaseRow& before, const ReleaseRow& after);
  void look_at_breakers();
  void on_trouble(const Trouble& trouble);
  void act_on(std::vector<Tripped> trips);
  void retry_rollbacks();
  Result<> take_back(Component& component, const Scope& scope, const Rollback& rollback);
  const MarkRow* mark_of(const Component& component, std::string_view version) const;
  Result<> check_mark(const Component& component, std::string_view version) const;
  Result<> save_mark(Component& component, const std::string& version, std::string reason, std::string evidence, const By& by);
  void mark_bad(Component& component, const std::string& version, const std::string& reason, const std::string& evidence);
  Result<> load_rollouts();
  void heed_crashes();
  void keep_out_marked();
  Kept kept_out(const Component& component, const std::string& version) const;
  BreakerView breaker_view(const Component& component, const ReleaseRow& row, const Scope& tenant) const;
  /// Runs on the loader thread, from any other; nothing once the room ends.
  std::function<void(std::function<void()>)> make_door();

  // core_state
  std::vector<std::unique_ptr<Handover>> hand_over(Component& component, const ReleaseRow& before, const ReleaseRow& after,
                                                   const std::vector<Prepared>& prepared, std::set<Uuid>& drains);
  void keep_state(const Component& component, const Uuid& tenant, const std::string& version, const Handover& handover);
  void restore_state(const Component& component, const Uuid& tenant, Instance& instance);
  void begin_windows(Component& component, const ReleaseRow& before, const ReleaseRow& after, const std::set<Uuid>& drains);
  void end_windows();

  // core_publish
  void publish();
  std::shared_ptr<const Plan> make_plan(const Uuid& tenant);
  std::shared_ptr<Instance> instance_of(Component& component, const std::string& version, const Uuid& tenant, Role role);
  void retire_unused(const std::set<const Instance*>& used);
  void retire(Component& component, std::shared_ptr<Instance> instance);
  void retire(Component& component, Version& version);
  void retire_image(Component& component, Version& version);
  /// Frees what no thread can be reading any more. True: something is still draining.
  bool tidy();
  bool sweep(Component& component);
  bool first_use(const Uuid& tenant);

  // core_view
  PluginView view(const Component& component, const Scope& tenant) const;

  Result<Component*> component_at(std::string_view id);
  ReleaseRow row_of(const Component& component, const Scope& scope) const;
  const std::string& config_of(const Uuid& tenant, const std::string& component) const;
  tenants::AuditEntry audit_entry(const By& by, std::string action, const std::string& target, const Scope& scope, std::string detail) const;
  void void_pins(const Component& component, const Scope& scope, const std::string& version);
  void note(const Scope& scope, std::string action, const std::string& target, std::string detail);
  void adopt_packages(std::vector<Package> packages);
  Result<> make_initial_rows();

  /// The loader for threads that may outlive it (runner supervision, the pool).
  struct Door {
    std::mutex mutex;
    Loader* loader = nullptr;
  };

  const Options options_;
  const std::shared_ptr<Door> door_ = std::make_shared<Door>();
  const std::filesystem::path images_dir_;
  PluginStore& store_;
  Quiesce& quiesce_;
  const Clock& clock_;
  LogSink log_;
  AuditSink audit_;
  std::shared_ptr<Depot> depot_ = make_depot(options_, clock_);
  StoreWorker worker_;
  PluginMetrics metrics_;
  Services services_;
  WorkerPool pool_;
  std::unique_ptr<RunnerLane> runners_;  ///< nullptr: none
  KvSpaces kv_;
  PinTable pins_;
  bool running_ = false;
  std::map<std::string, Component> components_;
  std::set<Uuid> tenants_;  ///< those with a plan
  std::map<std::pair<Uuid, std::string>, std::string> configs_;
  std::map<std::pair<Scope, std::string>, bool> closed_;
  std::map<std::pair<Scope, std::string>, GrantRow> grants_;
  std::map<std::pair<std::string, Scope>, RolloutRow> rollouts_;
  std::map<std::pair<std::string, std::string>, MarkRow> marks_;
  std::set<std::pair<std::string, std::string>> kept_out_;  ///< marked versions that this run of the host does not load
  std::map<std::pair<std::string, Scope>, FreshStable> fresh_;
  std::map<std::pair<std::string, Scope>, Rollback> pending_;
  std::string last_trouble_;
  std::int64_t states_erased_ = 0;
  Guard guard_{options_.breaker};
  std::atomic<std::uint64_t> trips_{0};
  std::atomic<std::uint64_t> rollbacks_{0};
  std::atomic<std::uint64_t> rollout_edges_{0};
  std::atomic<std::uint64_t> handovers_{0};
  std::atomic<std::uint64_t> swaps_{0};
  std::atomic<std::uint64_t> refused_{0};
  std::atomic<std::uint64_t> quarantined_{0};
  Hooks hooks_;
  std::vector<std::unique_ptr<const Snapshot>> replaced_;  ///< published before; may still be read
  std::optional<Watchdog> watchdog_;
  Loader loader_;  ///< last: it uses all the others
};

template <class Work>
auto Plugins::Core::on_loader(const Work& work) -> std::invoke_result_t<const Work&> {
  return loader_.run([&] { return work(); });
}

}  // namespace hotdesk::plugins
