#pragma once
#include <memory>
#include <optional>
#include <shared_mutex>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/id.hpp"
#include "base/result.hpp"

namespace hotdesk::store {

class Connection;

/// A tenant's internal key and keys of sealing, unwrapped. Immutable.
struct TenantSecrets {
  TenantKey key;
  Uuid id;
  std::string data;   ///< seals columns
  std::string blind;  ///< hashes what blind-index columns hold
  std::string site;   ///< seals the sites' AppSecrets
};
using TenantRef = std::shared_ptr<const TenantSecrets>;

/// Every tenant's secrets, in memory: sealing happens on callers' threads and may not wait for the database. Thread: any.
class TenantDirectory {
 public:
  explicit TenantDirectory(std::string master_key) : master_(std::move(master_key)) {}
  /// Reads all rows. Errc::forbidden when the master key does not open one.
  Result<> load(Connection& connection);
  /// A new tenant's random data key, wrapped for its row.
  std::string make_wrapped_key(const Uuid& tenant) const;
  Result<TenantRef> unwrap(TenantKey key, const Uuid& tenant, std::string_view wrapped) const;
  void add(TenantRef tenant);
  /// Null when there is no such tenant.
  TenantRef find(const Uuid& tenant) const;
  TenantRef find(TenantKey key) const;

 private:
  std::string master_;
  mutable std::shared_mutex mutex_;
  std::unordered_map<Uuid, TenantRef> by_id_;
  std::unordered_map<std::int64_t, TenantRef> by_key_;
};

}  // namespace hotdesk::store
