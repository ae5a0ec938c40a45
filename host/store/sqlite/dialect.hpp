#pragma once
#include <cstddef>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace hotdesk::store {
class Connection;
}

namespace hotdesk::store::sqlite {

/// Takes the write lock at once: a deferred BEGIN would fail in the middle instead of waiting.
inline constexpr std::string_view begin_write = "BEGIN IMMEDIATE";
inline constexpr std::string_view begin_read = "BEGIN DEFERRED";

/// Once a process, before the first connection.
void configure();

/// What every connection sets first, in order.
std::span<const std::string_view> pragmas(bool reader);

/// A statement's text for this database: `{rows:…}` repeated, `:tenant` as a placeholder.
struct Expanded {
  std::string sql;
  std::size_t parameters = 0;
  std::vector<bool> tenant_slots;  ///< which of them are `:tenant`
};
Expanded expand(std::string_view sql, std::size_t repeat);

/// Names of the tables that have a tenant_id column.
std::set<std::string, std::less<>> tenant_tables(Connection& connection);

/// Copies the write-ahead log into the database as far as readers allow; when it has outgrown 32 MiB, once completely, with the
/// writer waiting for the rest.
void checkpoint(Connection& connection);

}  // namespace hotdesk::store::sqlite
