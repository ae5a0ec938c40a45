#include <algorithm>

#include "store/bodies.hpp"
#include "store/commit_batch.hpp"
#include "store/sealed.hpp"

namespace hotdesk::store {
namespace {

constexpr Statement count_finished_sql{
    "commit.count_finished",
    "SELECT COUNT(*) FROM conversation WHERE tenant_id = :tenant AND visitor_id = ? AND status = 4 AND "
    "(closed_by_visitor = 1 OR closed_at <= ?)", "i"};
constexpr Statement stored_finished_sql{
    "commit.stored_finished",
    "SELECT COUNT(*) FROM conversation WHERE tenant_id = :tenant AND id = ? AND status = 4 AND "
    "(closed_by_visitor = 1 OR closed_at <= ?)", "i"};
constexpr Statement last_agent_sql{
    "commit.last_agent",
    "SELECT last_agent_id FROM conversation WHERE tenant_id = :tenant AND visitor_id = ? AND last_agent_id IS NOT NULL "
    "ORDER BY ordinal DESC LIMIT 1", "i"};
constexpr Statement find_site_sql{
    "commit.find_site", "SELECT id, uuid, name FROM site WHERE tenant_id = :tenant AND uuid = ?", "ibt"};
constexpr Statement find_site_by_key_sql{
    "commit.find_site_by_key", "SELECT id, uuid, name FROM site WHERE tenant_id = :tenant AND id = ?", "ibt"};
constexpr Statement find_visitor_sql{
    "commit.find_visitor", "SELECT id, site_id, sealed_name, active FROM visitor WHERE tenant_id = :tenant AND uuid = ?", "iibi"};
constexpr Statement insert_visitor_sql{
    "commit.insert_visitor",
    "INSERT INTO visitor (tenant_id, id, uuid, site_id, sealed_name, sealed_email, sealed_phone, sealed_external_id, "
    "sealed_attributes, sealed_referrer, blind_email, blind_phone, blind_external_id, gen, active, language, device, "
    "first_seen, last_seen) VALUES (:tenant, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 0, 1, ?, ?, ?, ?)", ""};
constexpr Statement recall_sql{
    "commit.recall",
    "UPDATE message SET recalled = 1, sealed_body = ? WHERE tenant_id = :tenant AND conversation_id = ? AND seq = ?", ""};

std::optional<Kind> kind_of(std::string_view name) noexcept {
  for (const Kind kind : {Kind::text, Kind::file, Kind::recall, Kind::card, Kind::note})
    if (to_string(kind) == name) return kind;
  return std::nullopt;
}

}  // namespace

bool CommitBatch::is_finished(const ConversationState& c, std::int64_t now) const noexcept {
  return c.status == conversations::Status::closed && (c.closed_by_visitor || c.closed_at <= now - settings_.reopen_window_ms);
}

std::int64_t CommitBatch::count_finished(const TenantRef& tenant, std::int64_t visitor, std::int64_t now) {
  std::int64_t count = session_.tenant(tenant->key).run(count_finished_sql, visitor, now - settings_.reopen_window_ms).integer(0, 0);
  // What this batch closed or reopened is not written yet: the rows of this visitor among them count as they will be.
  for (const ConversationState* c : dirty_conversations_) {
    if (c->visitor.key != visitor || c->tenant != tenant) continue;
    const std::int64_t same = session_.tenant(tenant->key).run(
        stored_finished_sql, c->key, now - settings_.reopen_window_ms).integer(0, 0);
    count += (is_finished(*c, now) ? 1 : 0) - same;
  }
  return count;
}

conversations::Committed CommitBatch::judge_message(Item& item, const conversations::Message& message) {
  const Change& change = item.change;
  const std::optional<Kind> kind = kind_of(message.kind);
  if (!kind) return refuse(Outcome::rejected, "A message of kind " + message.kind + " cannot be stored.");
  ConversationState* c = find_conversation(item);
  const bool from_visitor = change.actor.role == tenants::Role::visitor;
  const auto forbidden = [] { return refuse(Outcome::forbidden, "Not a member of this conversation."); };

  // A committed mid is answered as such, whatever has changed since.
  const KnownMid* known = c == nullptr ? nullptr : find_mid(*c, message.mid);
  if (known != nullptr && known->author == change.actor.id) {
    if (known->mac != message.mac) return refuse(Outcome::reuse, "This mid was used for another message.");
    Committed out;
    out.outcome = Outcome::dup;
    out.seq = known->seq;
    out.ts = known->ts;
    out.body = load_body(*c, *known, message.mid);
    return out;
  }
  Access access = Access::none;
  if (c != nullptr) {
    access = access_of(item.tenant, *c, change.actor);
    if (access == Access::none || access == Access::staff) return forbidden();
    if (known != nullptr) return refuse(Outcome::reuse, "This mid was used by somebody else.");
  } else if (!from_visitor) {
    return forbidden();
  }
  const bool from_bot = change.actor.role == tenants::Role::bot;
  if (from_bot && c->status != conversations::Status::bot) return refuse(Outcome::conflict, "The conversation is not with a bot.");
  if (from_visitor && (*kind == Kind::note || *kind == Kind::card)) return refuse(Outcome::forbidden, "Visitors cannot send this kind.");
  if (message.after && (c == nullptr || find_mid(*c, *message.after) == nullptr))
    return refuse(Outcome::order, "The message before this one is not committed.");

  KnownMid* target = nullptr;
  if (*kind == Kind::recall) {
    if (c != nullptr && message.target) target = find_mid(*c, *message.target);
    if (target == nullptr || !is_message(target->kind) || target->kind == Kind::recall)
      return refuse(Outcome::forbidden, "There is no such message to recall.");
    const bool own = target->author == change.actor.id;
    const bool in_time = change.now - target->ts <= settings_.recall_window_ms;
    if (!(own && in_time) && access != Access::member) return refuse(Outcome::forbidden, "It is too late to recall this message.");
  }

  Committed out;
  if (c == nullptr) {
    Committed refusal = open_conversation(item, message, c, out);
    if (c == nullptr) return refusal;
  } else if (c->status == conversations::Status::closed && target == nullptr) {
    if (!from_visitor) return refuse(Outcome::closed, "The conversation is closed.");
    if (is_finished(*c, change.now)) {
      Committed refusal = refuse(Outcome::closed, "The conversation is closed.");
      refusal.next = settings_.conversation_ids(item.tenant->id, change.actor.id, count_finished(item.tenant, c->visitor.key, change.now));
      return refusal;
    }
    reopen(*c, change, out, message.bot);
  }

  bool staff_only = *kind == Kind::note;
  if (target != nullptr) {
    staff_only = target->kind == Kind::note;
    target->recalled = true;
    const Uuid& mid = *message.target;
    const std::string old = load_sealed(*c, *target);
    const std::string erased = seal_message(*c->tenant, c->id, mid, 0, MessageText{open_message(*c->tenant, c->id, mid, 0, old).name, "{}"});
    if (target->draft != SIZE_MAX) {
      messages_[target->draft].recalled = true;
      messages_[target->draft].sealed = erased;
    } else {
      session_.tenant(item.tenant->key).run(recall_sql, Bytes{erased}, c->key, target->seq);
    }
    if (c->last && c->last->seq == target->seq) c->last->text.clear();
  }

  MessageDraft draft;
  draft.kind = *kind;
  draft.staff_only = staff_only;
  draft.author = change.actor;
  draft.mid = message.mid;
  draft.reply = message.reply;
  draft.mac = message.mac;
  draft.filters = message.filters;
  draft.ts = change.now;
  draft.sealed = item.sealed_body;
  const std::int64_t seq = append_entry(*c, std::move(draft), message.body, nullptr, out);
  ++new_mids_;
  mids_[MidName{c->key, message.mid}] = KnownMid{.seq = seq, .ts = change.now, .author = change.actor.id, .mac = message.mac,
                                                 .kind = *kind, .recalled = false, .draft = messages_.size() - 1};
  if (message.answers > c->answered_seq) c->answered_seq = message.answers;
  if (*kind != Kind::recall && *kind != Kind::note) {
    c->last_seq = seq;
    c->last = conversations::Last{.seq = seq, .from = change.actor, .kind = message.kind, .text = preview_of(message.body), .ts = change.now};
  }
  return out;
}

void CommitBatch::reopen(ConversationState& c, const Change& change, Committed& out, bool bot) {
  c.changed = true;
  const bool to_bot = bot && !c.assignee && !c.last_agent;  // who once spoke with a person goes on with people
  c.status = to_bot ? conversations::Status::bot : conversations::Status::waiting;
  c.closed_by_visitor = false;
  c.closed_at = 0;
  c.waiting_since = change.now;
  append_timeline(c, Kind::reopened, change, reopened_body(change.actor, to_bot), out);
  const std::optional<Named> former = std::exchange(c.assignee, std::nullopt);
  if (former) c.last_agent = former->key;
  leave_former(c, former);
  if (!to_bot) append_queue(c, c.department, Kind::q_waiting, change, out);
}

Head* CommitBatch::find_or_make_visitor(Item& item, const conversations::Message& message, const Named& site) {
  const visitors::Visitor& opening = *message.opening;
  if (Head* head = find_head(item.tenant, item.change.actor.id)) return head;
  const std::int64_t key = keys_.next();
  const SealedVisitor& sealed = item.sealed_visitor;
  TenantSession session = session_.tenant(item.tenant->key);
  session.run(insert_visitor_sql, key, item.change.actor.id, site.key, Bytes{sealed.name}, Bytes{sealed.email}, Bytes{sealed.phone},
              Bytes{sealed.external_id}, Bytes{sealed.attributes}, Bytes{sealed.referrer}, Bytes{sealed.blind_email},
              Bytes{sealed.blind_phone}, Bytes{sealed.blind_external_id}, opening.language, opening.device,
              opening.first_seen != 0 ? opening.first_seen : item.change.now, item.change.now);
  auto head = std::make_unique<Head>(Head{.tenant = item.tenant->key, .key = key, .owner = item.change.actor.id,
                                          .kind = FeedKind::visitor, .cur = 0, .fresh = true});
  Head& made = cache_.add(std::move(head));
  mark_dirty(made);
  return &made;
}

conversations::Committed CommitBatch::open_conversation(Item& item, const conversations::Message& message, ConversationState*& made,
                                                        Committed& out) {
  const Change& change = item.change;
  TenantSession session = session_.tenant(item.tenant->key);
  const auto forbidden = [] { return refuse(Outcome::forbidden, "Not a member of this conversation."); };

  Named visitor{.key = 0, .id = change.actor.id, .name = change.actor.name};
  std::optional<Named> site;
  const Rows& row = session.run(find_visitor_sql, change.actor.id);
  if (!row.empty()) {
    if (row.integer(0, 3) == 0) return forbidden();
    visitor.key = row.integer(0, 0);
    visitor.name = open_column(*item.tenant, "visitor.name", visitor.id, row.bytes(0, 2));
    const Rows& found = session.run(find_site_by_key_sql, row.integer(0, 1));
    if (!found.empty()) site = Named{found.integer(0, 0), found.uuid(0, 1), found.bytes(0, 2)};
  } else if (message.opening) {
    visitor.name = message.opening->name;
    const Rows& found = session.run(find_site_sql, message.opening->site);
    if (!found.empty()) site = Named{found.integer(0, 0), found.uuid(0, 1), found.bytes(0, 2)};
  }
  if (!site) return forbidden();
  const std::int64_t finished = visitor.key == 0 ? 0 : count_finished(item.tenant, visitor.key, change.now);
  if (settings_.conversation_ids(item.tenant->id, change.actor.id, finished) != change.conversation) return forbidden();
  const std::optional<Named> department = find_department(item.tenant, message.department);
  if (!department) return refuse(Outcome::rejected, "There is no such department.");
  Head* head = visitor.key == 0 ? find_or_make_visitor(item, message, *site) : find_head(item.tenant, change.actor.id);
  if (head == nullptr || head->kind != FeedKind::visitor) return forbidden();

  auto state = std::make_unique<ConversationState>();
  state->tenant = item.tenant;
  state->key = keys_.next();
  state->id = change.conversation;
  state->site = *site;
  state->visitor = visitor;
  state->visitor.key = head->key;
  state->ordinal = finished;
  state->department = *department;
  state->waiting_since = state->opened_at = state->updated_at = change.now;
  state->fresh = true;
  if (message.bot) state->status = conversations::Status::bot;
  if (visitor.key != 0) {
    const Rows& last = session.run(last_agent_sql, visitor.key);
    if (!last.empty()) state->last_agent = last.integer(0, 0);
  }
  made = &cache_.add(std::move(state));
  join(*made, *head, MemberKind::visitor);
  append_timeline(*made, Kind::opened, change, opened_body(made->department, message.bot), out);
  if (!message.bot) append_queue(*made, made->department, Kind::q_waiting, change, out);
  return {};
}

}  // namespace hotdesk::store
