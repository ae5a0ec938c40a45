#include <nlohmann/json.hpp>

#include "api/connect_json.hpp"
#include "api/resources.hpp"

namespace hotdesk::api {
namespace {
Answer take_ticket(const Call& call) {
  // A set names a site and an agent has none of their own: the tenant's first one says whose agent this is.
  auto sites = call.services.sites.list_sites(call.caller.tenant);
  if (!sites) return sites.error();
  if (sites->empty()) return fail(Errc::conflict, "this tenant has no site yet; make one first");
  const tenants::Site* site = &sites->front();
  for (const tenants::Site& each : *sites)
    if (each.active) {
      site = &each;
      break;
    }
  return json({{"connect", to_json(call.services.signer.sign_staff(site->code, call.caller.role, call.caller.user))}});
}
}  // namespace

void add_tickets(Routes& routes) { routes.add("POST", "/api/v1/agent/ticket", tenants::Action::take_ticket, take_ticket); }

}  // namespace hotdesk::api
