#include "base/bytes.hpp"
#include "base/json.hpp"
#include "base/text.hpp"
#include "delivery/delivery.hpp"
#include "delivery/session.hpp"

namespace hotdesk::delivery {
namespace {

constexpr std::int64_t rate_window_ms = 10'000;
constexpr int most_unanswered = 256;  // each one over the window costs a look-up: a client that goes on is none

/// Whether somebody of this role may publish this kind at all.
bool may_publish(tenants::Role role, std::string_view kind) {
  if (kind == "text" || kind == "recall") return true;
  return kind != "file" && tenants::is_staff(role);
}

}  // namespace

conversations::Actor Session::actor() const { return {identity_.role, identity_.user, identity_.name}; }

std::string Session::content_mac(const protocol::Pub& pub) const {
  std::string content = pub.kind;
  content.push_back('\0');
  content += pub.body;
  content.push_back('\0');
  if (pub.reply) content += pub.reply->binary();
  return services_.content_mac(content);
}

void Session::on_pub(const std::string& id, protocol::Pub pub) {
  if (++unanswered_ > most_unanswered) return close(protocol::close::protocol_error, "the window is ignored");
  if (unanswered_ > services_.limits.window) return refuse_pub(id, pub, protocol::ErrorCode::window, "more pubs unanswered than the window", 500);
  if (!may_publish(identity_.role, pub.kind)) return refuse_pub(id, pub, protocol::ErrorCode::forbidden, "you can't send " + pub.kind);
  if (pub.text_too_long)
    return refuse_pub(id, pub, protocol::ErrorCode::too_big, "a text has at most " + std::to_string(services_.limits.text) + " characters");
  if (!identity_.exempt) {
    const bool staff = tenants::is_staff(identity_.role);
    const cluster::Rate rate{staff ? services_.limits.agent_rate : services_.limits.visitor_rate, rate_window_ms};
    if (const std::int64_t wait = services_.rates.take("pub:" + identity_.user.binary(), rate); wait > 0)
      return refuse_pub(id, pub, protocol::ErrorCode::rate, "too many messages; wait a moment", wait);
  }
  pubs_.push_back({id, std::move(pub), last_in_});
  advance_pubs();
}

/// One device's pubs go through the filters strictly in order of arrival.
void Session::advance_pubs() {
  while (!filtering_ && !pubs_.empty())
    if (!filter_front()) return;
}

/// @return false when the filter answers later.
bool Session::filter_front() {
  QueuedPub& front = pubs_.front();
  if (front.pub.kind == "recall" || front.pub.kind == "card") {
    QueuedPub item = std::move(front);
    pubs_.pop_front();
    filtered(std::move(item), FilterVerdict{});
    return true;
  }
  FilterInput input;
  input.tenant = identity_.tenant;
  input.conversation = front.pub.conv;
  input.role = identity_.role;
  input.kind = front.pub.kind;
  input.text = front.pub.text;
  input.visitor = identity_.user;
  if (identity_.role != tenants::Role::visitor)
    if (const auto members = services_.members.find(identity_.tenant, front.pub.conv)) input.visitor = members->visitor;
  filtering_ = true;
  auto verdict = services_.filter.inspect(input, [self = shared_from_this()](FilterVerdict later) {
    self->loop_.post([self, later = std::move(later)]() mutable {
      self->filtering_ = false;
      if (self->pubs_.empty()) return;  // the socket closed meanwhile: an unanswered pub is sent again
      QueuedPub item = std::move(self->pubs_.front());
      self->pubs_.pop_front();
      self->filtered(std::move(item), std::move(later));
      self->advance_pubs();
    });
  });
  if (!verdict) return false;
  filtering_ = false;
  QueuedPub item = std::move(front);
  pubs_.pop_front();
  filtered(std::move(item), std::move(*verdict));
  return true;
}

void Session::filtered(QueuedPub item, FilterVerdict verdict) {
  switch (verdict.kind) {
    case FilterVerdict::Kind::refuse:
      return refuse_pub(item.id, item.pub, protocol::ErrorCode::blocked, verdict.reason.empty() ? "refused by a filter" : verdict.reason);
    case FilterVerdict::Kind::failed:
      // "The filter failed" is never the same answer as "the filter refused it": the client sends it again.
      return refuse_pub(item.id, item.pub, protocol::ErrorCode::busy, "a filter could not answer", 1000);
    case FilterVerdict::Kind::rewrite:
      if (!is_clean_text(verdict.text) || count_code_points(verdict.text).value_or(0) > static_cast<std::size_t>(services_.limits.text) ||
          verdict.text.empty())
        return refuse_pub(item.id, item.pub, protocol::ErrorCode::busy, "a filter gave an answer that can't be sent", 1000);
      break;
    case FilterVerdict::Kind::pass: break;
  }
  commit(std::move(item), verdict);
}

void Session::commit(QueuedPub item, const FilterVerdict& verdict) {
  protocol::Pub& pub = item.pub;
  conversations::Message message;
  message.mac = content_mac(pub);  // of the client's own words, before the filters
  const bool rewritten = verdict.kind == FilterVerdict::Kind::rewrite && verdict.text != pub.text;
  if (rewritten) {
    pub.body = "{\"text\":";
    append_json_string(pub.body, verdict.text);
    pub.body.push_back('}');
  }
  message.mid = pub.mid;
  message.kind = pub.kind;
  message.body = std::move(pub.body);
  message.reply = pub.reply;
  message.after = pub.after;
  message.target = pub.target;
  message.filters = verdict.seen_by;
  if (identity_.role == tenants::Role::visitor) {
    message.opening = services_.opening(identity_);
    message.bot = services_.bot_first && services_.bot_first(identity_.tenant);
  }

  conversations::Change change;
  change.tenant = identity_.tenant;
  change.conversation = pub.conv;
  change.actor = actor();
  change.now = services_.clock.now_ms();
  change.what = std::move(message);
  delivery_.publish(std::move(change), PubContext{item.id, pub.mid, pub.conv, rewritten, item.since}, shared_from_this());
}

/// Before any `err` the mid is looked up: what is committed is answered `ack dup`, whatever has changed since.
void Session::refuse_pub(const std::string& id, const protocol::Pub& pub, protocol::ErrorCode code, std::string text, std::int64_t retry) {
  auto ask = [self = shared_from_this(), id, mid = pub.mid, conv = pub.conv, mac = content_mac(pub), code, text = std::move(text), retry] {
    auto found = self->services_.log.find_mid(self->identity_.tenant, conv, mid);
    self->loop_.post([self, id, mid, conv, mac, code, text, retry, found = std::move(found)] {
      --self->unanswered_;
      if (!self->socket_) return;
      if (!found)
        return self->send_err({.re = id, .mid = mid, .code = protocol::ErrorCode::store, .msg = "the store does not answer", .retry = 1000});
      const auto& row = *found;
      if (row && row->sender == self->identity_.user && equal_constant_time(row->mac, mac))
        return self->send(protocol::encode_ack({.re = id, .mid = mid, .conv = conv, .seq = row->seq, .ts = row->ts, .dup = true, .body = row->body}));
      self->send_err({.re = id, .mid = mid, .code = code, .msg = text, .retry = retry});
    });
  };
  services_.pool.post(std::move(ask));
}

void Session::answer(const PubContext& pub, const conversations::Committed& committed, const std::shared_ptr<const conversations::Entry>& entry) {
  using conversations::Outcome;
  --unanswered_;
  if (!socket_) return;
  const auto err = [&](protocol::ErrorCode code, std::string_view text, std::int64_t retry = 0) {
    send_err({.re = pub.re, .mid = pub.mid, .code = code, .msg = committed.text.empty() ? text : committed.text, .retry = retry,
              .next = committed.next});
  };
  if (committed.outcome != Outcome::ok && !identity_.exempt)  // what was refused or known already costs no token
    services_.rates.give_back("pub:" + identity_.user.binary(),
                              {tenants::is_staff(identity_.role) ? services_.limits.agent_rate : services_.limits.visitor_rate, rate_window_ms});
  switch (committed.outcome) {
    case Outcome::ok: {
      protocol::AckView ack{.re = pub.re, .mid = pub.mid, .conv = pub.conv, .seq = committed.seq, .ts = committed.ts};
      if (pub.rewritten && entry) ack.body = entry->body;
      Feed* feed = entry ? find_feed("u") : nullptr;
      if (feed) {
        const auto step = feed->at.offer(entry->cur, entry->prev);
        if (step == FeedPosition::Step::push) ack.cur = entry->cur, ack.prev = entry->prev;
        if (step == FeedPosition::Step::hold) feed->held.push_back(entry);
        if (step == FeedPosition::Step::pull) pull(*feed);
      }
      send(protocol::encode_ack(ack));
      return delivery_.observe_ack(services_.clock.steady_ms() - pub.since);
    }
    case Outcome::nothing:
    case Outcome::dup:
      return send(protocol::encode_ack({.re = pub.re, .mid = pub.mid, .conv = pub.conv, .seq = committed.seq, .ts = committed.ts,
                                        .dup = true, .body = committed.body ? std::string_view(*committed.body) : std::string_view{}}));
    case Outcome::forbidden: return err(protocol::ErrorCode::forbidden, "no such conversation of yours");
    case Outcome::closed: return err(protocol::ErrorCode::conv_closed, "the conversation is closed");
    case Outcome::order: return err(protocol::ErrorCode::order, "the message named by after is not there yet", 200);
    case Outcome::reuse: return err(protocol::ErrorCode::mid_reuse, "this mid was used for another message");
    case Outcome::conflict:
    case Outcome::rejected: return err(protocol::ErrorCode::rejected, "the store can't hold this message");
    case Outcome::storage: return err(protocol::ErrorCode::store, "the store does not answer", 1000);
  }
}

}  // namespace hotdesk::delivery
