#pragma once
#include "store/repository.hpp"
#include "visitors/ports.hpp"

namespace hotdesk::store {

class VisitorRepository final : public visitors::VisitorRepository {
 public:
  explicit VisitorRepository(Database& database) : db_(database) {}
  Result<> save_visitor(const visitors::Visitor& visitor) override;
  Result<std::optional<visitors::Visitor>> find_visitor(const Uuid& tenant, const Uuid& id) override;
  Result<std::optional<visitors::Visitor>> find_by_external_id(const Uuid& tenant, const Uuid& site, std::string_view id) override;
  Result<> record_page(const Uuid& tenant, const Uuid& visitor, const visitors::PageView& page) override;
  Result<std::vector<visitors::PageView>> list_pages(const Uuid& tenant, const Uuid& visitor, int limit) override;

 private:
  Database& db_;
};

}  // namespace hotdesk::store
