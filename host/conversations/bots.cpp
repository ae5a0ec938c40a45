#include "conversations/bots.hpp"

#include "base/json.hpp"
#include "conversations/derived_mid.hpp"
#include "observe/log.hpp"

namespace hotdesk::conversations {
namespace {

constexpr std::int64_t retry_ms = 5'000;
constexpr int most_owed = 500;  // a poke; what is left is found by the next one
constexpr std::size_t most_turns = 48;  // at once; more would be refused by the plugin's own bound and so go to people
constexpr std::size_t most_citations = 8;

const Actor host{tenants::Role::system, {}, "hotdesk"};

}  // namespace

struct Bots::Turn {
  TurnRequest request;
  std::int64_t at = 0;  ///< when the visitor's message was committed
  Uuid mid_of(std::string_view component) const { return derive_mid(component, request.conversation, request.seq, 0, at); }
};

std::string bot_body(std::string_view text, const std::vector<TurnResult::Citation>& citations) {
  std::string out = "{\"text\":";
  append_json_string(out, text);
  if (!citations.empty()) {
    out += ",\"citations\":[";
    for (std::size_t i = 0; i < citations.size() && i < most_citations; ++i) {
      const auto& one = citations[i];
      out += i == 0 ? "{\"title\":" : ",{\"title\":";
      append_json_string(out, one.title);
      if (!one.url.empty()) {
        out += ",\"url\":";
        append_json_string(out, one.url);
      }
      if (!one.article.is_nil()) out += ",\"article\":\"" + one.article.text() + "\"";
      out += "}";
    }
    out += "]";
  }
  return out + "}";
}

void Bots::poke(const Uuid& tenant) {
  parts_.pool.post([this, tenant] {
    if (stopped()) return;
    const auto owed = parts_.conversations.list_owed_turns(tenant, most_owed);
    if (!owed) {
      log::warn("conversations", "what bots owe could not be read", {{"why", owed.error().text}});
      return poke_later(tenant);
    }
    if (owed->size() == static_cast<std::size_t>(most_owed)) poke_later(tenant);
    for (const OwedTurn& turn : *owed) owe(tenant, turn.conversation);
  });
}

void Bots::committed(const Change& change, const Committed& result) {
  if (result.outcome != Outcome::ok || !result.after) return;
  if (result.after->status == Status::bot) {
    const bool visitor_wrote = change.actor.role == tenants::Role::visitor && std::holds_alternative<Message>(change.what);
    if (visitor_wrote || std::holds_alternative<GivenToBot>(change.what)) owe(change.tenant, change.conversation);
    return;
  }
  {
    const std::lock_guard lock(mutex_);
    if (!slots_.contains(change.conversation)) return;
  }
  parts_.pool.post([this, tenant = change.tenant, conversation = change.conversation] {
    if (!stopped()) parts_.responder.cancel(tenant, conversation);
  });
}

void Bots::tick() {
  std::vector<std::pair<Uuid, Uuid>> due;
  std::vector<Uuid> tenants;
  {
    const std::lock_guard lock(mutex_);
    if ((retries_.empty() && pokes_.empty()) || stopped_) return;
    const std::int64_t now = parts_.clock.steady_ms();
    std::erase_if(pokes_, [&](const auto& one) {
      if (one.second > now) return false;
      tenants.push_back(one.first);
      return true;
    });
    for (auto at = retries_.begin(); at != retries_.end();) {
      if (at->second.at > now) {
        ++at;
        continue;
      }
      due.emplace_back(at->second.tenant, at->first);
      at = retries_.erase(at);
    }
  }
  for (const auto& [tenant, conversation] : due) owe(tenant, conversation);
  for (const Uuid& tenant : tenants) poke(tenant);
}

void Bots::poke_later(const Uuid& tenant) {
  const std::lock_guard lock(mutex_);
  if (!stopped_) pokes_[tenant] = parts_.clock.steady_ms() + retry_ms;
}

bool Bots::take_place(const Uuid& tenant, const Uuid& conversation) {
  const std::lock_guard lock(mutex_);
  const auto at = slots_.find(conversation);
  if (at == slots_.end()) return false;
  if (placed_ >= most_turns) {
    queue_.emplace_back(tenant, conversation);
    return false;
  }
  ++placed_;
  at->second.placed = true;
  return true;
}

void Bots::leave_place(const Uuid& conversation) {
  const auto at = slots_.find(conversation);
  if (at == slots_.end() || !std::exchange(at->second.placed, false)) return;
  --placed_;
  if (queue_.empty()) return;
  parts_.pool.post([this, next = queue_.front()] { step(next.first, next.second); });
  queue_.pop_front();
}

void Bots::stop() {
  const std::lock_guard lock(mutex_);
  stopped_ = true;
  retries_.clear();
  pokes_.clear();
  queue_.clear();
}

bool Bots::stopped() const {
  const std::lock_guard lock(mutex_);
  return stopped_;
}

void Bots::owe(const Uuid& tenant, const Uuid& conversation) {
  {
    const std::lock_guard lock(mutex_);
    if (stopped_) return;
    const auto [at, made] = slots_.try_emplace(conversation);
    if (!made) {
      at->second.again = true;
      return;
    }
  }
  parts_.pool.post([this, tenant, conversation] { step(tenant, conversation); });
}

void Bots::step(const Uuid& tenant, const Uuid& conversation) {
  if (stopped()) return;
  auto owed = parts_.conversations.find_owed_turn(tenant, conversation);
  if (!owed) return retry_later(tenant, conversation);
  if (!*owed) return next(tenant, conversation);
  if (take_place(tenant, conversation)) begin(tenant, std::move(**owed));
}

void Bots::begin(const Uuid& tenant, OwedTurn owed) {
  auto made = std::make_shared<Turn>();
  made->at = owed.at;
  made->request = {tenant, owed.conversation, owed.visitor, owed.seq, std::move(owed.text), std::move(owed.language)};
  const TurnPtr turn = std::move(made);
  if (!parts_.responder.answers(tenant)) return hand_over(turn, {}, "no bot is switched on");
  parts_.responder.reply(
      turn->request,
      [this, turn](std::string_view component, std::string_view text) {
        const TurnRequest& of = turn->request;
        if (!text.empty()) parts_.show({of.tenant, of.conversation, of.visitor, turn->mid_of(component), text, false});
      },
      [this, turn](TurnResult&& result) {
        // Plugin threads end here; what follows may block and belongs to the pool.
        parts_.pool.post([this, turn, result = std::move(result)]() mutable { ended(turn, std::move(result)); });
      });
}

void Bots::ended(const TurnPtr& turn, TurnResult result) {
  if (stopped()) return;  // also what a shutdown cut off: it is owed after the next start
  const TurnRequest& of = turn->request;
  if (!result.component.empty()) parts_.show({of.tenant, of.conversation, of.visitor, turn->mid_of(result.component), {}, true});
  if (result.kind == TurnResult::Kind::failed) return hand_over(turn, result.component, result.reason.empty() ? "the bot failed" : result.reason);
  if (!result.text.empty()) return send(turn, result);
  if (result.kind == TurnResult::Kind::human) return hand_over(turn, result.component, result.reason);
  pass(turn);
}

void Bots::pass(const TurnPtr& turn) {
  commit(turn, Passed{turn->request.seq}, host,
         [this, turn](const Committed&) { next(turn->request.tenant, turn->request.conversation); });
}

void Bots::send(const TurnPtr& turn, const TurnResult& result) {
  auto checked = [this, turn, result](Checked&& verdict) {
    if (verdict.kind != Checked::Kind::pass)
      return hand_over(turn, result.component, verdict.kind == Checked::Kind::refuse ? "a filter refused the bot's answer: " + verdict.reason
                                                                                     : "a filter could not look at the bot's answer");
    const bool human = result.kind == TurnResult::Kind::human;
    Message message;
    message.mid = turn->mid_of(result.component);
    message.kind = "text";
    message.body = bot_body(verdict.text, result.citations);
    message.filters = verdict.seen_by;
    // Handed over, the turn is paid by the hand-over alone: a crash in between asks again, and this is then a repeat.
    message.answers = human ? 0 : turn->request.seq;
    commit(turn, std::move(message), {tenants::Role::bot, {}, result.name.empty() ? "Bot" : result.name},
           [this, turn, human, component = result.component, reason = result.reason](const Committed& committed) {
             if (committed.outcome == Outcome::rejected) return hand_over(turn, component, "the bot's answer could not be stored");
             const bool kept = committed.outcome == Outcome::ok || committed.outcome == Outcome::dup;
             if (human && kept) return hand_over(turn, component, reason);
             // An earlier try wrote this message on its way to a person, and died there: it is the answer now.
             if (committed.outcome == Outcome::dup) return pass(turn);
             next(turn->request.tenant, turn->request.conversation);
           });
  };
  parts_.check(turn->request, result.component, result.text, std::move(checked));
}

void Bots::hand_over(const TurnPtr& turn, const std::string& component, const std::string& reason) {
  HandedOver what;
  what.seq = turn->request.seq;
  what.component = component;
  what.reason = reason;
  commit(turn, std::move(what), host, [this, turn](const Committed&) { next(turn->request.tenant, turn->request.conversation); });
}

void Bots::commit(const TurnPtr& turn, What what, Actor actor, std::function<void(const Committed&)> then) {
  if (stopped()) return;
  Change change;
  change.tenant = turn->request.tenant;
  change.conversation = turn->request.conversation;
  change.actor = std::move(actor);
  change.now = parts_.clock.now_ms();
  change.what = std::move(what);
  parts_.timeline.commit(std::move(change), [this, turn, then = std::move(then)](Committed&& committed) {
    if (committed.outcome == Outcome::storage) return retry_later(turn->request.tenant, turn->request.conversation);
    then(committed);
  });
}

void Bots::next(const Uuid& tenant, const Uuid& conversation) {
  {
    const std::lock_guard lock(mutex_);
    leave_place(conversation);
    const auto at = slots_.find(conversation);
    if (at == slots_.end()) return;
    if (!at->second.again || stopped_) {
      slots_.erase(at);
      return;
    }
    at->second.again = false;
  }
  parts_.pool.post([this, tenant, conversation] { step(tenant, conversation); });
}

void Bots::retry_later(const Uuid& tenant, const Uuid& conversation) {
  const std::lock_guard lock(mutex_);
  leave_place(conversation);
  slots_.erase(conversation);
  if (!stopped_) retries_[conversation] = {tenant, parts_.clock.steady_ms() + retry_ms};
}

}  // namespace hotdesk::conversations
