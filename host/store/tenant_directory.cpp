#include "store/tenant_directory.hpp"

#include <mutex>

#include "base/random.hpp"
#include "crypto/aead.hpp"
#include "crypto/keys.hpp"
#include "store/session.hpp"

namespace hotdesk::store {
namespace {

constexpr Statement statements[] = {
    {"tenant.keys", "SELECT id, uuid, wrapped_key FROM tenant ORDER BY id", "ibb", Scope::system},
};

std::string wrap_aad(const Uuid& tenant) { return "tenant.wrapped_key" + tenant.binary(); }

}  // namespace

Result<> TenantDirectory::load(Connection& connection) {
  const Rows& rows = SystemSession(connection).run(statements[0]);
  for (std::size_t i = 0; i < rows.size(); ++i) {
    auto secrets = unwrap(TenantKey{rows.integer(i, 0)}, rows.uuid(i, 1), rows.bytes(i, 2));
    if (!secrets) return secrets.error();
    add(*secrets);
  }
  return {};
}

std::string TenantDirectory::make_wrapped_key(const Uuid& tenant) const {
  const std::string wrapping = crypto::derive_key(master_, crypto::Label::data_key, tenant.binary());
  return crypto::seal(wrapping, wrap_aad(tenant), random_string(crypto::aead_key_size));
}

Result<TenantRef> TenantDirectory::unwrap(TenantKey key, const Uuid& tenant, std::string_view wrapped) const {
  const std::string wrapping = crypto::derive_key(master_, crypto::Label::data_key, tenant.binary());
  auto data = crypto::open(wrapping, wrap_aad(tenant), wrapped);
  if (!data)
    return fail(Errc::forbidden, "The master key does not open the data of tenant " + tenant.text() +
                                     ": use the key this data folder was made with.");
  auto secrets = std::make_shared<TenantSecrets>();
  secrets->key = key;
  secrets->id = tenant;
  secrets->blind = crypto::derive_key(*data, crypto::Label::blind_index, tenant.binary());
  secrets->site = crypto::derive_key(*data, crypto::Label::site_secret, tenant.binary());
  secrets->data = std::move(*data);
  return TenantRef(std::move(secrets));
}

void TenantDirectory::add(TenantRef tenant) {
  const std::unique_lock lock(mutex_);
  by_id_[tenant->id] = tenant;
  by_key_[tenant->key.value()] = std::move(tenant);
}

TenantRef TenantDirectory::find(const Uuid& tenant) const {
  const std::shared_lock lock(mutex_);
  const auto found = by_id_.find(tenant);
  return found == by_id_.end() ? nullptr : found->second;
}

TenantRef TenantDirectory::find(TenantKey key) const {
  const std::shared_lock lock(mutex_);
  const auto found = by_key_.find(key.value());
  return found == by_key_.end() ? nullptr : found->second;
}

}  // namespace hotdesk::store
