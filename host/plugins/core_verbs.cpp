#include <algorithm>
#include <utility>

#include "base/bytes.hpp"
#include "base/json.hpp"
#include "base/random.hpp"
#include "plugins/config_schema.hpp"
#include "plugins/core.hpp"
#include "plugins/detail.hpp"

namespace hotdesk::plugins {
namespace {

constexpr std::size_t most_config = 256 * 1024;

std::string detail_of(const ReleaseRow& before, const ReleaseRow& after) {
  Detail detail;
  detail.text("stable", after.stable).text("was", before.stable);
  if (!after.candidate.empty()) detail.text("candidate", after.candidate).percent("percent", after.percent);
  else if (!before.candidate.empty()) detail.text("candidate_was", before.candidate);
  return detail;
}

}  // namespace

tenants::AuditEntry Plugins::Core::audit_entry(const By& by, std::string action, const std::string& target, const Scope& scope,
                                               std::string detail) const {
  tenants::AuditEntry entry;
  entry.at = clock_.now_ms();
  entry.actor = by.actor;
  entry.actor_name = by.name.empty() ? "system" : by.name;
  entry.action = std::move(action);
  entry.target = scope ? target : target + " (*)";
  entry.detail = std::move(detail);
  entry.ip = by.ip;
  return entry;
}

void Plugins::Core::note(const Scope& scope, std::string action, const std::string& target, std::string detail) {
  if (audit_) audit_(scope, audit_entry({}, std::move(action), target, scope, std::move(detail)));
}

const std::string& Plugins::Core::config_of(const Uuid& tenant, const std::string& component) const {
  static const std::string none = "{}";
  const auto found = configs_.find({tenant, component});
  return found != configs_.end() ? found->second : none;
}

ReleaseRow Plugins::Core::row_of(const Component& component, const Scope& scope) const {
  ReleaseRow row;
  if (const ReleaseRow* known = component.row_for(scope)) row = *known;
  row.component = component.id;
  row.tenant = scope;
  return row;
}

/// The pins of the conversations that a release of `scope` decides for.
void Plugins::Core::void_pins(const Component& component, const Scope& scope, const std::string& version) {
  const std::set<Uuid> tenants = governed(component, scope);
  if (version.empty() && std::any_of(tenants.begin(), tenants.end(), [&](const Uuid& one) { return component.draining.contains(one); })) {
    // Those whose conversations stay on a former version keep these pins, and lose the others.
    for (const Uuid& tenant : tenants) {
      const auto stays = component.draining.find(tenant);
      for (const auto& [name, known] : component.versions)
        if (stays == component.draining.end() || name != stays->second.version) {
          pins_.erase(component.id, tenant, name);
          worker_.push([this, id = component.id, tenant, name = name] { return store_.erase_pins(id, tenant, name); });
        }
    }
    return;
  }
  std::vector<Scope> scopes{scope};
  const bool others = std::any_of(component.rows.begin(), component.rows.end(), [](const auto& one) { return one.first.has_value(); });
  if (!scope && others) {
    scopes.clear();
    for (const Uuid& tenant : governed(component, scope)) scopes.emplace_back(tenant);
  }
  for (const auto& one : scopes) {
    pins_.erase(component.id, one, version);
    worker_.push([this, id = component.id, one, version] { return store_.erase_pins(id, one, version); });
  }
}

Result<PluginView> Plugins::Core::activate(const Scope& tenant, std::string_view id, std::string_view version, const By& by) {
  const auto component = component_at(id);
  if (!component) return component.error();
  const ReleaseRow before = row_of(**component, tenant);
  if (const auto free = check_mark(**component, version); !free) return free.error();
  ReleaseRow row = before;
  if (row.stable != version) row.previous = row.stable;
  row.stable = version;
  row.candidate.clear();
  row.shadow = false;
  row.percent = 0;
  auto audit = audit_entry(by, "plugin.activate", (*component)->id, tenant, detail_of(before, row));
  auto result = carry_out(**component, row, row.stable, std::move(audit));
  if (result) void_pins(**component, tenant, {});
  return result;
}

Result<PluginView> Plugins::Core::rollback(const Scope& tenant, std::string_view id, const By& by) {
  const auto component = component_at(id);
  if (!component) return component.error();
  const ReleaseRow before = row_of(**component, tenant);
  if (before.candidate.empty()) {
    if (before.previous.empty()) return fail(Errc::conflict, (*component)->id + " has no former version to go back to");
    if (const auto free = check_mark(**component, before.previous); !free) return free.error();
    ReleaseRow row = before;
    std::swap(row.stable, row.previous);
    auto audit = audit_entry(by, "plugin.rollback", (*component)->id, tenant, detail_of(before, row));
    // With state the former version is still there, with what it knew.
    const bool kept = (*component)->kept.contains(row.stable);
    auto result = carry_out(**component, row, kept ? std::string() : row.stable, std::move(audit));
    if (!result) return result;
    fresh_.erase({(*component)->id, tenant});  // nobody goes forth again by itself to what a person left
    void_pins(**component, tenant, {});
    return result;
  }
  ReleaseRow row = before;
  row.candidate.clear();
  row.shadow = false;
  row.percent = 0;
  auto result = carry_out(**component, row, {}, audit_entry(by, "plugin.rollback", (*component)->id, tenant, detail_of(before, row)));
  if (result) void_pins(**component, tenant, before.candidate);
  return result;
}

Result<PluginView> Plugins::Core::canary(const Scope& tenant, std::string_view id, std::string_view version, int percent, const By& by) {
  const auto component = component_at(id);
  if (!component) return component.error();
  if (percent < 0 || percent > 10'000) return fail(Errc::invalid, "must be from 0 to 100 with at most two decimals", "percent");
  const ReleaseRow before = row_of(**component, tenant);
  if (before.stable == version)
    return fail(Errc::conflict, before.stable + " is the stable version already: a candidate is another one", "version");
  if (const auto free = check_mark(**component, version); !free) return free.error();
  ReleaseRow row = before;
  row.shadow = false;
  row.percent = percent;
  const bool moved = row.candidate == version;
  if (!moved) {
    row.candidate = version;
    row.salt = to_hex(random_string(8));
  }
  const Version* known = (*component)->find_version(row.candidate);
  const bool load = !moved && (known == nullptr || !known->is_loaded());
  auto audit = audit_entry(by, "plugin.canary", (*component)->id, tenant, detail_of(before, row));
  return carry_out(**component, row, load ? row.candidate : std::string(), std::move(audit));
}

Result<PluginView> Plugins::Core::promote(const Scope& tenant, std::string_view id, const By& by) {
  const auto component = component_at(id);
  if (!component) return component.error();
  const ReleaseRow before = row_of(**component, tenant);
  if (before.candidate.empty()) return fail(Errc::conflict, (*component)->id + " has no candidate to promote");
  return promote(**component, before, by, "plugin.promote", nullptr);
}

Result<PluginView> Plugins::Core::promote(Component& component, const ReleaseRow& before, const By& by, const char* action, const RolloutRow* plan) {
  ReleaseRow row = before;
  row.previous = row.stable;
  row.stable = row.candidate;
  row.candidate.clear();
  row.shadow = false;
  row.percent = 0;
  auto result = carry_out(component, row, {}, audit_entry(by, action, component.id, before.tenant, detail_of(before, row)), plan);
  if (result) void_pins(component, before.tenant, {});
  return result;
}

Result<PluginView> Plugins::Core::set_enabled(const Scope& tenant, std::string_view id, bool enabled, const By& by) {
  const auto component = component_at(id);
  if (!component) return component.error();
  ReleaseRow row = row_of(**component, tenant);
  if (row.stable.empty()) return fail(Errc::conflict, (*component)->id + " has no usable version: activate one first");
  row.enabled = enabled;
  const std::string version = row.stable;
  auto audit = audit_entry(by, enabled ? "plugin.enable" : "plugin.disable", (*component)->id, tenant, Detail().text("version", version));
  return carry_out(**component, std::move(row), {}, std::move(audit));
}

Result<PluginView> Plugins::Core::follow(const Uuid& tenant, std::string_view id, const By& by) {
  const auto component = component_at(id);
  if (!component) return component.error();
  if (!running_) return fail(Errc::conflict, "the plugin room does not run");
  if ((*component)->rows.contains(tenant)) {
    const auto audit = audit_entry(by, "plugin.follow", (*component)->id, tenant, {});
    if (const auto erased = store_.erase_release((*component)->id, tenant, audit); !erased) return erased.error();
    (*component)->rows.erase(tenant);
    if (rollouts_.erase({(*component)->id, tenant}) > 0)
      if (const auto ended = store_.erase_rollout((*component)->id, tenant, audit_entry(by, "plugin.rollout.end", (*component)->id, tenant, {})); !ended)
        log_(LogLevel::error, "plugins", "a tenant's ended rollout could not be erased: " + ended.error().text);
    publish();
    void_pins(**component, tenant, {});
  }
  return view(**component, tenant);
}

Result<PluginView> Plugins::Core::set_config(const Uuid& tenant, std::string_view id, std::string_view json, const By& by) {
  const auto component = component_at(id);
  if (!component) return component.error();
  if (!running_) return fail(Errc::conflict, "the plugin room does not run");
  if (json.size() > most_config) return fail(Errc::too_big, "a configuration has at most 256 KiB");
  const ReleaseRow row = row_of(**component, tenant);
  Version* version = (*component)->find_version(row.stable);
  if (version == nullptr) return fail(Errc::conflict, (*component)->id + " has no usable version: activate one first");
  if (const auto fits = check_config(version->package.config_schema, json); !fits) return fits.error();

  auto& kept = configs_[{tenant, (*component)->id}];
  const std::string before = std::exchange(kept, std::string(json));
  std::shared_ptr<Instance> made;
  if (row.enabled && version->is_loaded()) {
    auto instance = make_instance(**component, *version, version->image.get(), tenant, Role::stable);
    if (!instance) {
      kept = before.empty() ? "{}" : before;
      return instance.error();
    }
    made = std::move(*instance);
  }
  // The values stay out of the audit log: a word list can be delicate.
  const auto audit = audit_entry(by, "plugin.config", (*component)->id, tenant, Detail().number("bytes", kept.size()));
  if (const auto saved = store_.save_config({tenant, (*component)->id, kept}, audit); !saved) {
    kept = before.empty() ? "{}" : before;
    return saved.error();
  }
  for (auto& [name, one] : (*component)->versions) {
    one.misfits.erase(tenant);
    if (const auto found = one.instances.find(tenant); found != one.instances.end()) {
      retire(**component, std::move(found->second));
      one.instances.erase(found);
    }
  }
  if (made) version->instances[tenant] = std::move(made);
  tenants_.insert(tenant);
  publish();
  return view(**component, tenant);
}

Result<> Plugins::Core::set_policy(const Scope& tenant, std::string_view extension, bool fail_closed, const By& by) {
  if (!running_) return fail(Errc::conflict, "the plugin room does not run");
  if (extension != HOTDESK_EXT_FILTER && extension != HOTDESK_EXT_ROUTER && extension != HOTDESK_EXT_RESPONDER)
    return fail(Errc::invalid, "must be hotdesk.filter/1, hotdesk.router/1 or hotdesk.responder/1", "extension");
  const std::string name(extension);
  const auto audit = audit_entry(by, "plugin.policy", name, tenant, Detail().flag("fail_closed", fail_closed));
  if (const auto saved = store_.save_policy({tenant, name, fail_closed}, audit); !saved) return saved;
  closed_[{tenant, name}] = fail_closed;
  publish();
  return {};
}

}  // namespace hotdesk::plugins
