#pragma once
#include <functional>
#include <mutex>

#include "tenants/ports.hpp"

namespace hotdesk::tenants {

/// Changes of accounts, one at a time: read, change, write. Two changes at once would otherwise write each other's old
/// values back, a raised `gen` among them, and revive what was revoked. Blocks. Thread: any.
class UserWriter {
 public:
  explicit UserWriter(UserRepository& users) : users_(users) {}

  /// `change` edits the row as it is now, or refuses with an error that is handed on. @return the row as written;
  /// Errc::not_found when there is no such user in the tenant.
  Result<User> change(const Uuid& tenant, const Uuid& user, const AuditEntry& audit, const std::function<Result<>(User&)>& change);
  /// Runs `work` while nobody changes an account (for rules over all of them, like the last admin).
  template <class Work>
  auto alone(Work&& work) {
    const std::lock_guard guard(mutex_);
    return work();
  }

 private:
  UserRepository& users_;
  std::recursive_mutex mutex_;
};

}  // namespace hotdesk::tenants
