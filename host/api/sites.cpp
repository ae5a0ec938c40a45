#include <nlohmann/json.hpp>

#include <mutex>

#include "api/fields.hpp"
#include "api/origin.hpp"
#include "api/resources.hpp"
#include "api/widget_settings.hpp"
#include "base/bytes.hpp"
#include "base/random.hpp"
#include "base/text.hpp"
#include "tenants/accounts.hpp"

namespace hotdesk::api {
namespace {
using tenants::Action;
using tenants::Site;

constexpr std::size_t most_origins = 50;
constexpr std::size_t most_keys = 2;  // two live ones allow rotation

/// What goes into a shop's pages. The stub queues calls made before the loader has come.
std::string snippet_of(const Options& options, const Site& site) {
  return "<script>window.hotdesk=window.hotdesk||function(){(hotdesk.q=hotdesk.q||[]).push(arguments)}</script>\n"
         "<script async src=\"https://" + options.public_host + "/widget.js\" data-site=\"" + site.code + "\"></script>";
}

Json to_json(const Options& options, const Site& site) {
  Json keys = Json::array();
  for (const auto& key : site.keys) keys.push_back({{"kid", key.kid}, {"created_at", to_rfc3339(key.created_at)}});
  Json ping = nullptr;
  if (site.last_ping) ping = {{"at", to_rfc3339(site.last_ping->at)}, {"origin", site.last_ping->origin}, {"url", site.last_ping->url}};
  return {{"id", site.id.text()},
          {"site", site.code},
          {"name", site.name},
          {"active", site.active},
          {"allowed_origins", site.allowed_origins},
          {"widget", full_widget(site.widget)},
          {"keys", std::move(keys)},
          {"snippet", snippet_of(options, site)},
          {"last_ping", std::move(ping)},
          {"created_at", to_rfc3339(site.created_at)}};
}

Result<Site> find(const Call& call) {
  auto found = call.services.sites.find_site(call.caller.tenant, call.id());
  if (!found) return found.error();
  if (!*found) return fail(Errc::not_found, "no such site");
  return std::move(**found);
}

std::optional<std::vector<std::string>> read_origins(Fields& fields) {
  auto texts = fields.texts("allowed_origins", most_origins, 300);
  if (!texts) return std::nullopt;
  for (std::size_t i = 0; i < texts->size(); ++i) {
    auto origin = normal_origin((*texts)[i]);
    if (origin) (*texts)[i] = *origin;
    else fields.refuse("allowed_origins/" + std::to_string(i), origin.error().text);
  }
  return texts;
}

std::string make_code() {
  static constexpr std::string_view alphabet = "abcdefghjkmnpqrstuvwxyz23456789";
  std::string code;
  for (int i = 0; i < 10; ++i) code.push_back(alphabet[random_below(alphabet.size())]);
  return code;
}

/// Read, change, write, one site at a time.
class SiteDesk {
 public:
  Answer edit(const Call& call, const char* action, const std::function<Result<Json>(Site&)>& change) {
    const std::lock_guard guard(mutex_);
    auto site = find(call);
    if (!site) return site.error();
    auto detail = change(*site);
    if (!detail) return detail.error();
    if (auto saved = call.services.sites.save_site(*site, call.audit(action, site->id.text(), dump_json(*detail))); !saved) return saved.error();
    return json(to_json(call.options, *site));
  }

