#pragma once
#include <optional>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "visitors/model.hpp"

namespace hotdesk::visitors {

// Every call blocks; Errc::storage when the store cannot answer.
class VisitorRepository {
 public:
  virtual ~VisitorRepository() = default;
  /// Inserts with a feed head, or updates personal data and last_seen of an existing row (gen and active are kept).
  virtual Result<> save_visitor(const Visitor& visitor) = 0;
  virtual Result<std::optional<Visitor>> find_visitor(const Uuid& tenant, const Uuid& id) = 0;
  /// By the site's own user id (blind index).
  virtual Result<std::optional<Visitor>> find_by_external_id(const Uuid& tenant, const Uuid& site, std::string_view id) = 0;
  /// Appends to the page trail, keeps the newest 50. No row for a visitor without one: the caller holds those in memory.
  virtual Result<> record_page(const Uuid& tenant, const Uuid& visitor, const PageView& page) = 0;
  /// Newest first.
  virtual Result<std::vector<PageView>> list_pages(const Uuid& tenant, const Uuid& visitor, int limit) = 0;
};

}  // namespace hotdesk::visitors
