#include "contract/history.hpp"

#include <algorithm>
#include <set>

namespace hotdesk::contract {
namespace {

using conversations::Entry;
using conversations::Outcome;

struct Key {
  Uuid conversation, mid;
  auto operator<=>(const Key&) const = default;
};

bool acked(const Sent& sent) { return sent.outcome == Outcome::ok || sent.outcome == Outcome::dup; }
bool is_message(const Entry& entry) { return entry.mid.has_value(); }

}  // namespace

std::vector<std::string> check(const History& history, const Dump& dump) {
  std::vector<std::string> wrong;
  const auto say = [&](std::string text) {
    if (wrong.size() < 50) wrong.push_back(std::move(text));
  };
  std::map<Key, const Entry*> stored;
  std::map<Uuid, Uuid> tenant_of;
  for (const auto& conversation : dump.conversations) {
    tenant_of[conversation.id] = conversation.tenant;
    std::int64_t expected = 1;
    for (const Entry& entry : conversation.entries) {
      if (entry.seq != expected++) say("I3: conversation " + conversation.id.text() + " has seq " + std::to_string(entry.seq) + " at place " + std::to_string(expected - 1));
      if (is_message(entry) && !stored.emplace(Key{conversation.id, *entry.mid}, &entry).second) say("I2: mid " + entry.mid->text() + " twice");
    }
  }
  std::map<Key, std::string> bodies;
  std::map<Key, std::int64_t> seqs;
  for (const Sent& sent : history.sent) {
    const Key key{sent.conversation, sent.mid};
    bodies[key] = sent.body;
    if (!acked(sent)) continue;
    const auto found = stored.find(key);
    if (found == stored.end()) {
      say("I1: acked mid " + sent.mid.text() + " is not there");
      continue;
    }
    if (found->second->seq != sent.seq) say("I1: mid " + sent.mid.text() + " was acked with another seq");
    if (!found->second->recalled && found->second->body != sent.body) say("I1: mid " + sent.mid.text() + " bears another body");
    if (const auto [known, fresh] = seqs.emplace(key, sent.seq); !fresh && known->second != sent.seq) say("I2: acks of " + sent.mid.text() + " differ");
  }
  for (const auto& [key, entry] : stored)
    if (const auto sent = bodies.find(key); sent == bodies.end() || (sent->second != entry->body && !entry->recalled)) say("I4: nobody sent " + key.mid.text());

  // I5, I6: pairs within one conversation, ordered by the moment of sending.
  std::map<Uuid, std::vector<const Sent*>> by_conversation;
  for (const Sent& sent : history.sent)
    if (acked(sent)) by_conversation[sent.conversation].push_back(&sent);
  for (auto& [conversation, all] : by_conversation) {
    std::map<Uuid, const Sent*> first;  // the first sending of each mid is when it was invoked
    for (const Sent* sent : all)
      if (auto& place = first[sent->mid]; place == nullptr || sent->sent < place->sent) place = sent;
    std::vector<const Sent*> order;
    for (const auto& [mid, sent] : first) order.push_back(sent);
    std::sort(order.begin(), order.end(), [](const Sent* a, const Sent* b) { return a->sent < b->sent; });
    for (std::size_t i = 0; i < order.size(); ++i)
      for (std::size_t j = i + 1; j < order.size(); ++j) {
        if (order[i]->device == order[j]->device && order[i]->seq >= order[j]->seq) say("I5: a device's messages changed places in " + conversation.text());
        if (order[i]->answered < order[j]->sent && order[i]->seq >= order[j]->seq) say("I6: real time is not kept in " + conversation.text());
      }
  }

  // I3, I7, I9: each feed is one chain, and what was pushed is exactly what is stored, in order.
  std::map<std::pair<Uuid, Uuid>, std::vector<const Entry*>> pushed;
  for (const Pushed& push : history.pushed) pushed[{push.tenant, push.entry.owner}].push_back(&push.entry.entry);
  for (const auto& feed : dump.feeds) {
    std::int64_t cur = 0;
    for (const Entry& entry : feed.entries) {
      if (entry.prev != cur || entry.cur <= cur) say("I3: the chain of feed " + feed.owner.text() + " breaks after " + std::to_string(cur));
      cur = entry.cur;
      if (const auto owner = tenant_of.find(entry.conversation); owner == tenant_of.end() || owner->second != feed.tenant)
        say("I10: feed " + feed.owner.text() + " holds an entry of another tenant");
    }
    if (feed.head != cur) say("I9: the head of feed " + feed.owner.text() + " is not its last entry");
    const auto& live = pushed[{feed.tenant, feed.owner}];
    if (live.size() != feed.entries.size()) {
      say("I7: feed " + feed.owner.text() + " was pushed " + std::to_string(live.size()) + " of " + std::to_string(feed.entries.size()) + " entries");
      continue;
    }
    for (std::size_t i = 0; i < live.size(); ++i)
      if (live[i]->cur != feed.entries[i].cur || live[i]->seq != feed.entries[i].seq || live[i]->kind != feed.entries[i].kind ||
          live[i]->mid != feed.entries[i].mid || (live[i]->body != feed.entries[i].body && !feed.entries[i].recalled)) {
        say("I7: feed " + feed.owner.text() + " was pushed another entry at " + std::to_string(feed.entries[i].cur));
        break;
      }
  }
  return wrong;
}

}  // namespace hotdesk::contract
