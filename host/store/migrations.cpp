#include "store/migrations.hpp"

#include <string>
#include <vector>

namespace hotdesk::store {
namespace {

/// Statements of a script: split at a semicolon that ends a line. Comment lines are dropped.
std::vector<std::string> split(std::string_view script) {
  std::vector<std::string> out;
  std::string current;
  while (!script.empty()) {
    const std::size_t end = script.find('\n');
    std::string_view line = script.substr(0, end);
    script.remove_prefix(end == std::string_view::npos ? script.size() : end + 1);
    if (line.starts_with("--") || line.empty()) continue;
    const bool last = line.ends_with(';');
    if (last) line.remove_suffix(1);
    current += line;
    current += '\n';
    if (last) out.push_back(std::exchange(current, {}));
  }
  return out;
}

std::int64_t version_of(Connection& connection) { return connection.ask("SELECT COALESCE(MAX(number), 0) FROM schema_step"); }

Error too_new(std::int64_t found, std::size_t known) {
  return fail(Errc::unsupported, "The database has schema " + std::to_string(found) + ", this build knows " +
                                     std::to_string(known) + ": install the version that made it, or a newer one.");
}

}  // namespace

Result<> migrate(Connection& connection, std::span<const Migration> steps) {
  std::string at = "schema_step";
  try {
    connection.run("CREATE TABLE IF NOT EXISTS schema_step (number INTEGER NOT NULL PRIMARY KEY, name TEXT NOT NULL)");
    const std::int64_t found = version_of(connection);
    if (found > static_cast<std::int64_t>(steps.size())) return too_new(found, steps.size());
    for (const Migration& step : steps) {
      if (step.number <= found) continue;
      at = step.name;
      Transaction transaction(connection, Transaction::Kind::write);
      const std::int64_t now = version_of(connection);  // under the lock: another process may have done it meanwhile
      if (now > static_cast<std::int64_t>(steps.size())) return too_new(now, steps.size());
      if (now >= step.number) continue;
      for (const std::string& statement : split(step.sql)) connection.run(statement);
      connection.run("INSERT INTO schema_step (number, name) VALUES (" + std::to_string(step.number) + ", '" +
                     std::string(step.name) + "')");
      transaction.commit();
    }
    return {};
  } catch (const DatabaseError& error) {
    return fail(Errc::storage, "Migration " + at + " failed: " + error.what());
  }
}

}  // namespace hotdesk::store
