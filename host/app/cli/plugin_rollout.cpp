// hotdesk plugin rollout | pause | resume | stop | shadow | pin | follow | compare | mark | unmark
#include <CLI/CLI.hpp>
#include <memory>
#include <nlohmann/json.hpp>

#include "app/cli/command.hpp"
#include "app/cli/people.hpp"
#include "app/cli/plugin_tools.hpp"
#include "app/cli/rollout_words.hpp"
#include "app/local_server.hpp"

namespace hotdesk::app::cli {
namespace {

struct Wishes {
  std::string verb;
  std::string id;
  std::string version;
  std::string steps;
  std::string reason;
  bool off = false;
  std::string tenant;
};

/// What to ask of REST.
struct Request {
  std::string method = "POST";
  std::string path;
  Json body = Json::object();
};

Result<Request> request_of(const Wishes& wishes) {
  Request request;
  request.path = "/" + wishes.verb;
  if (wishes.verb == "pause" || wishes.verb == "resume" || wishes.verb == "stop") request.path = "/rollout/" + wishes.verb;
  if (wishes.verb == "compare") request.method = "GET";
  if (wishes.verb == "mark" || wishes.verb == "unmark") {
    request.method = wishes.verb == "mark" ? "PUT" : "DELETE";
    request.path = "/versions/" + wishes.version + "/mark";
    if (wishes.verb == "mark") request.body["reason"] = wishes.reason;
    return request;
  }
  if (wishes.verb == "shadow" && wishes.off) request.body["version"] = nullptr;
  else if (!wishes.version.empty()) request.body["version"] = wishes.version;
  if (!wishes.steps.empty()) {
    auto steps = read_steps(wishes.steps);
    if (!steps) return steps.error();
    request.body["steps"] = std::move(*steps);
  }
  return request;
}

Result<Json> perform(const Config& config, const Wishes& wishes) {
  const auto request = request_of(wishes);
  if (!request) return request.error();
  auto server = LocalServer::find(config);
  if (!server)
    return fail(Errc::conflict, "no server runs with this configuration, and a rollout is a server's work; start one with `hotdesk serve`");
  if (wishes.verb == "follow" && wishes.tenant.empty())
    return fail(Errc::invalid, "only a tenant can follow the release of everybody: name one with --tenant", "tenant");
  const auto scope = tenant_query(*server, wishes.tenant);
  if (!scope) return scope.error();
  const std::string body = request->method == "GET" || request->method == "DELETE" ? "" : dump_json(request->body);
  return server->call(request->method, "/plugins/" + wishes.id + request->path + *scope, body);
}

int run_verb(const Line& line, const Wishes& wishes) {
  const auto config = line.config();
  if (!config) return Exit::failed;
  const auto answer = perform(*config, wishes);
  if (!answer) return line.fail(answer.error());
  return line.print(wishes.verb == "compare" ? compare_words(*answer) : rollout_words(*answer), *answer);
}

}  // namespace

void add_plugin_rollout(CLI::App& plugin, Line& line) {
  const auto wishes = std::make_shared<Wishes>();
  const auto add = [&](const char* verb, const char* words) {
    auto* sub = plugin.add_subcommand(verb, words);
    sub->add_option("id", wishes->id, "Id of the plugin, such as org.hotdesk.filtering")->required();
    sub->add_option("--tenant", wishes->tenant, "For one tenant alone (id or name); without it for all that have no choice of their own");
    sub->callback([&line, wishes, name = std::string(verb)] {
      if (name == "shadow" && wishes->version.empty() && !wishes->off) throw CLI::RequiredError("version or --off");
      wishes->verb = name;
      line.chosen = [&line, wishes] { return run_verb(line, *wishes); };
    });
    return sub;
  };
  const auto add_for = [&](const char* verb, const char* words) {
    auto* sub = add(verb, words);
    sub->add_option("version", wishes->version, "Version")->required();
    return sub;
  };
  add_for("rollout", "Let a version grow by itself, and take it back when it does worse")
      ->add_option("--steps", wishes->steps, "percent:hold,… such as 1:10m,10:1h,50:1h,100:10m (default 1, 10, 50, 100 % for 10 minutes each)");
  add("pause", "Hold a rollout at its percentage");
  add("resume", "Let a paused rollout go on; its step begins anew");
  add("stop", "End a rollout; its version keeps the share it has");
  auto* shadow = add("shadow", "Show a version copies of the calls and drop its answers");
  auto* version = shadow->add_option("version", wishes->version, "Version");
  auto* off = shadow->add_flag("--off", wishes->off, "End it");
  version->excludes(off);
  add_for("pin", "Keep a version, whatever is rolled out to everybody");
  add("follow", "Give up a tenant's own choice (--tenant)");
  add("compare", "The candidate and the stable version side by side");
  add_for("mark", "Keep a version out until the mark is cleared")->add_option("--reason", wishes->reason, "Why, a sentence")->required();
  add_for("unmark", "Clear the mark of a version");
}

}  // namespace hotdesk::app::cli
