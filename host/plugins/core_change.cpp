#include <algorithm>
#include <chrono>
#include <thread>

#include "plugins/config_schema.hpp"
#include "plugins/core.hpp"
#include "plugins/detail.hpp"
#include "plugins/facts.hpp"
#include "plugins/rollout/handover.hpp"

namespace hotdesk::plugins {
namespace {

constexpr int most_quarantined = 8;
constexpr auto room_wait = std::chrono::seconds(5);

std::string names_of(const Component& component) {
  std::string names;
  for (const auto& [name, version] : component.versions) names += (names.empty() ? "" : ", ") + name;
  return names.empty() ? "none" : names;
}

/// Whether another tenant than the scope's runs on this version's image: then one tenant's verb must not replace it, or
/// each of their clicks would make the instances of all anew.
bool is_shared(const Version& version, const Scope& scope) {
  return scope && std::any_of(version.instances.begin(), version.instances.end(), [&](const auto& one) { return one.first != *scope; });
}

std::string with_place(const Error& error) { return (error.where.empty() ? "" : error.where + ": ") + error.text; }

}  // namespace

Result<Component*> Plugins::Core::component_at(std::string_view id) {
  const auto found = components_.find(std::string(id));
  if (found == components_.end()) return fail(Errc::not_found, "there is no plugin " + std::string(id.substr(0, 128)));
  return &found->second;
}

std::set<Uuid> Plugins::Core::governed(const Component& component, const Scope& scope) const {
  if (scope) return {*scope};
  std::set<Uuid> result;
  for (const Uuid& tenant : tenants_)
    if (!component.rows.contains(tenant)) result.insert(tenant);
  return result;
}

/// At most max_live images of a plugin are mapped; draining ones get a moment to go.
Result<> Plugins::Core::make_room(Component& component) {
  const auto count = [&](bool quarantined) {
    return std::count_if(component.retired.begin(), component.retired.end(),
                         [&](const auto& one) { return one.quarantined == quarantined; });
  };
  const auto current = std::count_if(component.versions.begin(), component.versions.end(),
                                     [](const auto& one) { return one.second.image != nullptr; });
  if (count(true) >= most_quarantined)
    return fail(Errc::busy, "too many images of " + component.id + " could not be unloaded: restart the host to load another");
  if (current >= options_.max_live && !component.kept.empty()) {
    // Former versions that only wait for their rollback window to end make room first.
    component.kept.clear();
    publish();
    return make_room(component);
  }
  if (current >= options_.max_live) {
    std::string in_use;
    for (const auto& [name, version] : component.versions)
      if (version.image) in_use += (in_use.empty() ? "" : ", ") + name;
    return fail(Errc::busy, "the versions " + in_use + " of " + component.id + " are in use, and " + std::to_string(options_.max_live) +
                                " are the most at once: move the tenants of one of them first");
  }
  const auto end = std::chrono::steady_clock::now() + room_wait;
  while (current + count(false) >= options_.max_live) {
    tidy();
    if (current + count(false) < options_.max_live) break;
    if (std::chrono::steady_clock::now() > end)
      return fail(Errc::busy, "earlier versions of " + component.id + " still finish their calls: try again in a moment");
    std::this_thread::sleep_for(std::chrono::milliseconds(2));
  }
  return {};
}

Result<std::shared_ptr<Instance>> Plugins::Core::make_instance(Component& component, Version& version, Image* image,
                                                               const Uuid& tenant, Role role) {
  Instance::Parts parts;
  parts.tenant = tenant;
  parts.shadow = role == Role::shadow;
  parts.config = config_of(tenant, component.id);
  parts.granted = granted(component, version, tenant, role);
  if (const auto fits = check_config(version.package.config_schema, parts.config); !fits) return fits.error();
  if (parts.granted.allows("kv") && !tenant.is_nil()) {
    auto opened = kv_.open(tenant, component.id);
    if (!opened) return opened.error();
    parts.kv = std::move(*opened);
    if (role == Role::shadow) parts.kv = std::make_shared<ReadOnlyKv>(std::move(parts.kv));
  }
  auto& stats = version.stats[tenant];
  if (!stats) stats = std::make_shared<Stats>();
  parts.stats = stats;
  if (parts.granted.lane != Lane::runner) {
    return Instance::make(*image, services_, std::move(parts), pool_, [this, id = component.id, name = version.package.version, tenant] {
      loader_.post([this, id, name, tenant] { on_overrun(id, name, tenant); });
    });
  }
  if (!runners_) return fail(Errc::unsupported, component.id + " runs in a process of its own, and this build has no runner");
  auto endpoint = runners_->make(version.package, parts);
  if (!endpoint) return endpoint.error();
  return Instance::make_remote(std::make_shared<const Facts>(version.package), std::move(parts), std::move(*endpoint));
}

Result<std::unique_ptr<Image>> Plugins::Core::load_image(Component& component, Version& version, const Scope& scope) {
  auto image = Image::load(version.package, services_, images_dir_, clock_.now_ms());
  if (image) return image;
  ++refused_;
  if (!version.image) version.problem = image.error().text;
  log_(LogLevel::error, "plugins", image.error().text);
  note(scope, "plugin.reject", component.id, Detail().text("version", version.package.version).text("reason", image.error().text));
  return image.error();
}

Result<Plugins::Core::Prepared> Plugins::Core::prepare(Component& component, const std::string& name, Fresh fresh, const Scope& scope,
                                                       const std::set<Uuid>& tenants, Role role) {
  Prepared prepared;
  prepared.version = component.find_version(name);
  if (prepared.version == nullptr)
    return fail(Errc::not_found, component.id + " has no version " + name.substr(0, 64) + " (installed: " + names_of(component) + ")");
  Version& version = *prepared.version;
  if (!version.package.problem.empty()) return fail(Errc::unsupported, component.id + " " + name + ": " + version.package.problem);
  if (kept_out(component, name) == Kept::out) return prepared;
  const auto in_process = [&](const Uuid& tenant) { return granted(component, version, tenant, role).lane != Lane::runner; };
  const bool needs_image = tenants.empty() ? in_process(scope.value_or(Uuid{})) : std::any_of(tenants.begin(), tenants.end(), in_process);
  const bool renew = fresh == Fresh::yes && !is_shared(version, scope);
  if (needs_image && (renew || !version.image)) {
    const auto room = make_room(component);
    if (!room && !version.image) return room.error();
    if (room) {
      auto image = load_image(component, version, scope);
      if (!image) return image.error();
      prepared.image = std::move(*image);
    }
  }
  Image* image = prepared.image ? prepared.image.get() : version.image.get();
  for (const Uuid& tenant : tenants) {
    const auto known = version.instances.find(tenant);
    const bool keeps = known != version.instances.end() && fits(*known->second, component, version, role);
    if (keeps && !(renew || (prepared.image && known->second->lane() != Lane::runner))) continue;
    auto made = make_instance(component, version, image, tenant, role);
    if (made) prepared.instances[tenant] = std::move(*made);
    else if (!scope && made.error().code == Errc::invalid) prepared.misfits[tenant] = with_place(made.error());
    else return made.error();
  }
  // Nobody to serve yet: still find out whether it can. A configuration may be required, so only real failures count.
  if (tenants.empty() && (prepared.image || !needs_image)) {
    const auto probe = make_instance(component, version, image, Uuid{}, role);
    if (!probe && probe.error().code != Errc::invalid) return probe.error();
  }
  return prepared;
}

void Plugins::Core::adopt(Component& component, Prepared prepared) {
  Version& version = *prepared.version;
  if (prepared.image) {
    if (version.image) retire_image(component, version);
    version.image = std::move(prepared.image);
    version.loaded_at = version.image->loaded_at();
    version.problem.clear();
    version.misfits.clear();
    note(std::nullopt, "plugin.load", component.id, Detail().text("version", version.package.version));
  }
  for (auto& [tenant, instance] : prepared.instances) {
    version.misfits.erase(tenant);
    version.loaded_at = clock_.now_ms();
    auto& place = version.instances[tenant];
    if (place) retire(component, std::move(place));
    place = std::move(instance);
  }
  for (auto& [tenant, reason] : prepared.misfits) {
    log_(LogLevel::warn, component.id + "@" + version.package.version, "does not fit a tenant's configuration, which stays on the former version: " + reason);
    version.misfits[tenant] = std::move(reason);
  }
}

Result<PluginView> Plugins::Core::carry_out(Component& component, ReleaseRow row, const std::string& fresh, tenants::AuditEntry audit,
                                            const RolloutRow* plan) {
  if (!running_) return fail(Errc::conflict, "the plugin room does not run");
  const ReleaseRow before = row_of(component, row.tenant);
  const std::set<Uuid> tenants = governed(component, row.tenant);
  std::vector<Prepared> prepared;
  for (const auto& name : {row.stable, row.candidate}) {
    if (name.empty() || (!row.enabled && name != fresh)) continue;
    const Role role = name == row.stable ? Role::stable : row.shadow ? Role::shadow : Role::candidate;
    auto one = prepare(component, name, name == fresh ? Fresh::yes : Fresh::no, row.tenant, tenants, role);
    if (!one) return one.error();
    prepared.push_back(std::move(*one));
  }
  if (row.position == 0) row.position = component.position;
  std::set<Uuid> drains;
  auto held = hand_over(component, before, row, prepared, drains);
  std::optional<RolloutRow> follows;
  if (plan != nullptr) follows = *plan;
  else follows = plan_after(row);
  if (const auto saved = follows ? store_.save_step(row, *follows, audit) : store_.save_release(row, audit); !saved) return saved.error();
  const Scope scope = row.tenant;
  if (follows) {
    ++rollout_edges_;
    log_(LogLevel::info, "plugins", component.id + ": the rollout of " + follows->version + " is " + follows->state + " at step " +
                                        std::to_string(follows->step + 1) + (follows->reason.empty() ? "" : ": " + follows->reason));
    rollouts_[{component.id, scope}] = std::move(*follows);
  }
  begin_windows(component, before, row, drains);
  component.rows[scope] = std::move(row);
  if (scope) tenants_.insert(*scope);
  for (auto& one : prepared)
    if (one.version != nullptr) adopt(component, std::move(one));
  begin_watch(component, before, component.rows[scope]);
  publish();
  held.clear();  // what the former instances held back goes on
  return view(component, scope);
}

}  // namespace hotdesk::plugins
