#include <nlohmann/json.hpp>

#include <mutex>
#include <unordered_map>

#include "api/connect_json.hpp"
#include "api/cors.hpp"
#include "api/identity.hpp"
#include "api/origin.hpp"
#include "api/resources.hpp"
#include "api/visitor_form.hpp"
#include "api/widget_settings.hpp"
#include "visitors/device.hpp"

namespace hotdesk::api {
namespace {
using tenants::Site;
using visitors::Visitor;

/// A snippet's sign of life is written at most this often a site.
constexpr std::int64_t ping_every_ms = 5'000;

class Pings {
 public:
  bool due(const Uuid& site, std::int64_t now) {
    const std::lock_guard guard(mutex_);
    const auto [at, made] = last_.try_emplace(site, now);
    if (!made && now - at->second < ping_every_ms) return false;
    at->second = now;
    return true;
  }

 private:
  std::mutex mutex_;
  std::unordered_map<Uuid, std::int64_t> last_;  // bounded by the number of sites
};

net::HttpResponse refuse(int status, const char* code, const char* detail) {
  Problem problem;
  problem.status = status;
  problem.code = code;
  problem.detail = detail;
  return to_response(problem);
}

/// Who the visitor is: the identity's user, else the token's, else somebody new. Never from the body.
struct Known {
  Uuid user;
  std::int64_t gen = 0;
  std::optional<Visitor> row;
  bool banned = false;
};
Result<Known> recognise(const Call& call, const Site& site, const std::optional<SiteIdentity>& identity) {
  const Services& services = call.services;
  Known known;
  const auto claims = services.tokens.check_visitor(bearer_of(call.http));
  // A token that is over, forged or of another site is as good as none: the visitor begins anew.
  const bool token_holds = claims && claims->tenant == site.tenant && claims->site == site.id;
  if (identity) known.user = services.signer.site_user_id(site, identity->sub);
  else if (token_holds) known.user = claims->user;
  else return Known{make_uuid(services.clock.now_ms()), 0, std::nullopt, false};
  auto row = services.visitors.find_visitor(site.tenant, known.user);
  if (!row) return row.error();
  if (!*row) return known;
  known.banned = !(*row)->active;
  if (!known.banned && !identity && (*row)->gen != claims->gen) return Known{make_uuid(services.clock.now_ms()), 0, std::nullopt, false};
  known.gen = (*row)->gen;
  known.row = std::move(**row);
  return known;
}

Visitor profile_of(const Call& call, const Site& site, const Known& known, const std::optional<SiteIdentity>& identity) {
  Visitor profile;
  if (known.row) profile = *known.row;
  else if (auto earlier = call.services.visits.find(site.tenant, known.user)) profile = std::move(*earlier);
  const std::int64_t now = call.services.clock.now_ms();
  profile.id = known.user;
  profile.tenant = site.tenant;
  profile.site = site.id;
  if (profile.first_seen == 0) profile.first_seen = now;
  profile.last_seen = now;
  profile.device = visitors::to_json(visitors::classify_device(call.http.header("User-Agent")));
  if (const auto language = visitors::first_language(call.http.header("Accept-Language")); !language.empty()) profile.language = language;
  if (identity) {
    profile.external_id = identity->sub;
    if (!identity->name.empty()) profile.name = identity->name;
    if (!identity->email.empty()) profile.email = identity->email;
  }
  return profile;
}

/// The snippet's live check: the page that embeds us, or the Origin where the call is made from the page itself.
void record_ping(const Call& call, const Site& site, const visitors::PageView& page, Pings& pings) {
  std::string origin = origin_of(page.url);
  if (origin.empty()) return;
  const std::int64_t now = call.services.clock.now_ms();
  if (!pings.due(site.id, call.services.clock.steady_ms())) return;
  call.services.sites.record_ping(site.tenant, site.id, {now, std::move(origin), page.url});  // a lost ping is asked for again
}

Answer begin(const Call& call, Pings& pings) {
  const Services& services = call.services;
  const bool exempt = call.options.exempt && call.options.exempt(call.caller.ip);
  if (const std::int64_t wait = exempt ? 0 : services.rates.take("visitor:" + call.caller.ip, call.options.sessions); wait > 0) {
    Problem problem;
    problem.status = 429;
    problem.code = "E_RATE";
    problem.detail = "too many visits from this address; try again in a moment";
    problem.retry_after = (wait + 999) / 1000;
    return to_response(problem);
  }
  Fields fields(call.body);
  const std::string code = fields.need_text("site", 64);
  const auto token = fields.text("identity", 4096);
  const Json* const form = fields.object("visitor");
  const Json* const page_json = fields.object("page");
  if (!fields.good()) return fields.problem();
  auto found = services.sites.find_site_by_code(code);
  if (!found) return found.error();
  if (!*found) return fail(Errc::not_found, "no site has this code", "site");
  const Site& site = **found;
  if (!may_speak(call.options, call.http, site))
    return refuse(403, "E_ORIGIN", "this page's origin is not among the site's allowed origins; add it in the admin panel");
  if (!site.active) return refuse(403, "E_SITE_DISABLED", "this site is switched off");

  std::optional<SiteIdentity> identity;
  if (token && !token->empty()) {
    auto checked = check_identity(services, site, *token);
    if (!checked) {
      Problem problem = to_problem(checked.error());
      if (problem.status == 401) problem.code = "E_IDENTITY";
      return to_response(problem);
    }
    identity = std::move(*checked);
  }
  auto known = recognise(call, site, identity);
  if (!known) return known.error();
  if (known->banned) return refuse(403, "E_BANNED", "this visitor may not write here");

  Visitor profile = profile_of(call, site, *known, identity);
  if (form != nullptr) read_form(*form, profile, fields);
  if (!fields.good()) return fields.problem();
  const std::int64_t now = services.clock.now_ms();
  const auto page = page_json == nullptr ? visitors::PageView{} : read_page(*page_json, now);
  if (profile.referrer.empty()) profile.referrer = page.referrer;
  if (form != nullptr && !form->empty()) {
    if (auto saved = services.visitors.save_visitor(profile); !saved) return saved.error();
  }
  services.visits.remember(profile);
  if (!page.url.empty()) services.visits.add_page(site.tenant, profile.id, page);
  record_ping(call, site, page, pings);

  auto position = services.messages.load_position(site.tenant, known->user, tenants::Role::visitor, site.id, now);
  if (!position) return position.error();
  tenants::VisitorClaims claims;
  claims.tenant = site.tenant;
  claims.site = site.id;
  claims.user = known->user;
  claims.auth_time = now;
  claims.gen = known->gen;
  claims.exp = now + services.tokens.lifetimes().visitor;
  Json conversation = nullptr;
  if (position->conversation) conversation = position->conversation->text();
  return json({{"token", services.tokens.make_visitor(claims)},
               {"user", known->user.text()},
               {"conversation", std::move(conversation)},
               {"connect", to_json(services.signer.sign_visitor(site.code, known->user))},
               {"widget", full_widget(site.widget)}});
}
}  // namespace

void add_visitor_session(Routes& routes) {
  const auto pings = std::make_shared<Pings>();
  routes.open("POST", "/api/v1/visitor/session", [pings](const Call& call) -> Answer {
    auto answer = begin(call, *pings);
    net::HttpResponse response = answer ? std::move(*answer) : to_response(to_problem(answer.error()));
    // Also on a refusal: a widget in a foreign page must be able to read why (the refusal tells nothing else).
    allow_origin(call.http, response);
    return response;
  });
  routes.open("OPTIONS", "/api/v1/visitor/session", preflight);
}

}  // namespace hotdesk::api
