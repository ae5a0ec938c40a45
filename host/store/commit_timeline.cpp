#include <algorithm>

#include "base/text.hpp"
#include "store/bodies.hpp"
#include "store/commit_batch.hpp"

namespace hotdesk::store {
namespace {

using conversations::Status;

constexpr Statement find_agent_sql{
    "commit.find_agent", "SELECT id, uuid, name, active FROM account WHERE tenant_id = :tenant AND uuid = ?", "ibti"};
constexpr Statement touch_agent_sql{
    "commit.touch_agent", "UPDATE account SET last_assigned_at = ? WHERE tenant_id = :tenant AND id = ?", ""};
constexpr Statement later_sql{
    "commit.later", "SELECT COUNT(*) FROM conversation WHERE tenant_id = :tenant AND visitor_id = ? AND ordinal > ?", "i"};

constexpr std::size_t max_labels = 32;
constexpr std::size_t max_label = 64;  // code points

constexpr std::string_view unknown = "No such conversation.";

}  // namespace

std::optional<Named> CommitBatch::find_agent(const TenantRef& tenant, const Uuid& id) {
  const Rows& rows = session_.tenant(tenant->key).run(find_agent_sql, id);
  if (rows.empty() || rows.integer(0, 3) == 0) return std::nullopt;
  return Named{rows.integer(0, 0), rows.uuid(0, 1), rows.bytes(0, 2)};
}

void CommitBatch::hand_over(ConversationState& c, const Named* agent, const Named& department, const Change& change) {
  c.department = department;
  c.changed = true;
  if (agent == nullptr) {
    c.assignee.reset();
    c.status = Status::waiting;
    c.waiting_since = change.now;
    return;
  }
  c.assignee = *agent;
  c.last_agent = agent->key;
  c.status = Status::open;
  Head* head = find_head(c.tenant, agent->id);
  if (head == nullptr) throw DatabaseError(DatabaseError::Kind::broken, "account without a feed head");
  join(c, *head, MemberKind::assignee);
  session_.tenant(c.tenant->key).run(touch_agent_sql, change.now, agent->key);
}

void CommitBatch::leave_former(ConversationState& c, const std::optional<Named>& former) {
  if (!former || (c.assignee && c.assignee->id == former->id)) return;
  if (MemberState* member = c.find_member(former->id)) {
    member->gone = true;
    member->dirty = true;
    mark_dirty(c);
  }
}

conversations::Committed CommitBatch::judge_assigned(Item& item, const conversations::Assigned& assigned) {
  ConversationState* c = find_conversation(item);
  if (c == nullptr) return refuse(Outcome::forbidden, std::string(unknown));
  const Access access = access_of(item.tenant, *c, item.change.actor);
  if (access == Access::none || access == Access::visitor) return refuse(Outcome::forbidden, std::string(unknown));
  if (assigned.expected && c->status != *assigned.expected) return refuse(Outcome::conflict, "The conversation's status has changed.");
  if (c->status == Status::closed) return refuse(Outcome::conflict, "The conversation is closed.");
  const std::optional<Named> department =
      assigned.department ? find_department(item.tenant, assigned.department) : std::optional(c->department);
  if (!department) return refuse(Outcome::rejected, "There is no such department.");
  std::optional<Named> agent;
  if (assigned.assignee) {
    agent = find_agent(item.tenant, *assigned.assignee);
    if (!agent) return refuse(Outcome::rejected, "There is no such agent, or the account is disabled.");
  }
  const bool same_department = department->id == c->department.id;
  const bool same_agent = agent ? c->assignee && c->assignee->id == agent->id : !c->assignee && c->status == Status::waiting;
  if (same_department && same_agent) return refuse(Outcome::nothing, "");

  const std::optional<Named> former = c->assignee;
  const Named former_department = c->department;
  hand_over(*c, agent ? &*agent : nullptr, *department, item.change);
  Committed out;
  append_timeline(*c, Kind::assigned, item.change, assigned_body(agent ? &*agent : nullptr, *department), out);
  leave_former(*c, former);
  const Kind kind = !agent ? Kind::q_waiting : assigned.taken ? Kind::q_taken : Kind::q_assigned;
  if (!same_department) append_queue(*c, former_department, Kind::q_assigned, item.change, out);
  append_queue(*c, *department, kind, item.change, out);
  return out;
}

conversations::Committed CommitBatch::judge_transferred(Item& item, const conversations::Transferred& transferred) {
  ConversationState* c = find_conversation(item);
  if (c == nullptr) return refuse(Outcome::forbidden, std::string(unknown));
  const Access access = access_of(item.tenant, *c, item.change.actor);
  if (access == Access::none || access == Access::visitor) return refuse(Outcome::forbidden, std::string(unknown));
  if (c->status == Status::closed) return refuse(Outcome::conflict, "The conversation is closed.");
  const std::optional<Named> department =
      transferred.department ? find_department(item.tenant, transferred.department) : std::optional(c->department);
  if (!department) return refuse(Outcome::rejected, "There is no such department.");
  std::optional<Named> agent;
  if (transferred.assignee) {
    agent = find_agent(item.tenant, *transferred.assignee);
    if (!agent) return refuse(Outcome::rejected, "There is no such agent, or the account is disabled.");
  }
  const std::optional<Named> former = c->assignee;
  const Named former_department = c->department;
  hand_over(*c, agent ? &*agent : nullptr, *department, item.change);
  const Named* from = former ? &*former : nullptr;
  const Named* to = agent ? &*agent : nullptr;
  const std::string body = transferred_body(from, former_department, to, *department, transferred.note);
  const std::string visible = transferred_body(from, former_department, to, *department, {});
  Committed out;
  append_timeline(*c, Kind::transferred, item.change, body, out, false, &visible);
  leave_former(*c, former);
  if (department->id != former_department.id) append_queue(*c, former_department, Kind::q_assigned, item.change, out);
  append_queue(*c, *department, agent ? Kind::q_assigned : Kind::q_waiting, item.change, out);
  return out;
}

conversations::Committed CommitBatch::judge_closed(Item& item, const conversations::Closed& closed) {
  ConversationState* c = find_conversation(item);
  if (c == nullptr) return refuse(Outcome::forbidden, std::string(unknown));
  const Access access = access_of(item.tenant, *c, item.change.actor);
  if (access == Access::none) return refuse(Outcome::forbidden, std::string(unknown));
  if (c->status == Status::closed) return refuse(Outcome::nothing, "");
  Committed out;
  c->changed = true;
  c->status = Status::closed;
  c->closed_at = item.change.now;
  c->closed_by_visitor = access == Access::visitor;
  append_timeline(*c, Kind::closed, item.change, closed_body(item.change.actor, closed.reason), out);
  append_queue(*c, c->department, Kind::q_closed, item.change, out);
  return out;
}

conversations::Committed CommitBatch::judge_reopened(Item& item) {
  ConversationState* c = find_conversation(item);
  if (c == nullptr) return refuse(Outcome::forbidden, std::string(unknown));
  const Access access = access_of(item.tenant, *c, item.change.actor);
  if (access == Access::none || access == Access::visitor) return refuse(Outcome::forbidden, std::string(unknown));
  if (c->status != Status::closed) return refuse(Outcome::conflict, "The conversation is not closed.");
  std::int64_t later = session_.tenant(item.tenant->key).run(later_sql, c->visitor.key, c->ordinal).integer(0, 0);
  for (const ConversationState* other : dirty_conversations_)
    if (other->fresh && other->tenant == c->tenant && other->visitor.key == c->visitor.key && other->ordinal > c->ordinal) ++later;
  if (later != 0) return refuse(Outcome::conflict, "The visitor has a later conversation.");
  Committed out;
  reopen(*c, item.change, out);
  return out;
}

conversations::Committed CommitBatch::judge_rated(Item& item, const conversations::Rated& rated) {
  ConversationState* c = find_conversation(item);
  if (c == nullptr || access_of(item.tenant, *c, item.change.actor) == Access::none)
    return refuse(Outcome::forbidden, std::string(unknown));
  if (rated.score < 1 || rated.score > 5) return refuse(Outcome::rejected, "A score is 1 to 5.");
  Committed out;
  c->changed = true;
  c->rating = rated.score;
  append_timeline(*c, Kind::rated, item.change, rated_body(rated.score, rated.comment), out);
  return out;
}

conversations::Committed CommitBatch::judge_labeled(Item& item, const conversations::Labeled& labeled) {
  ConversationState* c = find_conversation(item);
  if (c == nullptr) return refuse(Outcome::forbidden, std::string(unknown));
  const Access access = access_of(item.tenant, *c, item.change.actor);
  if (access == Access::none || access == Access::visitor) return refuse(Outcome::forbidden, std::string(unknown));
  std::vector<std::string> labels = c->labels;
  std::vector<std::string> added;
  std::vector<std::string> removed;
  for (const std::string& label : labeled.remove)
    if (std::erase(labels, label) != 0) removed.push_back(label);
  for (const std::string& label : labeled.add) {
    const auto length = count_code_points(label);
    if (!length || *length == 0 || *length > max_label) return refuse(Outcome::rejected, "A label has 1 to 64 characters.");
    if (std::find(labels.begin(), labels.end(), label) != labels.end()) continue;
    labels.push_back(label);
    added.push_back(label);
  }
  if (labels.size() > max_labels) return refuse(Outcome::rejected, "A conversation bears at most 32 labels.");
  if (labels == c->labels) return refuse(Outcome::nothing, "");
  c->changed = true;
  c->labels = std::move(labels);
  Committed out;
  append_timeline(*c, Kind::system, item.change, labels_body(added, removed, c->labels), out, true);
  return out;
}

}  // namespace hotdesk::store
