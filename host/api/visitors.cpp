#include <nlohmann/json.hpp>

#include "api/resources.hpp"
#include "api/visitor_trail.hpp"
#include "base/text.hpp"

namespace hotdesk::api {
namespace {
constexpr int most_pages = 50;
constexpr int most_conversations = 50;

Json object_of(const std::string& text) {
  auto parsed = parse_json(text);
  return parsed && parsed->is_object() ? std::move(*parsed) : Json::object();
}

/// The value of `utm_source=` in an address.
std::string utm_source(const std::string& url) {
  const auto at = url.find("utm_source=");
  if (at == std::string::npos || at == 0 || (url[at - 1] != '?' && url[at - 1] != '&')) return {};
  const auto from = at + 11;
  return url.substr(from, std::min<std::size_t>(url.find_first_of("&#", from) - from, 100));
}

Answer show(const Call& call) {
  const Services& services = call.services;
  auto found = services.visitors.find_visitor(call.caller.tenant, call.id());
  if (!found) return found.error();
  if (!*found) return fail(Errc::not_found, "no such visitor");
  const visitors::Visitor& visitor = **found;
  if (auto moved = store_trail(services, call.caller.tenant, visitor.id); !moved) return moved.error();
  auto trail = services.visitors.list_pages(call.caller.tenant, visitor.id, most_pages);
  if (!trail) return trail.error();
  conversations::ListFilter filter;
  filter.visitor = visitor.id;
  filter.limit = most_conversations;
  auto talks = services.conversations.list_conversations(call.caller.tenant, call.caller.user, filter);
  if (!talks) return talks.error();

  Json pages = Json::array();
  std::string source;
  for (const auto& page : *trail) {
    pages.push_back({{"url", page.url}, {"title", page.title}, {"at", to_rfc3339(page.at)}});
    if (auto named = utm_source(page.url); !named.empty()) source = std::move(named);  // newest first: the first visit's stays
  }
  Json conversations = Json::array();
  for (const auto& talk : talks->items) {
    Json row = {{"id", talk.id.text()},
                {"status", conversations::to_string(talk.status)},
                {"opened_at", to_rfc3339(talk.opened_at)},
                {"closed_at", talk.closed_at == 0 ? Json(nullptr) : Json(to_rfc3339(talk.closed_at))}};
    if (talk.rating) row["rating"] = *talk.rating;
    conversations.push_back(std::move(row));
  }
  Json origin = {{"referrer", visitor.referrer}};
  if (!source.empty()) origin["utm_source"] = source;
  return json({{"id", visitor.id.text()},
               {"name", visitor.name},
               {"email", visitor.email.empty() ? Json(nullptr) : Json(visitor.email)},
               {"attributes", object_of(visitor.attributes)},
               {"first_seen", to_rfc3339(visitor.first_seen)},
               {"last_seen", to_rfc3339(visitor.last_seen)},
               {"online", services.presence.is_online(call.caller.tenant, visitor.id)},
               {"device", object_of(visitor.device)},
               {"language", visitor.language},
               {"source", std::move(origin)},
               {"pages", std::move(pages)},
               {"conversations", std::move(conversations)}});
}
}  // namespace

void add_visitors(Routes& routes) { routes.add("GET", "/api/v1/visitors/{id}", tenants::Action::read_visitor, show); }

}  // namespace hotdesk::api
