#include <nlohmann/json.hpp>

#include "api/fields.hpp"
#include "api/resources.hpp"
#include "plugins/packages/package_view.hpp"
#include "plugins/plugins.hpp"

namespace hotdesk::api {
namespace {
using plugins::By;
using plugins::PackageInfo;
using tenants::Action;

constexpr std::size_t most_package = 32 * 1024 * 1024;

By by(const Call& call) { return {call.caller.user, call.caller.name, call.caller.ip}; }
Error no_plugins() { return fail(Errc::not_found, "this node runs no plugins"); }

/// What is wrong with a package is told of its file, and is never the request's form: 422.
net::HttpResponse package_problem(const Error& error) {
  Problem problem;
  problem.status = 422;
  problem.code = "E_PACKAGE";
  problem.detail = (error.where.empty() ? "the package" : error.where) + " " + error.text;
  problem.errors.push_back({error.where.empty() ? "package" : error.where, error.text});
  return to_response(problem);
}

Answer upload(const Call& call) {
  if (call.services.plugins == nullptr) return no_plugins();
  if (call.http.body.empty()) return fail(Errc::invalid, "the body is the bytes of an .hdplugin");
  const auto dry = call.http.query("dry_run");
  const bool dry_run = dry && *dry != "0" && *dry != "false";
  const auto done = call.services.plugins->upload(call.http.body, dry_run, by(call));
  if (done) return net::json_response(201, plugins::to_json(*done, false));
  const auto code = done.error().code;
  if (code == Errc::storage || code == Errc::internal || code == Errc::conflict || (code == Errc::unsupported && done.error().where.empty()))
    return done.error();
  return package_problem(done.error());
}

Answer details(const Call& call) {
  if (call.services.plugins == nullptr) return no_plugins();
  const auto info = call.services.plugins->version_details(call.http.param("id"), call.http.param("version"));
  if (!info) return info.error();
  return net::json_response(200, plugins::to_json(*info, true));
}

Answer erase(const Call& call) {
  if (call.services.plugins == nullptr) return no_plugins();
  const auto erased = call.services.plugins->erase_version(call.http.param("id"), call.http.param("version"), by(call));
  if (!erased) return erased.error();
  return no_content();
}
}  // namespace

void add_plugin_packages(Routes& routes) {
  const std::string one = "/api/v1/plugins/{id}/versions/{version}";
  routes.set_body(most_package);
  routes.add_bytes("POST", "/api/v1/plugins/packages", Action::trust_plugins, upload);
  routes.set_body(routes.options().body);
  routes.add("GET", one, Action::read_plugins, details, true);
  routes.add("DELETE", one, Action::trust_plugins, erase, true);
}

}  // namespace hotdesk::api
