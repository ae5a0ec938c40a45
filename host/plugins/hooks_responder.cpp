#include "plugins/calls/call.hpp"
#include "plugins/hooks.hpp"
#include "plugins/thread_record.hpp"

namespace hotdesk::plugins {
namespace {

using conversations::TurnRequest;
using conversations::TurnResult;

TurnAsk to_ask(TurnRequest&& from) {
  TurnAsk out;
  out.conversation = from.conversation;
  out.visitor = from.visitor;
  out.seq = from.seq;
  out.text = std::move(from.text);
  out.language = std::move(from.language);
  return out;
}

TurnResult to_result(const Instance& instance, TurnReply&& reply) {
  TurnResult out;
  out.kind = reply.end == HOTDESK_TURN_ANSWERED ? TurnResult::Kind::answered : TurnResult::Kind::human;
  const auto& manifest = instance.facts().manifest;
  out.component = manifest.id;
  out.version = manifest.version;
  out.name = manifest.display_name();
  out.text = std::move(reply.text);
  out.reason = std::move(reply.reason);
  out.confidence = reply.confidence;
  for (auto& one : reply.citations) out.citations.push_back({one.article, std::move(one.title), std::move(one.url)});
  return out;
}

}  // namespace

/// One turn on its way along the chain.
struct Hooks::TurnRun : std::enable_shared_from_this<Hooks::TurnRun> {
  TurnRun(Hooks& hooks_, std::shared_ptr<const Plan> plan_, const Subject& subject_, TurnAsk ask_, Responder::Chunk chunk_, Responder::Done done_)
      : hooks(hooks_), plan(std::move(plan_)), subject(subject_), ask(std::move(ask_)), chunk(std::move(chunk_)), done(std::move(done_)) {}

  void step() {
    const auto& chain = plan->chain(Method::reply);
    if (hooks.is_cancelled(subject)) return end("was cancelled");
    if (next == chain.size()) return end(last);
    const Slot& slot = chain[next++];
    hooks.choose(plan, slot, subject, [self = shared_from_this(), &slot](Instance* instance) { self->call(slot, instance); });
  }

 private:
  void call(const Slot& slot, Instance* instance) {
    if (instance == nullptr || !instance->has(Method::reply)) {
      last = slot.component + " has no version that can run";
      return step();
    }
    hooks.ask(
        plan, *instance, subject, ask,
        [self = shared_from_this(), &slot, instance](Outcome&& outcome) {
          self->hooks.mirror(self->plan, slot, self->subject, self->ask, outcome);
          self->take(*instance, std::move(outcome));
        },
        [this, instance](Call& call) {
          hooks.turn_began(subject, call);
          call.on_chunk([self = shared_from_this(), id = instance->facts().manifest.id](std::string_view text) { self->chunk(id, text); });
        });
  }
  void take(Instance& instance, Outcome&& outcome) {
    if (outcome.code == HOTDESK_OK) {
      hooks.turn_ended(subject);
      return done(to_result(instance, std::get<TurnReply>(std::move(outcome.reply))));
    }
    if (outcome.code == HOTDESK_SKIP) return step();
    last = instance.facts().manifest.display_name() + (outcome.failed_text.empty() ? " did not answer" : ": " + outcome.failed_text);
    if (outcome.code == HOTDESK_E_TIMEOUT) last = instance.facts().manifest.display_name() + " took too long";
    end(last);  // an error is a person's turn; asking the next bot would keep the visitor waiting
  }
  void end(const std::string& reason) {
    hooks.turn_ended(subject);
    TurnResult out;
    out.reason = reason;
    done(std::move(out));
  }

  Hooks& hooks;
  const std::shared_ptr<const Plan> plan;
  const Subject subject;
  const TurnAsk ask;
  const Responder::Chunk chunk;
  const Responder::Done done;
  std::size_t next = 0;
  std::string last;
};

bool Hooks::answers(const Uuid& tenant) {
  {
    const ReadGuard guard(this_thread());
    const Snapshot* snapshot = published_.load(std::memory_order_seq_cst);
    if (snapshot == nullptr) return false;
    if (const auto* plan = snapshot->find(tenant)) return !(*plan)->chain(Method::reply).empty();
  }
  first_use_(tenant, [] {});
  return false;
}

void Hooks::reply(TurnRequest request, Chunk chunk, Done done) {
  const Subject subject{request.tenant, request.conversation, request.visitor, request.seq};
  turn_ended(subject);
  with_plan(subject.tenant, [this, subject, ask = to_ask(std::move(request)), chunk = std::move(chunk), done = std::move(done)](
                                std::shared_ptr<const Plan> plan) mutable {
    if (plan) return std::make_shared<TurnRun>(*this, std::move(plan), subject, std::move(ask), std::move(chunk), std::move(done))->step();
    done({});
  });
}

void Hooks::cancel(const Uuid& tenant, const Uuid& conversation) {
  std::shared_ptr<Call> call;
  {
    const std::lock_guard lock(turns_mutex_);
    const auto found = turns_.find({tenant, conversation});
    if (found == turns_.end()) return;
    found->second.cancelled = true;
    call = found->second.call.lock();
  }
  if (call) call->give_up(HOTDESK_E_GONE);
}

void Hooks::turn_began(const Subject& subject, Call& call) {
  const std::lock_guard lock(turns_mutex_);
  turns_[{subject.tenant, subject.conversation}].call = call.weak_from_this();
}

void Hooks::turn_ended(const Subject& subject) {
  const std::lock_guard lock(turns_mutex_);
  turns_.erase({subject.tenant, subject.conversation});
}

bool Hooks::is_cancelled(const Subject& subject) {
  const std::lock_guard lock(turns_mutex_);
  const auto found = turns_.find({subject.tenant, subject.conversation});
  return found != turns_.end() && found->second.cancelled;
}

}  // namespace hotdesk::plugins
