#pragma once
#include <span>
#include <string_view>

#include "base/result.hpp"
#include "store/connection.hpp"

namespace hotdesk::store {

/// One numbered step of the schema, embedded from <dialect>/migrations/NNNN_name.sql.
struct Migration {
  int number = 0;
  std::string_view name;
  std::string_view sql;
};
/// This build's, ascending from 1 without holes.
std::span<const Migration> migrations();

/// Brings the schema up to date, each step in its own transaction under the write lock, so that of two processes one migrates
/// and the other finds it done; a step killed in the middle leaves nothing. Errc::unsupported: the schema is newer than
/// `steps`; Errc::storage: a step failed, which the text names.
Result<> migrate(Connection& connection, std::span<const Migration> steps);

}  // namespace hotdesk::store
