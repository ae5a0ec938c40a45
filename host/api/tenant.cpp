#include <nlohmann/json.hpp>

#include "api/fields.hpp"
#include "api/resources.hpp"
#include "tenants/accounts.hpp"

namespace hotdesk::api {
namespace {
using tenants::Action;

Answer show(const Call& call) {
  auto tenant = call.services.tenants.find_tenant(call.caller.tenant);
  if (!tenant) return tenant.error();
  if (!*tenant) return fail(Errc::not_found, "no such tenant");
  return json({{"id", (*tenant)->id.text()}, {"name", (*tenant)->name}});
}

Answer rename(const Call& call) {
  Fields fields(call.body);
  const std::string asked = fields.need_text("name", 80);
  if (!fields.good()) return fields.problem();
  const auto name = tenants::normal_name(asked);
  if (!name) return name.error();
  const auto entry = call.audit("tenant.rename", call.caller.tenant.text(), dump_json({{"name", *name}}));
  if (auto renamed = call.services.tenants.rename_tenant(call.caller.tenant, *name, entry); !renamed) return renamed.error();
  return show(call);
}

Answer departments(const Call& call) {
  auto rows = call.services.tenants.list_departments(call.caller.tenant);
  if (!rows) return rows.error();
  Json data = Json::array();
  for (const auto& row : *rows) data.push_back({{"id", row.id.text()}, {"name", row.name}});
  return list(std::move(data), "");
}
}  // namespace

void add_tenant(Routes& routes) {
  routes.add("GET", "/api/v1/tenant", Action::read_tenant, show);
  routes.add("PATCH", "/api/v1/tenant", Action::write_tenant, rename);
  routes.add("GET", "/api/v1/departments", Action::list_departments, departments);
}

}  // namespace hotdesk::api
