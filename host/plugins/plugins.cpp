#include "plugins/plugins.hpp"

#include "plugins/core.hpp"
#include "plugins/rollout/plan.hpp"
#include "plugins/thread_record.hpp"

namespace hotdesk::plugins {
namespace {

/// An event loop must not wait for the loader, which may be waiting for that very loop.
Result<> check_thread() {
  if (!this_thread().marked) return {};
  return fail(Errc::internal, "a blocking call of the plugin room on an event loop");
}

}  // namespace

Plugins::Plugins(Options options, PluginStore& store, Quiesce& quiesce, const Clock& clock, LogSink log, AuditSink audit)
    : core_(std::make_unique<Core>(std::move(options), store, quiesce, clock, std::move(log), std::move(audit))) {}

Plugins::~Plugins() { stop(); }

delivery::Filter& Plugins::filter() noexcept { return core_->hooks(); }
conversations::Router& Plugins::router() noexcept { return core_->hooks(); }
conversations::Responder& Plugins::responder() noexcept { return core_->hooks(); }
conversations::EventSink& Plugins::events() noexcept { return core_->hooks(); }

void Plugins::stop() {
  core_->on_loader([&] { core_->stop(); });
}

Totals Plugins::totals() const { return core_->totals(); }
std::vector<PluginMetric> Plugins::metrics() const { return core_->metrics().list(); }
void Plugins::settle() {
  core_->on_loader([&] { core_->settle(); });
}
std::shared_ptr<const void> Plugins::hold(const Uuid& tenant, std::string_view id) { return core_->hooks().hold(tenant, id); }

#define HOTDESK_ON_LOADER(call)                                         \
  if (const auto allowed = check_thread(); !allowed) return allowed.error(); \
  return core_->on_loader([&] { return core_->call; })

Result<> Plugins::start(const std::vector<Uuid>& tenants) { HOTDESK_ON_LOADER(start(tenants)); }
Result<> Plugins::rescan() { HOTDESK_ON_LOADER(rescan()); }
Result<std::vector<PluginView>> Plugins::list(const Scope& tenant) {
  if (const auto allowed = check_thread(); !allowed) return allowed.error();
  return core_->on_loader([&] { return core_->list(tenant); });
}
Result<PluginView> Plugins::find(const Scope& tenant, std::string_view id) { HOTDESK_ON_LOADER(find(tenant, id)); }
Result<PluginView> Plugins::activate(const Scope& tenant, std::string_view id, std::string_view version, const By& by) {
  HOTDESK_ON_LOADER(activate(tenant, id, version, by));
}
Result<PluginView> Plugins::rollback(const Scope& tenant, std::string_view id, const By& by) {
  HOTDESK_ON_LOADER(rollback(tenant, id, by));
}
Result<PluginView> Plugins::canary(const Scope& tenant, std::string_view id, std::string_view version, int percent, const By& by) {
  HOTDESK_ON_LOADER(canary(tenant, id, version, percent, by));
}
Result<PluginView> Plugins::promote(const Scope& tenant, std::string_view id, const By& by) {
  HOTDESK_ON_LOADER(promote(tenant, id, by));
}
Result<PluginView> Plugins::enable(const Scope& tenant, std::string_view id, const By& by) {
  HOTDESK_ON_LOADER(set_enabled(tenant, id, true, by));
}
Result<PluginView> Plugins::disable(const Scope& tenant, std::string_view id, const By& by) {
  HOTDESK_ON_LOADER(set_enabled(tenant, id, false, by));
}
Result<PluginView> Plugins::follow(const Uuid& tenant, std::string_view id, const By& by) {
  HOTDESK_ON_LOADER(follow(tenant, id, by));
}
Result<PluginView> Plugins::set_config(const Uuid& tenant, std::string_view id, std::string_view json, const By& by) {
  HOTDESK_ON_LOADER(set_config(tenant, id, json, by));
}
Result<> Plugins::set_policy(const Scope& tenant, std::string_view extension, bool fail_closed, const By& by) {
  HOTDESK_ON_LOADER(set_policy(tenant, extension, fail_closed, by));
}

Result<PluginView> Plugins::start_rollout(const Scope& tenant, std::string_view id, std::string_view version, const RolloutPlan& plan, const By& by) {
  HOTDESK_ON_LOADER(start_rollout(tenant, id, version, plan, by));
}
Result<PluginView> Plugins::pause_rollout(const Scope& tenant, std::string_view id, const By& by) {
  HOTDESK_ON_LOADER(pause_rollout(tenant, id, by));
}
Result<PluginView> Plugins::resume_rollout(const Scope& tenant, std::string_view id, const By& by) {
  HOTDESK_ON_LOADER(resume_rollout(tenant, id, by));
}
Result<PluginView> Plugins::stop_rollout(const Scope& tenant, std::string_view id, const By& by) {
  HOTDESK_ON_LOADER(stop_rollout(tenant, id, by));
}
Result<PluginView> Plugins::set_shadow(const Scope& tenant, std::string_view id, std::string_view version, const By& by) {
  HOTDESK_ON_LOADER(set_shadow(tenant, id, version, by));
}
Result<PluginView> Plugins::pin(const Scope& tenant, std::string_view id, std::string_view version, const By& by) {
  HOTDESK_ON_LOADER(pin(tenant, id, version, by));
}
Result<PluginView> Plugins::mark(const Scope& seen_by, std::string_view id, std::string_view version, std::string_view reason, const By& by) {
  HOTDESK_ON_LOADER(mark(seen_by, id, version, reason, by));
}
Result<PluginView> Plugins::unmark(const Scope& seen_by, std::string_view id, std::string_view version, const By& by) {
  HOTDESK_ON_LOADER(unmark(seen_by, id, version, by));
}
Result<std::string> Plugins::compare(const Scope& tenant, std::string_view id) { HOTDESK_ON_LOADER(compare(tenant, id)); }
Result<HealthAnswer> Plugins::check_health(const Scope& tenant, std::string_view id) { HOTDESK_ON_LOADER(check_health(tenant, id)); }
void Plugins::on_trouble(Trouble trouble) { core_->post_trouble(std::move(trouble)); }
void Plugins::tick() {
  core_->on_loader([&] { core_->tick(); });
}

#undef HOTDESK_ON_LOADER

}  // namespace hotdesk::plugins
