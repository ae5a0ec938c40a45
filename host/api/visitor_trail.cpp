#include "api/visitor_trail.hpp"

namespace hotdesk::api {

Result<> store_trail(const Services& services, const Uuid& tenant, const Uuid& visitor) {
  for (const auto& page : services.visits.take_pages(tenant, visitor))
    if (auto kept = services.visitors.record_page(tenant, visitor, page); !kept) return kept;
  return {};
}

}  // namespace hotdesk::api
