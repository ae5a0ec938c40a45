#include "app/deployment.hpp"

#include <algorithm>

namespace hotdesk::app {

Result<> check_deployment(const Config& config, tenants::TenantRepository& tenants) {
  if (config.deployment_mode == DeploymentMode::saas) return {};
  const auto all = tenants.list_tenants();
  if (!all) return all.error();
  std::string names;
  for (const auto& tenant : *all) names += "\n  " + tenant.id.text() + "  " + tenant.name;
  const bool there = std::any_of(all->begin(), all->end(), [&](const auto& tenant) { return tenant.id.text() == config.tenant_id; });
  if (!config.tenant_id.empty() && !there)
    return fail(Errc::not_found, "TenantId " + config.tenant_id + " is no tenant of this database; there are:" + names, config.file);
  if (all->size() > 1)
    return fail(Errc::conflict, "DeploymentMode SelfHosted serves one tenant, but the database holds several; set DeploymentMode to SaaS:" + names,
                config.file);
  return {};
}

}  // namespace hotdesk::app
