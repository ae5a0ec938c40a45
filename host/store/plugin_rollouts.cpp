#include "store/plugin_repository.hpp"
#include "store/plugin_write.hpp"

// What an operator decides about versions: grants, rollout plans, marks of bad ones.
namespace hotdesk::store {
namespace {

constexpr Statement list_grants_sql{
    "plugin.list_grants", "SELECT tenant_id, component, lane, permissions, budgets FROM plugin_grant ORDER BY tenant_id, component",
    "itttt", Scope::lookup};
constexpr Statement erase_grant_sql{
    "plugin.erase_grant", "DELETE FROM plugin_grant WHERE tenant_id = :tenant AND component = ?", ""};
constexpr Statement insert_grant_sql{
    "plugin.insert_grant", "INSERT INTO plugin_grant (tenant_id, component, lane, permissions, budgets) VALUES (:tenant, ?, ?, ?, ?)", ""};
constexpr Statement list_rollouts_sql{
    "plugin.list_rollouts",
    "SELECT tenant_id, component, version, plan, step, since, state, reason, evidence FROM plugin_rollout "
    "ORDER BY tenant_id, component", "itttiittt", Scope::lookup};
constexpr Statement erase_rollout_sql{
    "plugin.erase_rollout", "DELETE FROM plugin_rollout WHERE tenant_id = :tenant AND component = ?", ""};
constexpr Statement insert_rollout_sql{
    "plugin.insert_rollout",
    "INSERT INTO plugin_rollout (tenant_id, component, version, plan, step, since, state, reason, evidence) "
    "VALUES (:tenant, ?, ?, ?, ?, ?, ?, ?, ?)", ""};
constexpr Statement list_marks_sql{
    "plugin.list_marks", "SELECT component, version, build_id, reason, evidence, at FROM plugin_mark ORDER BY component, version",
    "ttttti", Scope::system};
constexpr Statement erase_mark_sql{
    "plugin.erase_mark", "DELETE FROM plugin_mark WHERE component = ? AND version = ?", "", Scope::system};
constexpr Statement insert_mark_sql{
    "plugin.insert_mark",
    "INSERT INTO plugin_mark (component, version, build_id, reason, evidence, at) VALUES (?, ?, ?, ?, ?, ?)", "", Scope::system};

/// Permissions hold no line breaks (the manifest's schema sees to it): one a line.
std::string to_lines(const std::vector<std::string>& texts) {
  std::string out;
  for (const auto& text : texts) out += (out.empty() ? "" : "\n") + text;
  return out;
}

std::vector<std::string> from_lines(std::string_view text) {
  std::vector<std::string> out;
  while (!text.empty()) {
    const std::size_t end = text.find('\n');
    out.emplace_back(text.substr(0, end));
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  }
  return out;
}

void replace_rollout(TenantSession& session, const plugins::RolloutRow& row) {
  session.run(erase_rollout_sql, row.component);
  session.run(insert_rollout_sql, row.component, row.version, row.plan, row.step, row.since, row.state, row.reason, row.evidence);
}

/// A write of rows that belong to nobody; its audit entry lies under `*`.
template <class Work>
Result<> write_system(Database& db, const tenants::AuditEntry& audit, Work work) {
  try {
    db.writer.run(GroupCommit::Touches::nothing, [&](Connection& connection, KeyAllocator& keys) {
      work(SystemSession(connection));
      TenantSession session(connection, everybody);
      write_audit(session, keys.next(), audit);
    });
    return {};
  } catch (const DatabaseError& error) {
    return fail(Errc::storage, error.what());
  }
}

}  // namespace

Result<std::vector<plugins::GrantRow>> PluginRepository::list_grants() {
  return db_.readers.use([&](Connection& connection) -> Result<std::vector<plugins::GrantRow>> {
    std::vector<plugins::GrantRow> out;
    const Rows& rows = SystemSession(connection).run(list_grants_sql);
    for (std::size_t i = 0; i < rows.size(); ++i) {
      plugins::GrantRow row;
      if (!read_scope(db_.tenants, rows, i, row.tenant)) continue;
      row.component = rows.bytes(i, 1);
      row.lane = rows.bytes(i, 2);
      row.permissions = from_lines(rows.bytes(i, 3));
      row.budgets = rows.bytes(i, 4);
      out.push_back(std::move(row));
    }
    return out;
  });
}

Result<> PluginRepository::save_grant(const plugins::GrantRow& row, const tenants::AuditEntry& audit) {
  return write_scope(db_, row.tenant, &audit, [&](TenantSession& session, KeyAllocator&) {
    session.run(erase_grant_sql, row.component);
    session.run(insert_grant_sql, row.component, row.lane, to_lines(row.permissions), row.budgets);
  });
}

Result<> PluginRepository::erase_grant(const std::string& component, const plugins::Scope& tenant, const tenants::AuditEntry& audit) {
  return write_scope(db_, tenant, &audit, [&](TenantSession& session, KeyAllocator&) { session.run(erase_grant_sql, component); });
}

Result<std::vector<plugins::RolloutRow>> PluginRepository::list_rollouts() {
  return db_.readers.use([&](Connection& connection) -> Result<std::vector<plugins::RolloutRow>> {
    std::vector<plugins::RolloutRow> out;
    const Rows& rows = SystemSession(connection).run(list_rollouts_sql);
    for (std::size_t i = 0; i < rows.size(); ++i) {
      plugins::RolloutRow row;
      if (!read_scope(db_.tenants, rows, i, row.tenant)) continue;
      row.component = rows.bytes(i, 1);
      row.version = rows.bytes(i, 2);
      row.plan = rows.bytes(i, 3);
      row.step = static_cast<std::int32_t>(rows.integer(i, 4));
      row.since = rows.integer(i, 5);
      row.state = rows.bytes(i, 6);
      row.reason = rows.bytes(i, 7);
      row.evidence = rows.bytes(i, 8);
      out.push_back(std::move(row));
    }
    return out;
  });
}

Result<> PluginRepository::save_rollout(const plugins::RolloutRow& row, const tenants::AuditEntry& audit) {
  return write_scope(db_, row.tenant, &audit, [&](TenantSession& session, KeyAllocator&) { replace_rollout(session, row); });
}

Result<> PluginRepository::erase_rollout(const std::string& component, const plugins::Scope& tenant, const tenants::AuditEntry& audit) {
  return write_scope(db_, tenant, &audit, [&](TenantSession& session, KeyAllocator&) { session.run(erase_rollout_sql, component); });
}

Result<> PluginRepository::save_step(const plugins::ReleaseRow& release, const plugins::RolloutRow& rollout,
                                     const tenants::AuditEntry& audit) {
  if (release.component != rollout.component || release.tenant != rollout.tenant)
    return fail(Errc::invalid, "A step's release and plan are of one component and tenant.");
  return write_scope(db_, release.tenant, &audit, [&](TenantSession& session, KeyAllocator&) {
    replace_release(session, release);
    replace_rollout(session, rollout);
  });
}

Result<std::vector<plugins::MarkRow>> PluginRepository::list_marks() {
  return db_.readers.use([&](Connection& connection) -> Result<std::vector<plugins::MarkRow>> {
    std::vector<plugins::MarkRow> out;
    const Rows& rows = SystemSession(connection).run(list_marks_sql);
    for (std::size_t i = 0; i < rows.size(); ++i)
      out.push_back({.component = rows.bytes(i, 0), .version = rows.bytes(i, 1), .build_id = rows.bytes(i, 2),
                     .reason = rows.bytes(i, 3), .evidence = rows.bytes(i, 4), .at = rows.integer(i, 5)});
    return out;
  });
}

Result<> PluginRepository::save_mark(const plugins::MarkRow& row, const tenants::AuditEntry& audit) {
  return write_system(db_, audit, [&](SystemSession session) {
    session.run(erase_mark_sql, row.component, row.version);
    session.run(insert_mark_sql, row.component, row.version, row.build_id, row.reason, row.evidence, row.at);
  });
}

Result<> PluginRepository::erase_mark(const std::string& component, const std::string& version, const tenants::AuditEntry& audit) {
  return write_system(db_, audit, [&](SystemSession session) { session.run(erase_mark_sql, component, version); });
}

}  // namespace hotdesk::store
