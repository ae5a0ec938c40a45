#pragma once
#include "api/services.hpp"

namespace hotdesk::api {

/// Moves the pages that were seen before the visitor had a row into the row. Blocks. For a visitor with a row.
Result<> store_trail(const Services& services, const Uuid& tenant, const Uuid& visitor);

}  // namespace hotdesk::api
