#pragma once
#include <cstdint>
#include <string_view>

namespace hotdesk::store {

/// Whose rows a statement may touch.
enum class Scope : std::uint8_t {
  tenant,  ///< one tenant's: the session binds `:tenant` itself, the text must compare tenant_id with it
  batch,   ///< rows of the commit's set of tenants: every repeated row names tenant_id first, the session checks each value
  lookup,  ///< across tenants on purpose (site code, user name): returns tenant_id as its first column, reads only
  system,  ///< tables that belong to no tenant
};

/// One SQL statement of a repository's table. Placeholders are `?`; `:tenant` stands for the session's tenant.
/// `{rows:(?, ?)}` is repeated, comma separated, once a row. Statements are constants: their address is their identity.
struct Statement {
  std::string_view name;     ///< "site.find", for errors and the guard
  std::string_view sql;
  std::string_view columns;  ///< one letter a result column: i integer, t text, b bytes; empty: returns none
  Scope scope = Scope::tenant;
};

}  // namespace hotdesk::store
