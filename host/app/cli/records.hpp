#pragma once
#include <cstdint>
#include <string>
#include <string_view>

#include "base/clock.hpp"
#include "base/result.hpp"
#include "store/store.hpp"
#include "tenants/model.hpp"

namespace hotdesk::app::cli {

/// An audit entry by whoever sits at this machine's command line.
tenants::AuditEntry audit(const Clock& clock, std::string action, std::string target);

/// The tenant meant by --tenant (an id or a name); empty: the only one. Errors list what there is.
Result<tenants::Tenant> choose_tenant(store::Store& store, std::string_view wanted);

struct NewTenant {
  tenants::Tenant tenant;
  tenants::Department department;
};
/// Makes a tenant with its one department.
Result<NewTenant> make_tenant(store::Store& store, const Clock& clock, std::string_view name);

/// Makes a site with a random code and one signing key.
Result<tenants::Site> make_site(store::Store& store, const Clock& clock, const Uuid& tenant, std::string name,
                                std::vector<std::string> origins);

struct NewUser {
  tenants::User user;
  std::string password;  ///< shown once
};
/// Makes an account in all departments of the tenant. `password` empty: one is generated.
Result<NewUser> make_user(store::Store& store, const Clock& clock, const Uuid& tenant, std::string_view username,
                          std::string_view name, tenants::Role role, std::string password);

}  // namespace hotdesk::app::cli
