// hotdesk plugin install | uninstall | trust list, add, revoke, erase, minimum | grant
#include <CLI/CLI.hpp>
#include <memory>
#include <nlohmann/json.hpp>

#include "app/cli/command.hpp"
#include "app/cli/offline_plugins.hpp"
#include "app/cli/people.hpp"
#include "app/cli/plugin_package.hpp"
#include "app/cli/table.hpp"
#include "app/local_server.hpp"
#include "base/bytes.hpp"
#include "plugins/packages/durable_file.hpp"
#include "plugins/packages/package_view.hpp"
#include "plugins/packages/signature_file.hpp"
#include "plugins/plugins.hpp"

namespace hotdesk::app::cli {
namespace {

constexpr std::size_t most_package = 32 * 1024 * 1024;
const plugins::By command_line{Uuid{}, "command line", "local"};

struct Wishes {
  std::string verb;
  std::string what;     ///< file, plugin or key
  std::string version;
  std::string name;
  std::string level = "vendor";
  std::string reason;
  std::string tenant;
  std::vector<std::string> prefixes;
  std::string lane;
  std::vector<std::string> permissions;
  std::string budgets;
  bool no_permissions = false;
  bool dry_run = false;
  bool reset = false;
};

/// What to ask of REST, and what to do where no server runs.
struct Request {
  std::string method = "GET";
  std::string path;
  std::string body;
  const char* type = "application/json";
  std::function<Result<std::string>(plugins::Plugins&, const plugins::Scope&)> offline;
};

template <class Value>
Result<std::string> as_json(const Result<Value>& value) {
  if (!value) return value.error();
  return plugins::to_json(*value);
}
Result<std::string> nothing(const Result<>& done) {
  if (!done) return done.error();
  return std::string();
}

Result<Request> install(const Wishes& wishes) {
  auto bytes = plugins::read_whole(wishes.what, most_package);
  if (!bytes) return bytes.error();
  Request request{"POST", wishes.dry_run ? "/plugins/packages?dry_run=1" : "/plugins/packages", std::move(*bytes), "application/octet-stream", {}};
  request.offline = [bytes = request.body, dry = wishes.dry_run](plugins::Plugins& room, const plugins::Scope&) -> Result<std::string> {
    const auto done = room.upload(bytes, dry, command_line);
    if (!done) return done.error();
    return plugins::to_json(*done, false);
  };
  return request;
}

Result<Request> add_key(const Wishes& wishes) {
  std::string text = wishes.what;
  if (const auto file = plugins::read_whole(wishes.what, 64 * 1024)) text = *file;
  const auto bytes = plugins::read_public_key(text);
  if (!bytes) return fail(bytes.error().code, bytes.error().text, wishes.what);
  plugins::TrustKey key;
  key.name = wishes.name;
  if (const auto object = parse_json(text); key.name.empty() && object && object->is_object()) key.name = find_string(*object, "name").value_or("");
  key.public_key = *bytes;
  key.level = wishes.level == "official" ? plugins::Trust::official : wishes.level == "dev" ? plugins::Trust::dev : plugins::Trust::vendor;
  key.prefixes = wishes.prefixes;
  if (key.name.empty()) return fail(Errc::invalid, "whose key is it? give --name", "name");
  Request request{"POST", "/plugins/trust", {}, "application/json", {}};
  request.body = dump_json(Json{{"name", key.name}, {"public_key", to_base64url(key.public_key)}, {"level", wishes.level}, {"prefixes", key.prefixes}});
  request.offline = [key](plugins::Plugins& room, const plugins::Scope&) { return as_json(room.add_trust(key, command_line)); };
  return request;
}

Result<Request> request_of(const Wishes& wishes) {
  if (wishes.verb == "install") return install(wishes);
  if (wishes.verb == "add") return add_key(wishes);
  Request request;
  if (wishes.verb == "uninstall") {
    request.method = "DELETE";
    request.path = "/plugins/" + wishes.what + "/versions/" + wishes.version;
    request.offline = [wishes](plugins::Plugins& room, const plugins::Scope&) { return nothing(room.erase_version(wishes.what, wishes.version, command_line)); };
  } else if (wishes.verb == "trust") {
    request.path = "/plugins/trust";
    request.offline = [](plugins::Plugins& room, const plugins::Scope&) { return as_json(room.list_trust()); };
  } else if (wishes.verb == "revoke") {
    request.method = "POST";
    request.path = "/plugins/trust/" + wishes.what + "/revoke";
    request.body = dump_json(Json{{"reason", wishes.reason}});
    request.offline = [wishes](plugins::Plugins& room, const plugins::Scope&) { return as_json(room.revoke_trust(wishes.what, wishes.reason, command_line)); };
  } else if (wishes.verb == "erase") {
    request.method = "DELETE";
    request.path = "/plugins/trust/" + wishes.what;
    request.offline = [wishes](plugins::Plugins& room, const plugins::Scope&) -> Result<std::string> {
      const auto erased = room.erase_trust(wishes.what, command_line);
      if (!erased) return erased.error();
      return std::string();
    };
  } else if (wishes.verb == "minimum") {
    request.method = "PUT";
    request.path = "/plugins/" + wishes.what + "/minimum";
    request.body = dump_json(Json{{"minimum", wishes.version}});
    request.offline = [wishes](plugins::Plugins& room, const plugins::Scope&) -> Result<std::string> {
      if (const auto set = room.set_minimum(wishes.what, wishes.version, command_line); !set) return set.error();
      return as_json(room.list_trust());
    };
  } else {
    request.path = "/plugins/" + wishes.what + "/grant";
    request.offline = [wishes](plugins::Plugins& room, const plugins::Scope& scope) { return as_json(room.find_grant(scope, wishes.what)); };
  }
  return request;
}

/// What is to be granted: what is granted now, but for what the line says.
Result<Request> grant_request(const Wishes& wishes, const Json& now) {
  Request request{"DELETE", "/plugins/" + wishes.what + "/grant", {}, "application/json", {}};
  if (wishes.reset) {
    request.offline = [wishes](plugins::Plugins& room, const plugins::Scope& scope) { return as_json(room.erase_grant(scope, wishes.what, command_line)); };
    return request;
  }
  plugins::GrantRow row;
  row.lane = wishes.lane.empty() ? find_string(now, "lane").value_or("") : wishes.lane;
  if (!wishes.permissions.empty()) row.permissions = wishes.permissions;
  else if (!wishes.no_permissions) row.permissions = now.at("permissions").at("granted").get<std::vector<std::string>>();
  row.budgets = wishes.budgets.empty() ? now.at("budgets").at("granted").dump() : wishes.budgets;
  const auto budgets = parse_json(row.budgets);
  if (!budgets) return fail(Errc::invalid, "is not JSON: " + budgets.error().text, "--budgets");
  request.method = "PUT";
  request.body = dump_json(Json{{"lane", row.lane.empty() ? Json(nullptr) : Json(row.lane)}, {"permissions", row.permissions}, {"budgets", *budgets}});
  request.offline = [wishes, row](plugins::Plugins& room, const plugins::Scope& scope) { return as_json(room.set_grant(scope, wishes.what, row, command_line)); };
  return request;
}

Result<Json> ask(const Config& config, const Wishes& wishes, const Request& request) {
  if (auto server = LocalServer::find(config)) {
    const auto scope = tenant_query(*server, wishes.tenant);
    if (!scope) return scope.error();
    return server->call(request.method, "/api/v1" + request.path + *scope, request.body, request.type);
  }
  const auto done = with_offline_plugins(config, wishes.tenant, request.offline);
  if (!done) return done.error();
  if (done->empty()) return Result<Json>(boost::system::in_place_value, Json());
  return parse_json(*done);
}

Result<Json> perform(const Config& config, const Wishes& wishes) {
  auto request = request_of(wishes);
  if (!request) return request.error();
  auto answer = ask(config, wishes, *request);
  const bool changes = wishes.verb == "grant" && (wishes.reset || wishes.no_permissions || !wishes.lane.empty() || !wishes.permissions.empty() || !wishes.budgets.empty());
  if (!answer || !changes) return answer;
  request = grant_request(wishes, *answer);
  if (!request) return request.error();
  return ask(config, wishes, *request);
}

std::string joined(const Json& texts) {
  std::string out;
  for (const Json& text : texts) out += (out.empty() ? "" : " ") + text.get<std::string>();
  return out.empty() ? "nothing" : out;
}

std::string words_of(const Wishes& wishes, const Json& answer) {
  if (wishes.verb == "install")
    return answer.at("id").get<std::string>() + " " + answer.at("version").get<std::string>() + (wishes.dry_run ? " could be installed" : " is installed") +
           " (" + answer.at("level").get<std::string>() + "); it asks for " + joined(answer.at("permissions")) +
           (wishes.dry_run ? "\n" : ". `hotdesk plugin grant` gives it that, `activate`, `canary` or `rollout` starts it.\n");
  if (wishes.verb == "trust" || wishes.verb == "minimum") {
    std::vector<std::vector<std::string>> rows;
    for (const Json& key : answer.at("data"))
      rows.push_back({key.at("key_id").get<std::string>(), key.at("name").get<std::string>(), key.at("level").get<std::string>(), joined(key.at("prefixes")),
                      key.at("revoked_at").is_null() ? "-" : "revoked: " + find_string(key, "reason").value_or("")});
    std::string out = table({"KEY", "NAME", "LEVEL", "MAY SIGN", "STATE"}, rows);
    for (const auto& [id, version] : answer.at("minimums").items()) out += id + " not below " + version.get<std::string>() + "\n";
    return out;
  }
  if (wishes.verb == "add" || wishes.verb == "revoke")
    return "Key " + answer.at("key_id").get<std::string>() + " (" + answer.at("name").get<std::string>() + ") " +
           (wishes.verb == "revoke" ? "is revoked: what it signed is not loaded any more; what runs goes on until you choose another version\n"
                                    : "may sign " + joined(answer.at("prefixes")) + "\n");
  if (wishes.verb == "grant")
    return wishes.what + ": lane " + find_string(answer, "lane").value_or(answer.at("default_lane").get<std::string>() + " (by its signature)") + "; may use " +
           joined(answer.at("permissions").at("granted")) + "; asks for " + joined(answer.at("permissions").at("asked")) + "; budgets " +
           answer.at("budgets").at("granted").dump() + "\n";
  return "Done.\n";
}

int run(const Line& line, const Wishes& wishes) {
  const auto config = line.config();
  if (!config) return Exit::failed;
  const auto answer = perform(*config, wishes);
  if (!answer) return line.fail(answer.error());
  return line.print(words_of(wishes, *answer), *answer);
}

}  // namespace

void add_package_site(CLI::App& plugin, Line& line) {
  const auto wishes = std::make_shared<Wishes>();
  const auto add = [&](CLI::App& to, const char* name, const char* verb, const char* words) {
    auto* sub = to.add_subcommand(name, words);
    sub->callback([&line, wishes, verb = std::string(verb)] {
      wishes->verb = verb;
      line.chosen = [&line, wishes] { return run(line, *wishes); };
    });
    return sub;
  };
  auto* install = add(plugin, "install", "install", "Verify a package and keep it; it runs once a version is activated or rolled out");
  install->add_option("file", wishes->what, "Package")->required();
  install->add_flag("--dry-run", wishes->dry_run, "Verify only");
  auto* uninstall = add(plugin, "uninstall", "uninstall", "Remove an installed package that no release names");
  uninstall->add_option("id", wishes->what, "Id of the plugin")->required();
  uninstall->add_option("version", wishes->version, "Version")->required();

  auto* trust = plugin.add_subcommand("trust", "Whose packages may be installed");
  trust->require_subcommand(1);
  add(*trust, "list", "trust", "List the keys and minimum versions");
  auto* key = add(*trust, "add", "add", "Trust a vendor's key");
  key->add_option("key", wishes->what, "Public key: the .pub file of keygen, or its 43 characters")->required();
  key->add_option("--name", wishes->name, "Whose it is (default: what the file says)");
  key->add_option("--level", wishes->level, "official, vendor or dev")->capture_default_str()->check(CLI::IsMember({"official", "vendor", "dev"}));
  key->add_option("--prefix", wishes->prefixes, "Plugin ids that it may sign, like com.acme.*; may be given again")->required();
  auto* revoke = add(*trust, "revoke", "revoke", "Trust a key no more");
  revoke->add_option("key_id", wishes->what, "Id of the key")->required();
  revoke->add_option("--reason", wishes->reason, "Why, a sentence")->required();
  add(*trust, "erase", "erase", "Forget a key")->add_option("key_id", wishes->what, "Id of the key")->required();
  auto* minimum = add(*trust, "minimum", "minimum", "Take no version of a plugin below this one");
  minimum->add_option("id", wishes->what, "Id of the plugin")->required();
  minimum->add_option("version", wishes->version, "Lowest version; without it: any");

  auto* grant = add(plugin, "grant", "grant", "What a plugin may do; without options: show it");
  grant->add_option("id", wishes->what, "Id of the plugin")->required();
  grant->add_option("--lane", wishes->lane, "inline, pool or runner")->check(CLI::IsMember({"inline", "pool", "runner"}));
  grant->add_option("--permission", wishes->permissions, "kv, messages, post, knowledge, http:HOST; may be given again, replaces all");
  grant->add_flag("--no-permissions", wishes->no_permissions, "Grant none");
  grant->add_option("--budgets", wishes->budgets, "JSON object of the amounts that differ from the defaults");
  grant->add_flag("--reset", wishes->reset, "Back to the grant of everybody, or to what its signature gives");
  grant->add_option("--tenant", wishes->tenant, "For one tenant alone (id or name); without it for all that have no grant of their own");
}

}  // namespace hotdesk::app::cli
