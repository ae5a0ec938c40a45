#include "app/cli/records.hpp"

#include <utility>

#include "base/bytes.hpp"
#include "base/random.hpp"
#include "crypto/password.hpp"
#include "tenants/accounts.hpp"

namespace hotdesk::app::cli {
namespace {

/// Letters and digits that nobody mistakes for one another.
std::string random_code(std::size_t length) {
  static constexpr std::string_view letters = "abcdefghjkmnpqrstuvwxyz23456789";
  std::string out;
  while (out.size() < length) out.push_back(letters[random_below(letters.size())]);
  return out;
}

}  // namespace

tenants::AuditEntry audit(const Clock& clock, std::string action, std::string target) {
  tenants::AuditEntry entry;
  entry.at = clock.now_ms();
  entry.actor_name = "command line";
  entry.action = std::move(action);
  entry.target = std::move(target);
  return entry;
}

Result<tenants::Tenant> choose_tenant(store::Store& store, std::string_view wanted) {
  auto tenants = store.tenants().list_tenants();
  if (!tenants) return tenants.error();
  if (tenants->empty()) return fail(Errc::not_found, "there is no tenant yet; run `hotdesk init` or `hotdesk tenant create NAME`");
  if (wanted.empty() && tenants->size() == 1) return tenants->front();
  std::string names;
  for (const auto& tenant : *tenants) {
    if (!wanted.empty() && (tenant.name == wanted || tenant.id.text() == wanted)) return tenant;
    names += "\n  " + tenant.id.text() + "  " + tenant.name;
  }
  if (wanted.empty()) return fail(Errc::invalid, "there are several tenants; choose one with --tenant:" + names);
  return fail(Errc::not_found, "no tenant \"" + std::string(wanted) + "\"; there are:" + names);
}

Result<NewTenant> make_tenant(store::Store& store, const Clock& clock, std::string_view name) {
  auto normal = tenants::normal_name(name);
  if (!normal) return normal.error();
  NewTenant made;
  made.tenant.id = make_uuid(clock.now_ms());
  made.tenant.name = *normal;
  made.tenant.epoch = to_base64url(random_string(9));
  made.tenant.created_at = clock.now_ms();
  made.department.id = make_uuid(clock.now_ms());
  made.department.tenant = made.tenant.id;
  made.department.name = "Support";
  const auto stored = store.tenants().create_tenant(made.tenant, made.department, audit(clock, "tenant.create", made.tenant.id.text()));
  if (!stored) return stored.error();
  return made;
}

Result<tenants::Site> make_site(store::Store& store, const Clock& clock, const Uuid& tenant, std::string name,
                                std::vector<std::string> origins) {
  tenants::Site site;
  site.id = make_uuid(clock.now_ms());
  site.tenant = tenant;
  site.code = random_code(12);
  site.name = std::move(name);
  site.allowed_origins = std::move(origins);
  site.widget = "{}";
  site.keys.push_back({"k_" + random_code(8), to_base64url(random_string(32)), clock.now_ms()});
  site.created_at = clock.now_ms();
  const auto stored = store.sites().save_site(site, audit(clock, "site.create", site.code));
  if (!stored) return stored.error();
  return site;
}

Result<NewUser> make_user(store::Store& store, const Clock& clock, const Uuid& tenant, std::string_view username,
                          std::string_view name, tenants::Role role, std::string password) {
  auto login = tenants::normal_username(username);
  if (!login) return login.error();
  auto shown = tenants::normal_name(name.empty() ? username : name);
  if (!shown) return shown.error();
  if (password.empty()) password = tenants::make_password();
  if (const auto good = tenants::check_password(password, *login); !good) return good.error();
  auto departments = store.tenants().list_departments(tenant);
  if (!departments) return departments.error();
  NewUser made;
  made.user.id = make_uuid(clock.now_ms());
  made.user.tenant = tenant;
  made.user.username = *login;
  made.user.name = *shown;
  made.user.role = role;
  made.user.password_hash = crypto::hash_password(password);
  made.user.created_at = clock.now_ms();
  for (const auto& department : *departments) made.user.departments.push_back(department.id);
  const auto stored = store.users().create_user(made.user, audit(clock, "user.create", *login));
  if (!stored) return stored.error();
  made.password = std::move(password);
  return made;
}

}  // namespace hotdesk::app::cli
