#include "delivery/delivery.hpp"
#include "delivery/session.hpp"
#include "tenants/role.hpp"

namespace hotdesk::delivery {
namespace {

constexpr std::size_t most_held = 256;
constexpr int most_pulls = 4;   // in a row: a feed that outruns its reader is paged instead
constexpr int most_syncs = 8;   // unanswered

protocol::EntryView view_of(const conversations::Entry& entry, std::string_view feed) {
  return {.feed = feed,
          .cur = entry.cur,
          .prev = entry.prev,
          .conv = entry.conversation,
          .seq = entry.seq,
          .kind = entry.kind,
          .from = {tenants::to_string(entry.from.role), entry.from.id, entry.from.name},
          .mid = entry.mid,
          .reply = entry.reply,
          .recalled = entry.recalled,
          .body = entry.body,
          .ts = entry.ts};
}

std::vector<protocol::EntryView> views_of(const std::vector<conversations::Entry>& items, std::string_view feed) {
  std::vector<protocol::EntryView> out;
  out.reserve(items.size());
  for (const auto& item : items) out.push_back(view_of(item, feed));
  return out;
}

}  // namespace

bool Session::is_slow() const {
  return !socket_ || socket_->queued_bytes() > static_cast<std::size_t>(services_.limits.outbox_bytes);
}

void Session::push(Feed& feed, const conversations::Entry& entry) {
  send(protocol::encode_evt(view_of(entry, feed.name.department ? feed.wire : std::string_view{})));
}

void Session::deliver(const FeedName& name, const std::shared_ptr<const conversations::Entry>& entry) {
  if (!socket_) return;
  Feed* feed = find_feed(name);
  if (!feed) return;
  switch (feed->at.offer(entry->cur, entry->prev)) {
    case FeedPosition::Step::push:
      push(*feed, *entry);
      if (is_slow()) {
        feed->at.lag();
        send(protocol::encode_lag(feed->name.department ? feed->wire : "", feed->at.head()));
      }
      break;
    case FeedPosition::Step::hold:
      if (feed->held.size() < most_held) feed->held.push_back(entry);  // what doesn't fit is read again: the head is noted
      break;
    case FeedPosition::Step::pull: pull(*feed); break;
    case FeedPosition::Step::drop: break;
  }
}

void Session::note_head(const FeedName& name, std::int64_t head) {
  if (state_ != State::live) return;
  if (Feed* feed = find_feed(name); feed && feed->at.note_head(head)) pull(*feed);
}

void Session::pull(Feed& feed) {
  feed.at.start_pull();
  services_.pool.post([self = shared_from_this(), name = feed.name, cur = feed.at.sent()] {
    auto page = self->services_.log.read_feed(self->identity_.tenant, name, cur, static_cast<int>(self->services_.limits.page));
    self->loop_.post([self, name, page = std::move(page)]() mutable { self->pulled(name, std::move(page)); });
  });
}

void Session::pulled(const FeedName& name, Result<FeedPage> page) {
  Feed* feed = socket_ ? find_feed(name) : nullptr;
  if (!feed) return;
  if (!page) {
    // The store is away: stop pushing, the sweep or the client's own sync makes it live again.
    feed->at.lag();
    feed->held.clear();
    return send(protocol::encode_lag(feed->name.department ? feed->wire : "", feed->at.head()));
  }
  for (const auto& item : page->items)
    if (feed->at.replay(item.cur)) push(*feed, item);
  auto held = std::move(feed->held);
  feed->held.clear();
  if (page->more || is_slow() || ++feed->pulls > most_pulls) {
    feed->pulls = 0;
    feed->at.lag();
    return send(protocol::encode_lag(feed->name.department ? feed->wire : "", std::max(page->head, feed->at.head())));
  }
  for (const auto& entry : held)
    if (entry->cur > feed->at.sent() && entry->prev == feed->at.sent() && feed->at.replay(entry->cur)) push(*feed, *entry);
  if (!feed->at.go_live()) return pull(*feed);
  feed->pulls = 0;
}

void Session::on_sync(const std::string& id, const protocol::Sync& sync) {
  if (syncs_ >= most_syncs)
    return send_err({.re = id, .code = protocol::ErrorCode::busy, .msg = "too many unanswered syncs", .retry = 1000});
  if (sync.conv) return sync_conversation(id, sync);
  sync_feed(id, sync);
}

void Session::sync_feed(const std::string& id, const protocol::Sync& sync) {
  Feed* feed = find_feed(sync.feed);
  if (!feed) return send_err({.re = id, .code = protocol::ErrorCode::forbidden, .msg = "no such feed of yours"});
  ++syncs_;
  services_.pool.post([self = shared_from_this(), id, name = feed->name, cur = sync.cur, max = static_cast<int>(sync.max)] {
    auto page = self->services_.log.read_feed(self->identity_.tenant, name, cur, max);
    self->loop_.post([self, id, name, page = std::move(page)] {
      --self->syncs_;
      Feed* at = self->socket_ ? self->find_feed(name) : nullptr;
      if (!at) return;
      if (!page) return self->send_err({.re = id, .code = protocol::ErrorCode::store, .msg = "the store does not answer", .retry = 1000});
      self->send(protocol::encode_page(id, views_of(page->items, at->name.department ? at->wire : std::string_view{}), page->next,
                                       page->more, page->head));
      if (page->more || at->at.mode() != FeedPosition::Mode::lagging) return;
      at->at.paged_to(page->next);
      at->at.note_head(page->head);
      if (!at->at.go_live()) self->pull(*at);
    });
  });
}

void Session::sync_conversation(const std::string& id, const protocol::Sync& sync) {
  ++syncs_;
  services_.pool.post([self = shared_from_this(), id, sync] {
    const bool staff = tenants::is_staff(self->identity_.role);
    // A visitor's conversation without a row yet is theirs and empty.
    const bool own = staff || self->conversation_ == sync.conv;
    auto member = own ? Result<bool>{true} : self->services_.log.is_member(self->identity_.tenant, *sync.conv, self->identity_.user);
    Result<ConversationPage> page = ConversationPage{};
    if (member && *member)
      page = self->services_.log.read_conversation(self->identity_.tenant, *sync.conv, sync.before, sync.after,
                                                   static_cast<int>(sync.max), staff);
    if (!page && page.error().code == Errc::not_found) {
      ConversationPage nothing;  // the row is made by the first message
      nothing.next = sync.before.value_or(sync.after.value_or(0));
      page = std::move(nothing);
      if (staff) member = false;
    }
    self->loop_.post([self, id, member = std::move(member), page = std::move(page)] {
      --self->syncs_;
      if (!self->socket_) return;
      if (!member || !page)
        return self->send_err({.re = id, .code = protocol::ErrorCode::store, .msg = "the store does not answer", .retry = 1000});
      if (!*member) return self->send_err({.re = id, .code = protocol::ErrorCode::forbidden, .msg = "no such conversation of yours"});
      self->send(protocol::encode_page(id, views_of(page->items, {}), page->next, page->more, page->head));
    });
  });
}

}  // namespace hotdesk::delivery
