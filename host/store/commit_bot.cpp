#include <algorithm>

#include "store/bodies.hpp"
#include "store/commit_batch.hpp"

// What happens between a bot and its conversation. Only the host itself and its plugins act here.
namespace hotdesk::store {

using conversations::Status;

conversations::Committed CommitBatch::judge_handed_over(Item& item, const conversations::HandedOver& handed) {
  ConversationState* c = find_conversation(item);
  if (c == nullptr || access_of(item.tenant, *c, item.change.actor) != Access::host)
    return refuse(Outcome::forbidden, "No such conversation.");
  if (c->status != Status::bot) return refuse(Outcome::conflict, "The conversation is not with a bot.");
  c->changed = true;
  c->status = Status::waiting;
  c->waiting_since = item.change.now;
  c->answered_seq = std::clamp(handed.seq, c->answered_seq, std::max(c->answered_seq, c->seq));
  Committed out;
  const std::string visible = handed_over_body(handed.component, {});
  append_timeline(*c, Kind::system, item.change, handed_over_body(handed.component, handed.reason), out, false, &visible);
  append_queue(*c, c->department, Kind::q_waiting, item.change, out);
  return out;
}

conversations::Committed CommitBatch::judge_given_to_bot(Item& item) {
  ConversationState* c = find_conversation(item);
  if (c == nullptr || access_of(item.tenant, *c, item.change.actor) != Access::host)
    return refuse(Outcome::forbidden, "No such conversation.");
  if (c->status != Status::waiting || c->assignee) return refuse(Outcome::conflict, "The conversation does not wait.");
  c->changed = true;
  c->status = Status::bot;
  Committed out;
  append_timeline(*c, Kind::system, item.change, with_bot_body(), out);
  append_queue(*c, c->department, Kind::q_assigned, item.change, out);
  return out;
}

conversations::Committed CommitBatch::judge_passed(Item& item, const conversations::Passed& passed) {
  ConversationState* c = find_conversation(item);
  if (c == nullptr || access_of(item.tenant, *c, item.change.actor) != Access::host)
    return refuse(Outcome::forbidden, "No such conversation.");
  if (c->status != Status::bot) return refuse(Outcome::conflict, "The conversation is not with a bot.");
  if (passed.seq <= c->answered_seq || passed.seq > c->seq) return refuse(Outcome::nothing, "");
  c->answered_seq = passed.seq;
  mark_dirty(*c);
  Committed out;
  out.outcome = Outcome::ok;
  out.seq = c->seq;
  out.ts = item.change.now;
  return out;
}

}  // namespace hotdesk::store
