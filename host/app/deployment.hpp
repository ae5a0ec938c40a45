#pragma once
#include "app/config.hpp"
#include "base/result.hpp"
#include "tenants/ports.hpp"

namespace hotdesk::app {

/// Whether the tenants in the store go with DeploymentMode and TenantId: SelfHosted serves exactly one. The error lists what
/// there is and what to change. Blocks.
Result<> check_deployment(const Config& config, tenants::TenantRepository& tenants);

}  // namespace hotdesk::app