 private:
  std::mutex mutex_;
};

Answer index(const Call& call) {
  auto sites = call.services.sites.list_sites(call.caller.tenant);
  if (!sites) return sites.error();
  Json data = Json::array();
  for (const Site& site : *sites) data.push_back(to_json(call.options, site));
  return list(std::move(data), "");
}

Answer show(const Call& call) {
  const auto site = find(call);
  if (!site) return site.error();
  return json(to_json(call.options, *site));
}

Answer create(const Call& call) {
  Fields fields(call.body);
  const std::string name = fields.need_text("name", 80);
  auto origins = read_origins(fields);
  const auto shown = tenants::normal_name(name);
  if (!shown && !name.empty()) fields.refuse("name", shown.error().text);
  if (!fields.good()) return fields.problem();
  Site site;
  site.created_at = call.services.clock.now_ms();
  site.id = make_uuid(site.created_at);
  site.tenant = call.caller.tenant;
  site.code = make_code();
  site.name = *shown;
  site.widget = "{}";
  if (origins) site.allowed_origins = std::move(*origins);
  const auto entry = call.audit("site.create", site.id.text(), dump_json({{"name", site.name}, {"site", site.code}}));
  if (auto saved = call.services.sites.save_site(site, entry); !saved) return saved.error();
  return json(to_json(call.options, site), 201);
}

Answer change(SiteDesk& desk, const Call& call) {
  Fields fields(call.body);
  auto name = fields.text("name", 80, 1);
  if (name) {
    auto shown = tenants::normal_name(*name);
    if (shown) name = *shown;
    else fields.refuse("name", shown.error().text);
  }
  auto origins = read_origins(fields);
  const auto active = fields.boolean("active");
  const Json* const widget = fields.object("widget");
  if (widget != nullptr) change_widget("{}", *widget, fields);
  if (!fields.good()) return fields.problem();
  auto edited = desk.edit(call, "site.update", [&](Site& site) -> Result<Json> {
    Json detail = Json::object();
    if (name) detail["name"] = site.name = *name;
    if (origins) detail["allowed_origins"] = site.allowed_origins = *origins;
    if (active) detail["active"] = site.active = *active;
    if (widget != nullptr) {
      Fields checked(call.body);
      site.widget = change_widget(site.widget, *widget, checked);
      detail["widget"] = *widget;
    }
    return Result<Json>(boost::system::in_place_value, std::move(detail));
  });
  if (edited && active && !*active) call.services.site_disabled(call.id());
  return edited;
}

Answer add_key(SiteDesk& desk, const Call& call) {
  tenants::SiteKeyPair key;
  key.kid = "k-" + to_hex(random_string(6));
  key.secret = to_base64url(random_string(32));
  key.created_at = call.services.clock.now_ms();
  auto edited = desk.edit(call, "site.key_create", [&](Site& site) -> Result<Json> {
    if (site.keys.size() >= most_keys) return fail(Errc::conflict, "a site has at most two keys; delete the old one first");
    site.keys.push_back(key);
    return Result<Json>(boost::system::in_place_value, Json{{"kid", key.kid}});
  });
  if (!edited) return edited.error();
  return json({{"kid", key.kid}, {"secret", key.secret}}, 201);
}

Answer remove_key(SiteDesk& desk, const Call& call) {
  const std::string kid(call.http.param("kid"));
  auto edited = desk.edit(call, "site.key_delete", [&](Site& site) -> Result<Json> {
    if (std::erase_if(site.keys, [&](const auto& key) { return key.kid == kid; }) == 0) return fail(Errc::not_found, "no such key");
    return Result<Json>(boost::system::in_place_value, Json{{"kid", kid}});
  });
  if (!edited) return edited.error();
  return no_content();
}
}  // namespace

void add_sites(Routes& routes) {
  const auto desk = std::make_shared<SiteDesk>();
  routes.add("GET", "/api/v1/sites", Action::read_sites, index);
  routes.add("POST", "/api/v1/sites", Action::write_sites, create);
  routes.add("GET", "/api/v1/sites/{id}", Action::read_sites, show);
  routes.add("PATCH", "/api/v1/sites/{id}", Action::write_sites, [desk](const Call& call) { return change(*desk, call); });
  routes.add("POST", "/api/v1/sites/{id}/keys", Action::write_sites, [desk](const Call& call) { return add_key(*desk, call); });
  routes.add("DELETE", "/api/v1/sites/{id}/keys/{kid}", Action::write_sites, [desk](const Call& call) { return remove_key(*desk, call); });
}

}  // namespace hotdesk::api
