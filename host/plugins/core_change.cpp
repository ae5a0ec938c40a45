#include <algorithm>
#include <chrono>
#include <thread>

#include "plugins/config_schema.hpp"
#include "plugins/core.hpp"
#include "plugins/detail.hpp"

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

Result<std::shared_ptr<Instance>> Plugins::Core::make_instance(Component& component, Version& version, Image& image,
                                                               const Uuid& tenant) {
  const std::string& config = config_of(tenant, component.id);
  if (const auto fits = check_config(image.config_schema(), config); !fits) return fits.error();
  std::shared_ptr<KvSpace> space;
  if (image.manifest().asks_permission("kv") && !tenant.is_nil()) {
    auto opened = kv_.open(tenant, component.id);
    if (!opened) return opened.error();
    space = std::move(*opened);
  }
  auto& stats = version.stats[tenant];
  if (!stats) stats = std::make_shared<Stats>();
  return Instance::make(image, services_, tenant, config, std::move(space), stats);
}

Result<Plugins::Core::Prepared> Plugins::Core::prepare(Component& component, const std::string& name, Fresh fresh, const Scope& scope,
                                                       const std::set<Uuid>& tenants) {
  Prepared prepared;
  prepared.version = component.find_version(name);
  if (prepared.version == nullptr)
    return fail(Errc::not_found, component.id + " has no version " + name.substr(0, 64) + " (installed: " + names_of(component) + ")");
  Version& version = *prepared.version;
  if ((fresh == Fresh::yes && !is_shared(version, scope)) || !version.image) {
    const auto room = make_room(component);
    if (!room && !version.image) return room.error();
    if (room) {
      auto image = Image::load(version.package, services_, images_dir_, clock_.now_ms());
      if (!image) {
        ++refused_;
        if (!version.image) version.problem = image.error().text;
        log_(LogLevel::error, "plugins", image.error().text);
        note(scope, "plugin.reject", component.id, Detail().text("version", name).text("reason", image.error().text));
        return image.error();
      }
      prepared.image = std::move(*image);
    }
  }
  Image& image = prepared.image ? *prepared.image : *version.image;
  for (const Uuid& tenant : tenants) {
    if (!prepared.image && version.instances.contains(tenant)) continue;
    auto made = make_instance(component, version, image, tenant);
    if (made) prepared.instances[tenant] = std::move(*made);
    else if (!scope && made.error().code == Errc::invalid) prepared.misfits[tenant] = with_place(made.error());
    else return made.error();
  }
  // Nobody to serve yet: still find out whether it can. A configuration may be required, so only real failures count.
  if (tenants.empty() && prepared.image) {
    const auto probe = make_instance(component, version, image, Uuid{});
    if (!probe && probe.error().code != Errc::invalid) return probe.error();
  }
  return prepared;
}

void Plugins::Core::adopt(Component& component, Prepared prepared) {
  Version& version = *prepared.version;
  if (prepared.image) {
    if (version.image) retire(component, version);
    version.image = std::move(prepared.image);
    version.problem.clear();
    version.misfits.clear();
    note(std::nullopt, "plugin.load", component.id, Detail().text("version", version.package.version));
  }
  for (auto& [tenant, instance] : prepared.instances) {
    version.misfits.erase(tenant);
    version.instances[tenant] = std::move(instance);
  }
  for (auto& [tenant, reason] : prepared.misfits) {
    log_(LogLevel::warn, version.image->tag(), "does not fit a tenant's configuration, which stays on the former version: " + reason);
    version.misfits[tenant] = std::move(reason);
  }
}

Result<PluginView> Plugins::Core::carry_out(Component& component, ReleaseRow row, const std::string& fresh, tenants::AuditEntry audit) {
  if (!running_) return fail(Errc::conflict, "the plugin room does not run");
  const std::set<Uuid> tenants = governed(component, row.tenant);
  std::vector<Prepared> prepared;
  for (const auto& name : {row.stable, row.candidate}) {
    if (name.empty() || (!row.enabled && name != fresh)) continue;
    auto one = prepare(component, name, name == fresh ? Fresh::yes : Fresh::no, row.tenant, tenants);
    if (!one) return one.error();
    prepared.push_back(std::move(*one));
  }
  if (row.position == 0) row.position = component.position;
  if (const auto saved = store_.save_release(row, audit); !saved) return saved.error();
  const Scope scope = row.tenant;
  component.rows[scope] = std::move(row);
  if (scope) tenants_.insert(*scope);
  for (auto& one : prepared) adopt(component, std::move(one));
  publish();
  return view(component, scope);
}

}  // namespace hotdesk::plugins
