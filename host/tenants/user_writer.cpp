#include "tenants/user_writer.hpp"

namespace hotdesk::tenants {

Result<User> UserWriter::change(const Uuid& tenant, const Uuid& user, const AuditEntry& audit,
                                const std::function<Result<>(User&)>& change) {
  const std::lock_guard guard(mutex_);
  auto found = users_.find_user(tenant, user);
  if (!found) return found.error();
  if (!*found) return fail(Errc::not_found, "no such user");
  User row = std::move(**found);
  if (auto changed = change(row); !changed) return changed.error();
  if (auto written = users_.update_user(row, audit); !written) return written.error();
  return row;
}

}  // namespace hotdesk::tenants
