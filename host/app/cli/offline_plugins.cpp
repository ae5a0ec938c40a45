#include "app/cli/offline_plugins.hpp"

#include <functional>
#include <nlohmann/json.hpp>

#include "app/cli/records.hpp"
#include "app/open_store.hpp"
#include "observe/log.hpp"
#include "plugins/plugins.hpp"

namespace hotdesk::app::cli {
namespace {

/// No thread calls a hook while a command runs.
class NoThreads final : public plugins::Quiesce {
 public:
  void for_each_thread(std::function<void()>) override {}
};

const plugins::By command_line{Uuid{}, "command line", "local"};

Result<plugins::PluginView> perform(plugins::Plugins& plugins, const OfflineVerb& verb, const plugins::Scope& scope) {
  const plugins::By& by = command_line;
  if (verb.verb == "status") return plugins.find(scope, verb.id);
  if (verb.verb == "activate") return plugins.activate(scope, verb.id, verb.version, by);
  if (verb.verb == "rollback") return plugins.rollback(scope, verb.id, by);
  if (verb.verb == "enable") return plugins.enable(scope, verb.id, by);
  if (verb.verb == "disable") return plugins.disable(scope, verb.id, by);
  if (verb.verb == "canary") return plugins.canary(scope, verb.id, verb.version, verb.percent, by);
  return plugins.promote(scope, verb.id, by);
}

}  // namespace

Result<std::string> with_offline_plugins(const Config& config, const std::string& name,
                                         const std::function<Result<std::string>(plugins::Plugins&, const plugins::Scope&)>& work) {
  auto offline = open_offline(config);
  if (!offline) return offline.error();
  plugins::Scope scope;
  if (!name.empty()) {
    const auto tenant = choose_tenant(*offline->store, name);
    if (!tenant) return tenant.error();
    scope = tenant->id;
  }
  plugins::Options options;
  options.path = config.plugins.path;
  options.run_dir = config.run_dir;
  options.host_version = HOTDESK_VERSION;
  options.tick = std::chrono::milliseconds(0);  // plans and breakers are a server's work
  options.packages = config.packages_path();
  options.trust_store = config.trust_path();
  options.allow_dev = config.plugins.allow_dev;
  NoThreads quiesce;
  const SystemClock clock;
  const auto log = [](plugins::LogLevel level, std::string_view component, std::string_view text) {
    if (level >= plugins::LogLevel::warn) log::warn("plugins", std::string(component) + ": " + std::string(text));
  };
  plugins::Plugins plugins(options, offline->store->plugins(), quiesce, clock, log, [&](const plugins::Scope& whose, const tenants::AuditEntry& entry) {
    // Loading and unloading here is the command's own doing; what it decides is kept as a server would keep it.
    if (entry.actor_name != command_line.name) return;
    if (const auto kept = offline->store->logs().record_audit(whose.value_or(Uuid{}), entry); !kept)
      log::warn("plugins", "an audit entry could not be stored", {{"action", entry.action}, {"why", kept.error().text}});
  });
  if (const auto started = plugins.start({}); !started) return started.error();
  return work(plugins, scope);
}

Result<Json> offline_plugin(const Config& config, const OfflineVerb& verb) {
  const auto done = with_offline_plugins(config, verb.tenant, [&](plugins::Plugins& plugins, const plugins::Scope& scope) -> Result<std::string> {
    if (verb.verb == "list") {
      const auto views = plugins.list(scope);
      if (!views) return views.error();
      std::string rows;
      for (const auto& view : *views) rows += (rows.empty() ? "" : ",") + plugins::to_json(view);
      return "[" + rows + "]";
    }
    const auto view = perform(plugins, verb, scope);
    if (!view) return view.error();
    return plugins::to_json(*view);
  });
  if (!done) return done.error();
  return parse_json(*done);
}

}  // namespace hotdesk::app::cli
