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

Result<plugins::PluginView> perform(plugins::Plugins& plugins, const OfflineVerb& verb, const plugins::Scope& scope) {
  const plugins::By by{Uuid{}, "command line", "local"};
  if (verb.verb == "status") return plugins.find(scope, verb.id);
  if (verb.verb == "activate") return plugins.activate(scope, verb.id, verb.version, by);
  if (verb.verb == "rollback") return plugins.rollback(scope, verb.id, by);
  if (verb.verb == "enable") return plugins.enable(scope, verb.id, by);
  if (verb.verb == "disable") return plugins.disable(scope, verb.id, by);
  if (verb.verb == "canary") return plugins.canary(scope, verb.id, verb.version, verb.percent, by);
  return plugins.promote(scope, verb.id, by);
}

}  // namespace

Result<Json> offline_plugin(const Config& config, const OfflineVerb& verb) {
  auto offline = open_offline(config);
  if (!offline) return offline.error();
  plugins::Scope scope;
  if (!verb.tenant.empty()) {
    const auto tenant = choose_tenant(*offline->store, verb.tenant);
    if (!tenant) return tenant.error();
    scope = tenant->id;
  }
  plugins::Options options;
  options.path = config.plugins.path;
  options.run_dir = config.run_dir;
  options.host_version = HOTDESK_VERSION;
  NoThreads quiesce;
  const SystemClock clock;
  const auto log = [](plugins::LogLevel level, std::string_view component, std::string_view text) {
    if (level >= plugins::LogLevel::warn) log::warn("plugins", std::string(component) + ": " + std::string(text));
  };
  plugins::Plugins plugins(options, offline->store->plugins(), quiesce, clock, log, [](const plugins::Scope&, const tenants::AuditEntry&) {});
  if (const auto started = plugins.start({}); !started) return started.error();
  if (verb.verb == "list") {
    auto views = plugins.list(scope);
    if (!views) return views.error();
    Json rows = Json::array();
    for (const auto& view : *views)
      if (auto row = parse_json(plugins::to_json(view))) rows.push_back(std::move(*row));
    return Result<Json>(boost::system::in_place_value, std::move(rows));
  }
  auto view = perform(plugins, verb, scope);
  if (!view) return view.error();
  return parse_json(plugins::to_json(*view));
}

}  // namespace hotdesk::app::cli
