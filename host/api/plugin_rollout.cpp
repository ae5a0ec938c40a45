#include <nlohmann/json.hpp>

#include <cmath>

#include "api/fields.hpp"
#include "api/resources.hpp"
#include "base/text.hpp"
#include "plugins/plugins.hpp"
#include "plugins/rollout/plan.hpp"

namespace hotdesk::api {
namespace {
using plugins::By;
using plugins::PluginView;
using plugins::Plugins;
using plugins::Scope;
using tenants::Action;

Scope scope_of(const Call& call) { return call.caller.tenant.is_nil() ? Scope{} : Scope{call.caller.tenant}; }
By by(const Call& call) { return {call.caller.user, call.caller.name, call.caller.ip}; }

Answer answer(const Result<PluginView>& view) {
  if (!view) return view.error();
  return net::json_response(200, plugins::to_json(*view));
}

/// A verb on the plugin of the path.
using Verb = std::function<Answer(const Call&, Plugins&, const std::string& id)>;
Handler on_plugin(Verb verb) {
  return [verb = std::move(verb)](const Call& call) -> Answer {
    if (call.services.plugins == nullptr) return fail(Errc::not_found, "no such plugin");
    return verb(call, *call.services.plugins, std::string(call.http.param("id")));
  };
}

/// Percent with at most two decimals in hundredths.
std::optional<int> hundredths(const Json& value) {
  if (!value.is_number()) return std::nullopt;
  const double all = value.get<double>() * 100;
  if (!(all >= 0 && all <= 10'000) || std::abs(all - std::round(all)) > 1e-6) return std::nullopt;
  return static_cast<int>(std::lround(all));
}

/// `steps`, or the usual ones when there are none.
plugins::RolloutPlan plan_of(const Json& body, Fields& fields) {
  const auto steps = body.find("steps");
  if (steps == body.end() || steps->is_null()) return plugins::default_plan();
  plugins::RolloutPlan plan;
  if (!steps->is_array()) {
    fields.refuse("steps", "must be a list");
    return plan;
  }
  if (steps->size() > 20) fields.refuse("steps", "at most 20");
  for (const Json& one : *steps) {
    const std::string at = "steps/" + std::to_string(plan.steps.size());
    const auto percent = one.is_object() && one.contains("percent") ? hundredths(one["percent"]) : std::nullopt;
    if (!percent) fields.refuse(at + "/percent", "must be from 0.01 to 100 with at most two decimals");
    const auto hold = find_integer(one, "hold_s");
    if (!hold) fields.refuse(at + "/hold_s", "must be a whole number of seconds");
    if (!fields.good()) break;
    plan.steps.push_back({*percent, *hold});
  }
  if (!fields.good()) return plan;
  if (const auto sound = plugins::check_plan(plan); !sound) fields.refuse(sound.error().where, sound.error().text);
  return plan;
}

Answer start(const Call& call, Plugins& plugins, const std::string& id) {
  Fields fields(call.body);
  const std::string version = fields.need_text("version", 64);
  const auto plan = plan_of(call.body, fields);
  if (!fields.good()) return fields.problem();
  return answer(plugins.start_rollout(scope_of(call), id, version, plan, by(call)));
}

template <Result<PluginView> (Plugins::*verb)(const Scope&, std::string_view, const By&)>
Answer simply(const Call& call, Plugins& plugins, const std::string& id) {
  return answer((plugins.*verb)(scope_of(call), id, by(call)));
}

Answer shadow(const Call& call, Plugins& plugins, const std::string& id) {
  Fields fields(call.body);
  const auto version = fields.text("version", 64, 1);
  if (!call.body.contains("version")) fields.refuse("version", "is needed; null ends the shadow");
  if (!fields.good()) return fields.problem();
  return answer(plugins.set_shadow(scope_of(call), id, version.value_or(""), by(call)));
}

Answer pin(const Call& call, Plugins& plugins, const std::string& id) {
  Fields fields(call.body);
  const std::string version = fields.need_text("version", 64);
  if (!fields.good()) return fields.problem();
  return answer(plugins.pin(scope_of(call), id, version, by(call)));
}

Answer follow(const Call& call, Plugins& plugins, const std::string& id) {
  if (call.caller.tenant.is_nil()) return fail(Errc::invalid, "only a tenant can follow the release of everybody: name one with ?tenant=", "tenant");
  return answer(plugins.follow(call.caller.tenant, id, by(call)));
}

Answer mark(const Call& call, Plugins& plugins, const std::string& id) {
  Fields fields(call.body);
  const std::string reason = fields.need_text("reason", 500);
  if (!fields.good()) return fields.problem();
  return answer(plugins.mark(scope_of(call), id, call.http.param("version"), reason, by(call)));
}

Answer unmark(const Call& call, Plugins& plugins, const std::string& id) {
  return answer(plugins.unmark(scope_of(call), id, call.http.param("version"), by(call)));
}

Answer compare(const Call& call, Plugins& plugins, const std::string& id) {
  auto json = plugins.compare(scope_of(call), id);
  if (!json) return json.error();
  return net::json_response(200, std::move(*json));
}

/// What was done to the plugin for this tenant; of a tenant that follows the common release: what was done to that.
Answer events(const Call& call, Plugins& plugins, const std::string& id) {
  const auto view = plugins.find(scope_of(call), id);
  if (!view) return view.error();
  const bool own = !call.caller.tenant.is_nil() && view->release.own;
  auto page = call.services.logs.list_audit(own ? call.caller.tenant : Uuid{}, call.cursor(), call.limit(), own ? id : id + " (*)");
  if (!page) return page.error();
  Json data = Json::array();
  for (const auto& row : page->items) {
    Json detail = Json::object();
    if (auto parsed = parse_json(row.detail); parsed && !row.detail.empty()) detail = std::move(*parsed);
    data.push_back({{"at", to_rfc3339(row.at)},
                    {"actor", {{"id", row.actor.is_nil() ? Json(nullptr) : Json(row.actor.text())}, {"name", row.actor_name}}},
                    {"action", row.action},
                    {"detail", std::move(detail)}});
  }
  return list(std::move(data), page->next);
}

Answer health(const Call& call, Plugins& plugins, const std::string& id) {
  const auto checked = plugins.check_health(scope_of(call), id);
  if (!checked) return checked.error();
  const Json out{{"result", checked->result}, {"took_us", checked->took_us}};
  return net::json_response(200, dump_json(out));
}

Answer policy(const Call& call, Plugins& plugins, const std::string& id) {
  Fields fields(call.body);
  const std::string extension = fields.need_text("extension", 64);
  const auto closed = fields.boolean("fail_closed");
  if (!closed && fields.good()) fields.refuse("fail_closed", "is needed");
  if (!fields.good()) return fields.problem();
  const auto view = plugins.find(scope_of(call), id);
  if (!view) return view.error();
  if (auto done = plugins.set_policy(scope_of(call), extension, *closed, by(call)); !done) return done.error();
  return answer(plugins.find(scope_of(call), id));
}

}  // namespace

void add_plugin_rollout(Routes& routes) {
  const std::string one = "/api/v1/plugins/{id}";
  const auto verb = [&](const char* method, const std::string& path, Action action, Verb what) {
    routes.add(method, one + path, action, on_plugin(std::move(what)), true);
  };
  verb("POST", "/rollout", Action::release_plugins, start);
  verb("POST", "/rollout/pause", Action::release_plugins, simply<&Plugins::pause_rollout>);
  verb("POST", "/rollout/resume", Action::release_plugins, simply<&Plugins::resume_rollout>);
  verb("POST", "/rollout/stop", Action::release_plugins, simply<&Plugins::stop_rollout>);
  verb("POST", "/shadow", Action::release_plugins, shadow);
  verb("POST", "/pin", Action::release_plugins, pin);
  verb("POST", "/follow", Action::release_plugins, follow);
  verb("GET", "/compare", Action::read_plugins, compare);
  verb("GET", "/events", Action::read_plugins, events);
  verb("POST", "/health", Action::release_plugins, health);
  verb("PUT", "/policy", Action::release_plugins, policy);
  verb("PUT", "/versions/{version}/mark", Action::trust_plugins, mark);
  verb("DELETE", "/versions/{version}/mark", Action::trust_plugins, unmark);
}

}  // namespace hotdesk::api
