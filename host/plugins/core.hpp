#pragma once
#include <atomic>
#include <functional>
#include <map>
#include <memory>
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
#include "plugins/store_worker.hpp"
#include "plugins/watchdog.hpp"

namespace hotdesk::plugins {

class Depot;
/// Of packages/: nullptr when the options name no folder for uploaded packages.
std::shared_ptr<Depot> make_depot(const Options& options, const Clock& clock);

/// Behind Plugins: everything but the hooks happens on the loader thread, so nothing here is locked.
/// Files: core_start (folder, store, start, stop), core_verbs (what each verb changes), core_change (how a change is
/// carried out), core_publish (plans, snapshot, retirement), core_view.
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

  // core_view
  std::vector<PluginView> list(const Scope& tenant);
  Result<PluginView> find(const Scope& tenant, std::string_view id);
  Totals totals() const;  ///< any thread

  // packages/core_packages
  /// The installation's packages and the uploaded ones.
  Result<std::vector<Package>> find_packages();
  Depot* depot() noexcept { return depot_.get(); }

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
  Result<PluginView> carry_out(Component& component, ReleaseRow row, const std::string& fresh, tenants::AuditEntry audit);
  /// The tenants that a release of `scope` decides for.
  std::set<Uuid> governed(const Component& component, const Scope& scope) const;
  /// `image`: what an instance of this process is made of.
  Result<std::shared_ptr<Instance>> make_instance(Component& component, Version& version, Image* image, const Uuid& tenant, Role role);
  Result<std::unique_ptr<Image>> load_image(Component& component, Version& version, const Scope& scope);

  // core_grants
  Granted granted(const Component& component, const Version& version, const Uuid& tenant, Role role) const;
  const GrantRow* grant_of(const std::string& component, const Uuid& tenant) const;
  bool fits(const Instance& instance, const Component& component, const Version& version, Role role) const;
  /// Plugin code of the pool lane cost a thread.
  void on_overrun(const std::string& id, const std::string& version, const Uuid& tenant);

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

  const Options options_;
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
