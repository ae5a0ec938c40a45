#include <algorithm>
#include <map>

#include "store/bodies.hpp"
#include "store/commit_batch.hpp"
#include "store/sealed.hpp"

namespace hotdesk::store {
namespace {

constexpr Statement find_device_sql{
    "device.find", "SELECT got FROM device WHERE tenant_id = :tenant AND person_id = ? AND device = ?", "i"};
constexpr Statement insert_device_sql{
    "device.insert", "INSERT INTO device (tenant_id, person_id, device, got, seen_at) VALUES (:tenant, ?, ?, ?, ?)", ""};
constexpr Statement update_device_sql{
    "device.update", "UPDATE device SET got = ?, seen_at = ? WHERE tenant_id = :tenant AND person_id = ? AND device = ?", ""};
// Others' messages between two positions of a feed, the newest of each conversation. Notes are nobody's receipt.
constexpr Statement received_sql{
    "device.received",
    "SELECT c.uuid, MAX(f.seq) FROM feed_entry f "
    "JOIN message m ON m.tenant_id = f.tenant_id AND m.conversation_id = f.conversation_id AND m.seq = f.seq "
    "JOIN conversation c ON c.tenant_id = f.tenant_id AND c.id = f.conversation_id "
    "WHERE f.tenant_id = :tenant AND f.feed_id = ? AND f.cur > ? AND f.cur <= ? AND f.kind < 5 AND m.author <> ? "
    "GROUP BY c.uuid", "bi"};

}  // namespace

conversations::Committed CommitBatch::judge_read(Item& item, const conversations::Read& read) {
  ConversationState* c = find_conversation(item);
  MemberState* member = c == nullptr ? nullptr : c->find_member(item.change.actor.id);
  if (member == nullptr || member->gone) return refuse(Outcome::forbidden, "Not a member of this conversation.");
  const std::int64_t last = member->kind == MemberKind::visitor ? c->visible_seq : c->seq;
  const std::int64_t seq = std::min(read.seq, last);
  if (seq <= member->read) {
    Committed out = refuse(Outcome::nothing, "");
    out.seq = member->read;
    return out;
  }
  member->read = seq;
  member->dirty = true;
  mark_dirty(*c);
  Committed out;
  out.outcome = Outcome::ok;
  out.seq = seq;
  out.ts = item.change.now;
  const std::string body = seq_body(seq);
  const auto sealed = std::make_shared<const std::string>(
      seal_payload(*c->tenant, c->id, static_cast<int>(Kind::read), item.change.now, Payload{item.change.actor, body}));
  for (const MemberState& other : c->members)
    if (!other.gone) append_plain(*other.head, *c, Kind::read, item.change, body, sealed, out);
  return out;
}

conversations::Committed CommitBatch::judge_delivered(Item& item, const conversations::Delivered& delivered) {
  Head* head = find_head(item.tenant, item.change.actor.id);
  if (head == nullptr) return refuse(Outcome::nothing, "");
  TenantSession session = session_.tenant(item.tenant->key);
  const std::int64_t cur = std::min(delivered.cur, head->cur);
  const Rows& device = session.run(find_device_sql, head->key, delivered.device);
  const std::int64_t before = device.empty() ? 0 : device.integer(0, 0);
  if (cur <= before) return refuse(Outcome::nothing, "");
  if (device.empty()) session.run(insert_device_sql, head->key, delivered.device, cur, item.change.now);
  else session.run(update_device_sql, cur, item.change.now, head->key, delivered.device);

  std::map<Uuid, std::int64_t> newest;
  {
    const Rows& rows = session.run(received_sql, head->key, before, cur, item.change.actor.id);
    for (std::size_t i = 0; i < rows.size(); ++i) newest[rows.uuid(i, 0)] = rows.integer(i, 1);
  }
  // Entries of this very batch are not rows yet; a device can only have got what was pushed, so they are none of its.
  std::vector<Uuid> missing;
  for (const auto& [id, seq] : newest)
    if (cache_.find_conversation(item.tenant->key, id) == nullptr) missing.push_back(id);
  if (!missing.empty()) load_conversations_of(item.tenant, missing);

  Committed out;
  out.outcome = Outcome::ok;
  out.seq = cur;
  out.ts = item.change.now;
  for (const auto& [id, seq] : newest) {
    ConversationState* c = cache_.find_conversation(item.tenant->key, id);
    MemberState* member = c == nullptr ? nullptr : c->find_member(item.change.actor.id);
    if (member == nullptr || member->gone || seq <= member->delivered) continue;
    member->delivered = seq;
    member->dirty = true;
    mark_dirty(*c);
    const std::string body = seq_body(seq);
    const auto sealed = std::make_shared<const std::string>(
        seal_payload(*c->tenant, c->id, static_cast<int>(Kind::delivered), item.change.now, Payload{item.change.actor, body}));
    for (const MemberState& other : c->members)
      if (!other.gone && other.head != head) append_plain(*other.head, *c, Kind::delivered, item.change, body, sealed, out);
  }
  return out;
}

}  // namespace hotdesk::store
