#pragma once
#include <deque>
#include <functional>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "base/executor.hpp"
#include "conversations/ports.hpp"

namespace hotdesk::conversations {

/// Runs what was posted when the test says so.
class SteppedPool final : public Executor {
 public:
  void post(std::function<void()> task) override { tasks_.push_back(std::move(task)); }
  bool step() {
    if (tasks_.empty()) return false;
    auto task = std::move(tasks_.front());
    tasks_.pop_front();
    task();
    return true;
  }
  void settle() {
    while (step()) {
    }
  }

 private:
  std::deque<std::function<void()>> tasks_;
};

/// One conversation's rows, judged as the store judges them for bots. Tells every change to `listener`.
class Rows final : public ConversationRepository, public Timeline {
 public:
  Uuid tenant = make_uuid(1);
  Uuid id = make_uuid(2);
  Uuid visitor = make_uuid(3);
  Status status = Status::bot;
  std::int64_t seq = 1;
  std::int64_t answered = 0;
  std::vector<OwedTurn> said;                  ///< by the visitor
  std::map<Uuid, std::string> sent;            ///< by the bot: mid → body
  std::vector<HandedOver> handed;
  std::vector<Waiting> waiting;
  std::vector<AgentLoad> loads;
  std::vector<Change> changes;
  int storage_failures = 0;                    ///< the next so many commits fail for now
  bool unreadable = false;
  std::function<void(const Change&, const Committed&)> listener;

  void say(const std::string& text) {
    Message message;
    message.kind = "text";
    Change change{tenant, id, {tenants::Role::visitor, visitor, "Vic"}, 0, {}, std::move(message)};
    said.push_back({id, visitor, ++seq, 1000 + seq, text, "en"});
    Committed done;
    done.outcome = Outcome::ok;
    done.seq = seq;
    tell(change, done);
  }
  void take() {
    status = Status::open;
    Change change{tenant, id, {}, 0, {}, Assigned{}};
    Committed done;
    done.outcome = Outcome::ok;
    tell(change, done);
  }

  void commit(Change change, Done done) override {
    Committed out = judge(change);
    changes.push_back(change);
    tell(change, out);
    done(std::move(out));
  }

  Result<std::optional<OwedTurn>> find_owed_turn(const Uuid&, const Uuid&) override {
    if (unreadable) return fail(Errc::storage, "broken");
    if (status != Status::bot || said.empty() || said.back().seq <= answered) return std::optional<OwedTurn>{};
    return std::optional(said.back());
  }
  Result<std::vector<OwedTurn>> list_owed_turns(const Uuid& of, int) override {
    const auto one = find_owed_turn(of, id);
    if (!one) return one.error();
    return *one ? std::vector<OwedTurn>{**one} : std::vector<OwedTurn>{};
  }
  Result<std::optional<Conversation>> find_conversation(const Uuid&, const Uuid&, const Uuid&) override { return std::optional<Conversation>{}; }
  Result<ConversationPage> list_conversations(const Uuid&, const Uuid&, const ListFilter&) override { return ConversationPage{}; }
  Result<std::vector<Waiting>> list_waiting(const Uuid&, int) override { return waiting; }
  Result<std::vector<AgentLoad>> list_loads(const Uuid&, const Uuid&) override { return loads; }
  Result<Counts> count(const Uuid&, std::int64_t) override { return Counts{}; }

 private:
  Committed judge(const Change& change) {
    Committed out;
    if (storage_failures > 0) {
      --storage_failures;
      return out;
    }
    out.outcome = Outcome::ok;
    if (const auto* message = std::get_if<Message>(&change.what)) {
      if (!sent.try_emplace(message->mid, message->body).second) out.outcome = Outcome::dup;
      else if (status != Status::bot) sent.erase(message->mid), out.outcome = Outcome::conflict;
      else answered = std::max(answered, message->answers), ++seq;
    } else if (const auto* over = std::get_if<HandedOver>(&change.what)) {
      if (status != Status::bot) return out.outcome = Outcome::conflict, out;
      status = Status::waiting;
      handed.push_back(*over);
    } else if (const auto* passed = std::get_if<Passed>(&change.what)) {
      answered = passed->seq;
    } else if (std::holds_alternative<GivenToBot>(change.what)) {
      if (status != Status::waiting) return out.outcome = Outcome::conflict, out;
      status = Status::bot;
    }
    return out;
  }
  void tell(const Change& change, Committed& done) {
    Conversation after;
    after.id = id;
    after.tenant = tenant;
    after.status = status;
    done.after = std::move(after);
    if (listener) listener(change, done);
  }
};

}  // namespace hotdesk::conversations
