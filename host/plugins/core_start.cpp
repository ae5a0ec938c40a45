#include <algorithm>
#include <chrono>
#include <thread>

#include "plugins/calls/call.hpp"
#include "plugins/core.hpp"
#include "plugins/detail.hpp"
#include "plugins/crash_journal.hpp"
#include "plugins/thread_record.hpp"

namespace hotdesk::plugins {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t most_pins = 100'000;

/// The loader's folder: nobody else's, and without names that a killed process left.
void make_run_dir(const fs::path& folder, const LogSink& log) {
  std::error_code error;
  fs::create_directories(folder, error);
  fs::permissions(folder, fs::perms::owner_all, fs::perm_options::replace, error);
  if (error) log(LogLevel::error, "plugins", "the folder " + folder.string() + " cannot be prepared: " + error.message());
  for (const auto& entry : fs::directory_iterator(folder, error))
    if (entry.is_symlink(error) && entry.path().extension() == ".so") fs::remove(entry.path(), error);
}

}  // namespace

Plugins::Core::Core(Options options, PluginStore& store, Quiesce& quiesce, const Clock& clock, LogSink log, AuditSink audit)
    : options_(std::move(options)),
      images_dir_(options_.run_dir / "plugin-images"),
      store_(store),
      quiesce_(quiesce),
      clock_(clock),
      log_(log ? std::move(log) : LogSink([](LogLevel, std::string_view, std::string_view) {})),
      audit_(std::move(audit)),
      worker_([this](const Error& error) { log_(LogLevel::error, "plugins", "a write was given up: " + error.text); }),
      services_(clock, log_, metrics_, options_.host_version, options_.ports),
      pool_(options_.pool_threads),
      runners_(make_runner_lane({options_.runner_program, options_.python}, services_,
                                [this, door = make_door()](const RunnerEvent& event) {
                                  if (event.kind != RunnerEvent::Kind::crashed && event.kind != RunnerEvent::Kind::killed) return;
                                  const char* rule = event.kind == RunnerEvent::Kind::crashed ? "crash" : "budget";
                                  door([this, trouble = Trouble{event.tenant, event.plugin, event.version, rule, event.reason}] { on_trouble(trouble); });
                                })),
      kv_(options_.kv, store, worker_),
      pins_([this](PinRow row) {
        worker_.push([this, row = std::move(row)] { return store_.save_pins({row}); });
      }),
      hooks_(pins_, log_, clock, options_.ports,
             [this](const Uuid& tenant, std::function<void()> then) {
               loader_.post([this, tenant, then = std::move(then)] {
                 first_use(tenant);
                 then();
               });
             }),
      loader_([this] { return tidy(); }, [this] { tick(); }, options_.tick) {
  const std::lock_guard lock(door_->mutex);
  door_->loader = &loader_;
}

Plugins::Core::~Core() {
  const std::lock_guard lock(door_->mutex);
  door_->loader = nullptr;
}

Result<> Plugins::Core::start(const std::vector<Uuid>& tenants) {
  if (running_) return fail(Errc::conflict, "the plugin room runs already");
  make_run_dir(images_dir_, log_);
  if (const auto opened = open_crash_journal(options_.crash_journal); !opened)
    log_(LogLevel::error, "plugins", opened.error().text);
#ifndef HOTDESK_SANITIZED
  install_crash_handlers();
#endif
  watchdog_.emplace(options_.inline_limit);

  auto rows = store_.list_releases();
  if (!rows) return rows.error();
  auto configs = store_.list_configs();
  if (!configs) return configs.error();
  auto grants = store_.list_grants();
  if (!grants) return grants.error();
  const auto policies = store_.list_policies();
  if (!policies) return policies.error();
  const auto pins = store_.list_pins(most_pins);
  if (!pins) return pins.error();

  for (auto& row : *rows) {
    Component& component = components_[row.component];
    component.id = row.component;
    component.position = row.position;
    component.rows[row.tenant] = std::move(row);
  }
  for (auto& config : *configs) configs_[{config.tenant, config.component}] = std::move(config.json);
  for (auto& grant : *grants) grants_[{grant.tenant, grant.component}] = std::move(grant);
  for (const auto& policy : *policies) closed_[{policy.tenant, policy.extension}] = policy.fail_closed;
  pins_.load(*pins);
  if (const auto loaded = load_rollouts(); !loaded) return loaded;
  auto packages = find_packages();
  if (packages) adopt_packages(std::move(*packages));
  else log_(LogLevel::error, "plugins", packages.error().where + " " + packages.error().text);
  heed_crashes();
  keep_out_marked();
  if (const auto made = make_initial_rows(); !made) return made;
  tenants_.insert(tenants.begin(), tenants.end());
  running_ = true;
  retry_rollbacks();
  publish();
  return {};
}

