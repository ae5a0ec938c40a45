#include "api/routes.hpp"

#include <charconv>
#include <nlohmann/json.hpp>

#include "base/blocking.hpp"
#include "base/text.hpp"
#include "crypto/mac.hpp"
#include "net/awaitable_handler.hpp"

namespace hotdesk::api {
namespace {
Problem rate_problem(std::int64_t wait_ms) {
  Problem problem;
  problem.status = 429;
  problem.code = "E_RATE";
  problem.detail = "too many requests; try again in a moment";
  problem.retry_after = (wait_ms + 999) / 1000;
  return problem;
}

Problem media_problem(const std::string& expected) {
  Problem problem;
  problem.status = 415;
  problem.code = "E_MEDIA_TYPE";
  problem.detail = "the body must be " + expected;
  return problem;
}

/// Whose bucket a request takes from: the account's where the credentials hold (one MAC, no row), so that nobody behind the
/// same address uses up a shop's; else the address's.
std::string payer_of(const Services& services, const net::HttpRequest& request) {
  if (const auto token = bearer_of(request); !token.empty()) {
    if (const auto claims = services.tokens.check_bearer(token)) return claims->user.binary();
  } else if (const auto cookie = request.cookie(login_cookie)) {
    if (const auto claims = services.tokens.check_cookie(*cookie)) return claims->user.binary();
  }
  return request.peer_address;
}

std::string media_type(std::string_view content_type) { return to_lower_ascii(content_type.substr(0, content_type.find(';'))); }

/// The body as a JSON object; an empty body is an empty one.
Result<Json> read_body(const net::HttpRequest& request) {
  if (request.body.empty()) return Result<Json>(boost::system::in_place_value, Json::object());
  auto parsed = parse_json(request.body, 16);
  if (!parsed) return parsed;
  if (!parsed->is_object()) return fail(Errc::invalid, "the body is one JSON object");
  return parsed;
}
}  // namespace

Uuid Call::id(std::string_view name) const { return parse_uuid(http.param(name)).value_or(Uuid{}); }

int Call::limit(int otherwise) const {
  const auto text = http.query("limit");
  int value = 0;
  if (!text || std::from_chars(text->data(), text->data() + text->size(), value).ec != std::errc{} || value < 1) return otherwise;
  return std::min(value, 200);
}

tenants::AuditEntry Call::audit(std::string action, std::string target, std::string detail) const {
  tenants::AuditEntry entry;
  entry.at = services.clock.now_ms();
  entry.actor = caller.user;
  entry.actor_name = caller.name;
  entry.action = std::move(action);
  entry.target = std::move(target);
  entry.detail = std::move(detail);
  entry.ip = caller.ip;
  return entry;
}

Routes::Routes(net::Router& router, const Services& services, const Options& options)
    : router_(router), services_(services), options_(options), idempotency_(services.clock), body_(options.body) {}

void Routes::add(std::string method, std::string pattern, tenants::Action action, Handler handler, bool any_tenant) {
  put({{std::move(method), std::move(pattern), action}, std::move(handler), {}, any_tenant});
}
void Routes::add_bytes(std::string method, std::string pattern, tenants::Action action, Handler handler) {
  put({{std::move(method), std::move(pattern), action}, std::move(handler), {}, true, true});
}
void Routes::add_slow(std::string method, std::string pattern, tenants::Action action, SlowHandler handler) {
  put({{std::move(method), std::move(pattern), action}, {}, std::move(handler), false});
}
void Routes::open(std::string method, std::string pattern, Handler handler) {
  put({{std::move(method), std::move(pattern), std::nullopt}, std::move(handler), {}, true});
}
void Routes::open_slow(std::string method, std::string pattern, SlowHandler handler) {
  put({{std::move(method), std::move(pattern), std::nullopt}, {}, std::move(handler), true});
}

void Routes::put(Route route) {
  names_.push_back(route.name);
  net::RouteOptions options;
  options.max_body = body_;
  const auto shared = std::make_shared<const Route>(std::move(route));
  router_.add(shared->name.method, shared->name.pattern,
              net::awaitable([this, shared](const net::HttpRequest& request) { return serve(*shared, request); }), options);
}

std::optional<Problem> Routes::check_rate(const net::HttpRequest& request) const {
  if (request.local || (options_.exempt && options_.exempt(request.peer_address))) return std::nullopt;
  const std::int64_t wait = services_.rates.take("http:" + payer_of(services_, request), options_.requests);
  return wait == 0 ? std::nullopt : std::optional(rate_problem(wait));
}

Result<Caller> Routes::admit(const Route& route, const net::HttpRequest& request) const {
  if (!route.name.action) {
    Caller nobody;
    nobody.ip = request.local ? "local" : request.peer_address;
    return nobody;
  }
  auto caller = authenticate(services_, options_, request);
  if (!caller) return caller;
  // Where one customer runs its own server, its admin is the operator of what plugins may do.
  const bool trusts = options_.admin_trusts && caller->role == tenants::Role::admin && *route.name.action == tenants::Action::trust_plugins;
  if (!trusts && !may(caller->role, *route.name.action)) return fail(Errc::forbidden, "your role may not do this");
  if (caller->tenant.is_nil() && !route.any_tenant) {
    // One tenant in the installation needs no naming.
    auto all = services_.tenants.list_tenants();
    if (!all) return all.error();
    if (all->size() != 1) return fail(Errc::invalid, "name a tenant with ?tenant=", "tenant");
    caller->tenant = all->front().id;
  }
  return caller;
}

boost::asio::awaitable<net::HttpResponse> Routes::serve(const Route& route, const net::HttpRequest& request) {
  if (const auto limited = check_rate(request)) co_return to_response(*limited);
  const std::string expected = route.bytes ? "application/octet-stream" : "application/json";
  const bool strange = !request.body.empty() && media_type(request.header("Content-Type")) != expected;
  if (strange && !route.bytes) co_return to_response(media_problem(expected));
  const auto body = route.bytes ? Result<Json>(boost::system::in_place_value, Json::object()) : read_body(request);
  if (!body) co_return to_response(to_problem(body.error()));

  auto first = [&] { return admit(route, request); };
  auto caller = co_await blocking(services_.pool, std::move(first));
  if (!caller) {
    Problem problem = to_problem(caller.error());
    if (caller.error().where == "X-CSRF-Token") problem.code = "E_CSRF";
    co_return to_response(problem);
  }
  if (strange) co_return to_response(media_problem(expected));
  const Call call{request, std::move(*caller), *body, services_, options_};

  std::string once;
  if (const auto key = request.header("Idempotency-Key"); request.method == "POST" && route.name.action && !key.empty()) {
    if (key.size() > 128) co_return to_response(to_problem(fail(Errc::invalid, "an Idempotency-Key has at most 128 characters", "Idempotency-Key")));
    once = call.caller.tenant.binary() + call.caller.user.binary() + request.path + '\n' + std::string(key);
    auto begun = idempotency_.begin(once, crypto::sha256(request.body));
    if (auto* const kept = std::get_if<net::HttpResponse>(&begun)) {
      kept->set("Idempotency-Replayed", "true");
      co_return std::move(*kept);
    }
    if (!std::holds_alternative<Idempotency::First>(begun)) {
      const bool reused = std::holds_alternative<Idempotency::Reused>(begun);
      Problem problem;
      problem.status = reused ? 422 : 409;
      problem.code = "E_IDEMPOTENCY";
      problem.detail = reused ? "this Idempotency-Key was used for another request" : "the same request is being answered just now";
      co_return to_response(problem);
    }
  }

  Answer answer = fail(Errc::internal, "the server failed to answer this request");
  try {
    if (route.slow) {
      answer = co_await route.slow(call);
    } else {
      auto work = [&] { return route.handler(call); };
      answer = co_await blocking(services_.pool, std::move(work));
    }
  } catch (const std::exception&) {
    // what() may hold data of users: it goes nowhere from here.
  }
  net::HttpResponse response = answer ? std::move(*answer) : to_response(to_problem(answer.error()));
  if (!once.empty()) {
    if (response.status >= 500 || response.status == 429)
      idempotency_.forget(once);
    else
      idempotency_.finish(once, response);
  }
  co_return response;
}

net::HttpResponse json(const Json& value, int status) { return net::json_response(status, dump_json(value)); }

net::HttpResponse no_content() {
  net::HttpResponse response;
  response.status = 204;
  return response;
}

net::HttpResponse list(Json data, const std::string& next) {
  if (!data.is_array()) data = Json::array();
  Json cursor = next.empty() ? Json(nullptr) : Json(next);
  return json({{"data", std::move(data)}, {"meta", {{"next_cursor", std::move(cursor)}, {"has_more", !next.empty()}}}});
}

}  // namespace hotdesk::api
