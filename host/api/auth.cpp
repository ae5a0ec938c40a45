#include <nlohmann/json.hpp>

#include "api/fields.hpp"
#include "api/resources.hpp"
#include "base/blocking.hpp"
#include "base/overloaded.hpp"
#include "base/text.hpp"

namespace hotdesk::api {
namespace {
namespace asio = boost::asio;
using tenants::Action;

Problem login_problem(const tenants::WrongLogin& wrong) {
  Problem problem;
  problem.status = 401;
  problem.code = "E_LOGIN";
  problem.detail = "user name or password is not right";
  problem.tries_left = wrong.tries_left;
  return problem;
}
Problem lock_problem(const tenants::LockedOut& locked) {
  Problem problem;
  problem.status = 429;
  problem.code = "E_LOCKED";
  problem.detail = "too many wrong passwords; wait before the next try";
  problem.retry_after = (locked.retry_ms + 999) / 1000;
  return problem;
}

/// Blocks: the tenant's name.
Result<Json> user_json(const Services& services, const tenants::User& user) {
  auto tenant = services.tenants.find_tenant(user.tenant);
  if (!tenant) return tenant.error();
  const std::string name = *tenant ? (*tenant)->name : std::string();
  return Result<Json>(boost::system::in_place_value, Json{{"id", user.id.text()},
                                                          {"username", user.username},
                                                          {"name", user.name},
                                                          {"role", tenants::to_string(user.role)},
                                                          {"tenant", {{"id", user.tenant.text()}, {"name", name}}}});
}

std::string cookie_text(const char* name, const std::string& value, std::int64_t seconds, bool readable) {
  return std::string(name) + "=" + value + "; Path=/; Secure; SameSite=Strict; Max-Age=" + std::to_string(seconds) + (readable ? "" : "; HttpOnly");
}
void set_cookies(net::HttpResponse& response, const std::string& cookie, const std::string& csrf, std::int64_t seconds) {
  response.add("Set-Cookie", cookie_text(login_cookie, cookie, seconds, false));
  response.add("Set-Cookie", cookie_text(csrf_cookie, csrf, seconds, true));
}

tenants::LoginClaims claims_of(const Services& services, const tenants::User& user) {
  const std::int64_t now = services.clock.now_ms();
  return {user.tenant, user.id, user.role, now, user.gen, now + services.tokens.lifetimes().login};
}

/// Which page the log-in came from, for the log.
std::string source_of(const net::HttpRequest& request, bool program) {
  if (program) return "Api";
  const std::string_view referer = request.header("Referer");
  return referer.find("/agent/") != std::string_view::npos ? "WebAgent" : "WebAdmin";
}

/// What log-in and token share: the form, the rate, the judgement.
asio::awaitable<std::variant<tenants::User, net::HttpResponse>> judge(const Call& call, bool program) {
  const Services& services = call.services;
  Fields fields(call.body);
  tenants::LoginRequest request;
  request.username = fields.need_text("username", 64);
  request.password = fields.need_text("password", 128);
  if (!fields.good()) co_return fields.problem();
  request.address = call.caller.ip;
  request.source = source_of(call.http, program);
  request.ua = call.http.header("User-Agent");
  const bool exempt = call.options.exempt && call.options.exempt(call.caller.ip);
  const std::int64_t wait = exempt ? 0 : services.rates.take("login:" + call.caller.ip, call.options.logins);
  if (wait > 0) {
    Problem problem;
    problem.status = 429;
    problem.code = "E_RATE";
    problem.detail = "too many log-ins from this address; wait a moment";
    problem.retry_after = (wait + 999) / 1000;
    co_return to_response(problem);
  }
  auto outcome = co_await services.login.login(std::move(request));
  if (!outcome) co_return to_response(to_problem(outcome.error()));
  if (const auto* const wrong = std::get_if<tenants::WrongLogin>(&*outcome)) co_return to_response(login_problem(*wrong));
  if (const auto* const locked = std::get_if<tenants::LockedOut>(&*outcome)) co_return to_response(lock_problem(*locked));
  // Only failures count: a shop's people sign in at nine, all from one address.
  if (!exempt) services.rates.give_back("login:" + call.caller.ip, call.options.logins);
  co_return std::get<tenants::User>(std::move(*outcome));
}

asio::awaitable<Answer> log_in(const Call& call) {
  const auto origin = call.http.header("Origin");
  if (!is_own_origin(call.options, call.http, origin)) {
    Problem problem;
    problem.status = 403;
    problem.code = "E_ORIGIN";
    problem.detail = "log-in takes requests of this server's own pages; programs use /api/v1/auth/token";
    co_return to_response(problem);
  }
  auto judged = co_await judge(call, false);
  if (auto* const refused = std::get_if<net::HttpResponse>(&judged)) co_return std::move(*refused);
  const auto& user = std::get<tenants::User>(judged);
  auto describe = [&] { return user_json(call.services, user); };
  auto described = co_await blocking(call.services.pool, std::move(describe));
  if (!described) co_return described.error();
  const std::string cookie = call.services.tokens.make_cookie(claims_of(call.services, user));
  const std::string csrf = call.services.tokens.make_csrf(cookie);
  net::HttpResponse response = json({{"user", *described}, {"csrf", csrf}});
  set_cookies(response, cookie, csrf, call.services.tokens.lifetimes().login / 1000);
  co_return response;
}

asio::awaitable<Answer> make_token(const Call& call) {
  const auto origin = call.http.header("Origin");
  if (!origin.empty() && !is_own_origin(call.options, call.http, origin))
    co_return fail(Errc::forbidden, "pages of other sites may not ask for tokens");
  auto judged = co_await judge(call, true);
  if (auto* const refused = std::get_if<net::HttpResponse>(&judged)) co_return std::move(*refused);
  const auto& user = std::get<tenants::User>(judged);
  auto describe = [&] { return user_json(call.services, user); };
  auto described = co_await blocking(call.services.pool, std::move(describe));
  if (!described) co_return described.error();
  const auto claims = claims_of(call.services, user);
  co_return json({{"token", call.services.tokens.make_bearer(claims)}, {"expires_at", to_rfc3339(claims.exp)}, {"user", *described}});
}

Answer log_out(const Call& call) {
  if (call.caller.row) {
    const auto entry = call.audit("user.logout", call.caller.user.text());
    auto changed = call.services.user_writer.change(call.caller.row->tenant, call.caller.user, entry, [](tenants::User& user) -> Result<> {
      ++user.gen;
      return {};
    });
    if (!changed) return changed.error();
    call.services.close_user(call.caller.user, false);
  }
  net::HttpResponse response = no_content();
  set_cookies(response, "", "", 0);
  return response;
}

Answer who_am_i(const Call& call) {
  if (!call.caller.row) return fail(Errc::not_found, "the local socket is nobody's account");
  auto described = user_json(call.services, *call.caller.row);
  if (!described) return described.error();
  Json body = {{"user", std::move(*described)}};
  if (!call.caller.cookie.empty()) body["csrf"] = call.services.tokens.make_csrf(call.caller.cookie);
  return json(body);
}

asio::awaitable<Answer> change_password(const Call& call) {
  if (!call.caller.row) co_return fail(Errc::not_found, "the local socket is nobody's account");
  Fields fields(call.body);
  std::string old_password = fields.need_text("old_password", 128);
  std::string new_password = fields.need_text("new_password", 128);
  if (!fields.good()) co_return fields.problem();
  tenants::User user = *call.caller.row;
  std::string address = call.caller.ip;
  auto changed =
      co_await call.services.login.change_password(std::move(user), std::move(old_password), std::move(new_password), std::move(address));
  if (!changed) {
    Problem problem = to_problem(changed.error());
    // 401 would tell the page that its own log-in is gone.
    if (changed.error().code == Errc::unauthorized) problem.status = 403, problem.code = "E_LOGIN";
    co_return to_response(problem);
  }
  call.services.close_user(call.caller.user, false);
  net::HttpResponse response = no_content();
  if (!call.caller.cookie.empty()) {
    // This browser stays signed in; every other log-in of the account has just ended.
    const std::string cookie = call.services.tokens.make_cookie(claims_of(call.services, *changed));
    set_cookies(response, cookie, call.services.tokens.make_csrf(cookie), call.services.tokens.lifetimes().login / 1000);
  }
  co_return response;
}
}  // namespace

void add_auth(Routes& routes) {
  routes.set_body(routes.options().login_body);
  routes.open_slow("POST", "/api/v1/auth/login", log_in);
  routes.open_slow("POST", "/api/v1/auth/token", make_token);
  routes.add("POST", "/api/v1/auth/logout", Action::change_own_password, log_out, true);
  routes.add("GET", "/api/v1/auth/me", Action::change_own_password, who_am_i, true);
  routes.add_slow("POST", "/api/v1/auth/password", Action::change_own_password, change_password);
  routes.set_body(routes.options().body);
}

}  // namespace hotdesk::api