Result<> Plugins::Core::rescan() {
  auto packages = find_packages();
  if (!packages) return packages.error();
  adopt_packages(std::move(*packages));
  return make_initial_rows();
}

/// What the folder holds now: new versions appear, known ones are replaced by what they are now (a running image is not
/// touched), gone ones disappear unless they run.
void Plugins::Core::adopt_packages(std::vector<Package> packages) {
  std::set<std::pair<std::string, std::string>> seen;
  for (auto& package : packages) {
    Component& component = components_[package.id];
    component.id = package.id;
    seen.insert({package.id, package.version});
    Version& version = component.versions[package.version];
    if (!package.problem.empty() && version.package.problem != package.problem) {
      ++refused_;
      log_(LogLevel::error, "plugins", package.id + " " + package.version + ": " + package.problem);
      note(std::nullopt, "plugin.reject", package.id, Detail().text("version", package.version).text("reason", package.problem));
    }
    version.package = std::move(package);
    version.problem.clear();
    if (!version.is_loaded()) version.misfits.clear();
  }
  for (auto& [id, component] : components_)
    std::erase_if(component.versions, [&](const auto& one) { return !one.second.is_loaded() && !seen.contains({id, one.first}); });
  std::erase_if(components_, [](const auto& one) {
    return one.second.versions.empty() && one.second.rows.empty() && one.second.retired.empty();
  });
}

/// A plugin that nobody decided about begins with the version that the options name, else with its lowest that is part of
/// the installation: what was uploaded runs when somebody says so.
Result<> Plugins::Core::make_initial_rows() {
  std::int64_t last = 0;
  for (const auto& [id, component] : components_) last = std::max(last, component.position);
  for (auto& [id, component] : components_) {
    if (component.rows.contains(std::nullopt)) continue;
    const auto wish = options_.initial.find(id);
    const Version* chosen = wish != options_.initial.end() ? component.find_version(wish->second) : nullptr;
    if (chosen != nullptr && (!chosen->package.problem.empty() || mark_of(component, wish->second) != nullptr)) chosen = nullptr;
    if (chosen == nullptr)
      for (const auto& [name, version] : component.versions)
        if (version.package.trust == Trust::builtin && version.package.problem.empty() && mark_of(component, name) == nullptr &&
            (chosen == nullptr || version.package.manifest.semver < chosen->package.manifest.semver))
          chosen = &version;
    if (component.position == 0) component.position = ++last;
    if (chosen == nullptr) continue;
    ReleaseRow row;
    row.component = id;
    row.stable = chosen->package.version;
    row.position = component.position;
    row.enabled = !chosen->package.manifest.starts_off;
    const auto audit = audit_entry({}, "plugin.install", id, std::nullopt, Detail().text("version", row.stable));
    if (const auto saved = store_.save_release(row, audit); !saved) return saved;
    component.rows[std::nullopt] = std::move(row);
  }
  return {};
}

void Plugins::Core::stop() {
  if (!running_) return;
  running_ = false;
  tenants_.clear();
  if (auto old = hooks_.publish(nullptr)) replaced_.push_back(std::move(old));
  wait_for_unmarked();
  replaced_.clear();
  // What still waits for a plugin gets its end now; late work of the plugins' own goes on until it notices.
  CallTable::instance().end_all(&hooks_);
  CallTable::instance().drain();
  for (auto& [id, component] : components_)
    for (auto& [name, version] : component.versions)
      if (version.is_loaded()) retire(component, version);
  const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(5);
  const auto busy = [&] {
    bool any = hooks_.suspended() > 0;
    for (auto& [id, component] : components_) {
      sweep(component);
      any |= !component.retired_instances.empty();
    }
    return any;
  };
  while (busy() && std::chrono::steady_clock::now() < end) std::this_thread::sleep_for(std::chrono::milliseconds(2));
  // Threads of the pool end what they keep of images; what other threads keep ends with them.
  for (int i = 0; i < 100 && unload::detaches_pending(); ++i, busy()) std::this_thread::sleep_for(std::chrono::milliseconds(2));
  worker_.flush();
  watchdog_.reset();
}

}  // namespace hotdesk::plugins
