// hotdesk plugin list | status | activate | enable | disable | rollback | canary | promote
#include <CLI/CLI.hpp>
#include <cmath>
#include <memory>
#include <nlohmann/json.hpp>

#include "app/cli/command.hpp"
#include "app/cli/offline_plugins.hpp"
#include "app/cli/people.hpp"
#include "app/cli/plugin_tools.hpp"
#include "app/cli/table.hpp"
#include "app/local_server.hpp"

namespace hotdesk::app::cli {
namespace {

struct Wishes {
  std::string verb;
  std::string id;
  std::string version;
  double percent = 0;
  std::string tenant;
};

std::string text_of(const Json& object, const char* key) {
  const auto at = object.find(key);
  if (at == object.end() || at->is_null()) return "-";
  if (at->is_string()) return at->get<std::string>();
  return at->dump();
}

std::string number(double value) {
  std::string text = std::to_string(value);
  text.erase(text.find_last_not_of('0') + 1);
  if (text.ends_with('.')) text.pop_back();
  return text;
}

std::string release_words(const Json& plugin) {
  const Json release = plugin.value("release", Json::object());
  std::string words = text_of(release, "stable");
  if (text_of(release, "candidate") != "-") words += ", " + text_of(release, "candidate") + " for " + number(release.value("percent", 0.0)) + " %";
  return words;
}

std::string list_words(const Json& plugins) {
  std::vector<std::vector<std::string>> rows;
  for (const Json& plugin : plugins)
    rows.push_back({text_of(plugin, "id"), text_of(plugin, "name"), text_of(plugin, "state"), release_words(plugin), text_of(plugin, "lane")});
  return table({"ID", "NAME", "STATE", "RELEASE", "LANE"}, rows);
}

std::string plugin_words(const Json& plugin) {
  std::string words = text_of(plugin, "id") + " is " + text_of(plugin, "state") + ": " + release_words(plugin);
  if (const auto previous = text_of(plugin.value("release", Json::object()), "previous"); previous != "-") words += "; `rollback` returns to " + previous;
  std::vector<std::vector<std::string>> rows;
  std::string problems;
  for (const Json& version : plugin.value("versions", Json::array())) {
    rows.push_back({text_of(version, "version"), text_of(version, "state"), text_of(version, "calls"), text_of(version, "errors"),
                    text_of(version, "refused"), text_of(version, "rewritten"), number(version.value("p50_us", 0.0)), number(version.value("p99_us", 0.0))});
    if (const auto problem = find_string(version, "problem"); problem && !problem->empty()) problems += text_of(version, "version") + ": " + *problem + "\n";
  }
  return words + "\n" + table({"VERSION", "STATE", "CALLS", "ERRORS", "REFUSED", "REWRITTEN", "P50 us", "P99 us"}, rows) + problems;
}

std::string body_of(const Wishes& wishes) {
  Json body = Json::object();
  if (!wishes.version.empty()) body["version"] = wishes.version;
  if (wishes.verb == "canary") body["percent"] = wishes.percent;
  return dump_json(body);
}

/// The rows of `list`, or for every other verb the plugin afterwards.
Result<Json> perform(const Config& config, const Wishes& wishes) {
  auto server = LocalServer::find(config);
  if (!server) {
    OfflineVerb verb{wishes.verb, wishes.id, wishes.version, static_cast<int>(std::lround(wishes.percent * 100)), wishes.tenant};
    return offline_plugin(config, verb);
  }
  const auto scope = tenant_query(*server, wishes.tenant);
  if (!scope) return scope.error();
  if (wishes.verb == "list") return server->list("/plugins" + *scope);
  if (wishes.verb != "status") return server->call("POST", "/plugins/" + wishes.id + "/" + wishes.verb + *scope, body_of(wishes));
  auto plugins = server->list("/plugins" + *scope);
  if (!plugins) return plugins;
  for (const Json& plugin : *plugins)
    if (find_string(plugin, "id") == wishes.id) return Result<Json>(boost::system::in_place_value, plugin);
  return fail(Errc::not_found, "no plugin \"" + wishes.id + "\"; `hotdesk plugin list` shows them");
}

int run_verb(const Line& line, const Wishes& wishes) {
  const auto config = line.config();
  if (!config) return Exit::failed;
  auto answer = perform(*config, wishes);
  if (!answer) return line.fail(answer.error());
  if (wishes.verb == "list") return line.print(list_words(*answer), Json{{"data", *answer}});
  return line.print(plugin_words(*answer), *answer);
}

}  // namespace

void add_plugin(CLI::App& app, Line& line) {
  auto* command = app.add_subcommand("plugin", "Plugins: which version runs for whom");
  command->require_subcommand(1);
  add_plugin_new(*command, line);
  add_plugin_validate(*command, line);
  add_plugin_bench(*command, line);
  add_plugin_rollout(*command, line);
  add_plugin_packages(*command, line);
  const auto wishes = std::make_shared<Wishes>();
  const auto add = [&](const char* verb, const char* words, bool id, bool version) {
    auto* sub = command->add_subcommand(verb, words);
    if (id) sub->add_option("id", wishes->id, "Id of the plugin, such as org.hotdesk.filtering")->required();
    if (version) sub->add_option("version", wishes->version, "Version")->required();
    sub->add_option("--tenant", wishes->tenant, "For one tenant alone (id or name); without it for all that have no choice of their own");
    sub->callback([&line, wishes, name = std::string(verb)] {
      wishes->verb = name;
      line.chosen = [&line, wishes] { return run_verb(line, *wishes); };
    });
    return sub;
  };
  add("list", "List the installed plugins", false, false);
  add("status", "Versions, states and counters of one plugin", true, false);
  add("activate", "Make a version the stable one, from the next call on", true, true);
  add("rollback", "Return to the version before", true, false);
  add("enable", "Let a plugin take part again", true, false);
  add("disable", "Leave a plugin out", true, false);
  auto* canary = add("canary", "Give a version to a share of the visitors", true, true);
  canary->add_option("percent", wishes->percent, "Share in percent, at most two decimals")->required()->check(CLI::Range(0.0, 100.0));
  add("promote", "Make the candidate the stable version", true, false);
}

}  // namespace hotdesk::app::cli
