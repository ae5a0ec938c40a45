#include <cstring>

#include "base/text.hpp"
#include "plugins/abi_text.hpp"
#include "plugins/calls/translate.hpp"
#include "plugins/hooks.hpp"
#include "plugins/thread_record.hpp"
#include "plugins/ticks.hpp"

namespace hotdesk::plugins {
namespace {

using delivery::FilterVerdict;
using Kind = FilterVerdict::Kind;

constexpr std::size_t most_text = 64 * 1024;
constexpr std::size_t most_reason = 1024;

std::int32_t to_role(tenants::Role role) noexcept {
  switch (role) {
    case tenants::Role::visitor: return HOTDESK_ROLE_VISITOR;
    case tenants::Role::agent:
    case tenants::Role::admin:
    case tenants::Role::operator_: return HOTDESK_ROLE_AGENT;
    case tenants::Role::bot: return HOTDESK_ROLE_BOT;
    case tenants::Role::plugin: return HOTDESK_ROLE_PLUGIN;
    case tenants::Role::system: return HOTDESK_ROLE_SYSTEM;
  }
  return HOTDESK_ROLE_SYSTEM;
}

std::int32_t to_kind(std::string_view kind) noexcept {
  if (kind == "text") return HOTDESK_KIND_TEXT;
  if (kind == "file") return HOTDESK_KIND_FILE;
  if (kind == "card") return HOTDESK_KIND_CARD;
  return HOTDESK_KIND_NOTE;
}

hotdesk_filter_message to_message(const delivery::FilterInput& input) noexcept {
  hotdesk_filter_message message{};
  message.size = sizeof message;
  message.role = to_role(input.role);
  message.direction = input.role == tenants::Role::visitor ? HOTDESK_INBOUND : HOTDESK_OUTBOUND;
  message.kind = to_kind(input.kind);
  message.flags = input.draft ? HOTDESK_MESSAGE_DRAFT : 0;
  message.conversation = to_id(input.conversation);
  message.visitor = to_id(input.visitor);
  message.text = to_text(input.text);
  message.language = to_text(input.language);
  return message;
}

/// Whether what the answer points to came from keep() and is text of a bearable length.
bool is_sound(const ThreadRecord& me, hotdesk_text text, std::size_t most) noexcept {
  if (text.size == 0) return true;
  return text.data != nullptr && text.size <= most && me.arena.holds(text.data, static_cast<std::size_t>(text.size)) &&
         is_clean_text(to_view(text));
}

hotdesk_result call_filter(Instance& instance, hotdesk_call call, const hotdesk_filter_message& message,
                           hotdesk_filter_answer& answer) noexcept {
  try {
    return instance.target().tables.filter->inspect(instance.target().raw, call, &message, &answer);
  } catch (...) {  // against the ABI, yet no reason to die
    return HOTDESK_E_INTERNAL;
  }
}

/// The result after the host's own look at it.
hotdesk_result judge(const ThreadRecord& me, hotdesk_result code, const hotdesk_filter_answer& answer) noexcept {
  if (code == HOTDESK_PENDING) return HOTDESK_E_UNSUPPORTED;  // inline calls answer at once
  code = known_code(code);
  if (code != HOTDESK_OK) return code;
  return is_sound(me, answer.text, most_text) && is_sound(me, answer.reason, most_reason) ? HOTDESK_OK : HOTDESK_E_INVALID;
}

}  // namespace

/// A run of the chain that suspends: from the slot where somebody had to be asked elsewhere.
struct Hooks::FilterRun : std::enable_shared_from_this<Hooks::FilterRun> {
  FilterRun(Hooks& hooks_, std::shared_ptr<const Plan> plan_, const delivery::FilterInput& input, std::string_view text,
            FilterVerdict verdict_, std::size_t next_, std::function<void(FilterVerdict)> done_)
      : hooks(hooks_),
        plan(std::move(plan_)),
        subject{input.tenant, input.conversation, input.visitor},
        ask(to_ask(input, text)),
        origin(input.origin),
        verdict(std::move(verdict_)),
        next(next_),
        done(std::move(done_)) {}

  void step() {
    const auto& chain = plan->chain(Method::inspect);
    if (next == chain.size()) return end();
    const Slot& slot = chain[next++];
    if (slot.component == origin) return step();  // nobody filters their own words
    hooks.choose(plan, slot, subject, [self = shared_from_this(), &slot](Instance* instance) { self->call(slot, instance); });
  }

 private:
  static FilterAsk to_ask(const delivery::FilterInput& input, std::string_view text) {
    FilterAsk out;
    out.role = to_role(input.role);
    out.direction = input.role == tenants::Role::visitor ? HOTDESK_INBOUND : HOTDESK_OUTBOUND;
    out.kind = to_kind(input.kind);
    out.flags = input.draft ? HOTDESK_MESSAGE_DRAFT : 0;
    out.conversation = input.conversation;
    out.visitor = input.visitor;
    out.text = text;
    out.language = input.language;
    return out;
  }
  void call(const Slot& slot, Instance* instance) {
    if (instance == nullptr) return failed(slot.component + " has no version that can run");
    if (!instance->has(Method::inspect)) return step();
    hooks.ask(plan, *instance, subject, ask, [self = shared_from_this(), &slot, instance](Outcome&& outcome) {
      self->hooks.mirror(self->plan, slot, self->subject, self->ask, outcome);
      self->take(*instance, std::move(outcome));
    });
  }
  void failed(std::string reason) {
    if (!plan->is_closed(Method::inspect)) return step();
    verdict.kind = Kind::failed;
    verdict.reason = std::move(reason);
    end();
  }
  void take(Instance& instance, Outcome&& outcome) {
    if (outcome.code < 0) return failed(instance.facts().tag + " failed");
    if (!verdict.seen_by.empty()) verdict.seen_by += ',';
    verdict.seen_by += instance.facts().tag;
    auto* reply = outcome.code == HOTDESK_OK ? std::get_if<FilterReply>(&outcome.reply) : nullptr;
    if (reply != nullptr && reply->verdict == HOTDESK_FILTER_REWRITE) {
      ask.text = std::move(reply->text);
      verdict.kind = Kind::rewrite;
    }
    if (reply != nullptr && reply->verdict == HOTDESK_FILTER_BLOCK) {
      verdict.kind = Kind::refuse;
      verdict.reason = std::move(reply->reason);
      return end();
    }
    step();
  }
  void end() {
    if (verdict.kind == Kind::rewrite) verdict.text = ask.text;
    done(std::move(verdict));
  }

  Hooks& hooks;
  const std::shared_ptr<const Plan> plan;
  const Subject subject;
  FilterAsk ask;
  const std::string origin;
  FilterVerdict verdict;
  std::size_t next;
  const std::function<void(FilterVerdict)> done;
};

std::optional<FilterVerdict> Hooks::inspect(const delivery::FilterInput& input, std::function<void(FilterVerdict)> done) {
  ThreadRecord& me = this_thread();
  std::shared_ptr<FilterRun> run;
  {
    const ReadGuard guard(me);
    // seq_cst pairs with publish(): an unmarked thread's pin must be seen before its read of the pointer.
    const Snapshot* snapshot = published_.load(std::memory_order_seq_cst);
    if (snapshot == nullptr) return FilterVerdict{};
    if (const auto* plan = snapshot->find(input.tenant)) [[likely]] {
      auto verdict = run_filters(me, *plan, input, done, run);
      if (!run) return verdict;
    }
  }
  if (run) {  // not inside the guard: what it asks may answer at once, and go on for long
    run->step();
    return std::nullopt;
  }
  // Views of the input do not live until then.
  struct Kept {
    delivery::FilterInput input;
    std::string kind, text, language;
  };
  auto kept = std::make_shared<Kept>(Kept{input, std::string(input.kind), std::string(input.text), std::string(input.language)});
  kept->input.kind = kept->kind;
  kept->input.text = kept->text;
  kept->input.language = kept->language;
  with_plan(input.tenant, [this, kept, done = std::move(done)](std::shared_ptr<const Plan> plan) {
    if (plan) return std::make_shared<FilterRun>(*this, std::move(plan), kept->input, kept->text, FilterVerdict{}, 0, done)->step();
    FilterVerdict verdict;
    verdict.kind = Kind::failed;
    verdict.reason = "the tenant's plugins could not be brought up";
    done(std::move(verdict));
  });
  return std::nullopt;
}

/// The chain as far as it is inline. `run` is made where somebody has to be asked elsewhere, and goes on from there.
std::optional<FilterVerdict> Hooks::run_filters(ThreadRecord& me, const std::shared_ptr<const Plan>& plan, const delivery::FilterInput& input,
                                                std::function<void(FilterVerdict)>& done, std::shared_ptr<FilterRun>& run) {
  FilterVerdict verdict;
  const auto& chain = plan->chain(Method::inspect);
  if (chain.empty()) return verdict;
  hotdesk_filter_message message = to_message(input);
  const Subject subject{input.tenant, input.conversation, input.visitor};
  for (std::size_t i = 0; i < chain.size(); ++i) {
    const Slot& slot = chain[i];
    if (!input.origin.empty() && slot.component == input.origin) continue;
    if (slot.stable == nullptr) {
      if (!plan->is_closed(Method::inspect)) continue;
      verdict.kind = Kind::failed;
      verdict.reason = slot.component + " has no version that can run";
      break;
    }
    const auto chosen = slot.is_plain() ? choose_now(*plan, slot, subject) : std::nullopt;
    if (!chosen) {
      run = std::make_shared<FilterRun>(*this, plan, input, to_view(message.text), std::move(verdict), i, std::move(done));
      me.arena.clear();
      return std::nullopt;
    }
    Instance* instance = *chosen;
    hotdesk_filter_answer answer{};
    answer.size = sizeof answer;
    me.failed_code = HOTDESK_OK;
    hotdesk_result code = HOTDESK_OK;
    const std::uint64_t begin = ticks();
    {
      const CallMark mark(me, instance->facts().mark.c_str(), instance->target().side);
      code = call_filter(*instance, mark.handle(), message, answer);
    }
    code = judge(me, code, answer);
    const bool rewritten = code == HOTDESK_OK && answer.verdict == HOTDESK_FILTER_REWRITE;
    const bool refused = code == HOTDESK_OK && answer.verdict == HOTDESK_FILTER_BLOCK;
    instance->stats().record(me.index, ticks() - begin,
                             code < 0 ? CallEnd::error : refused ? CallEnd::refused : rewritten ? CallEnd::rewritten : CallEnd::plain);
    if (code < 0) {
      Outcome outcome;
      outcome.code = code;
      if (me.failed_code == code) outcome.failed_path = me.failed_path, outcome.failed_text = me.failed_text;
      report(*instance, outcome, "inspect");
      if (!plan->is_closed(Method::inspect)) continue;
      verdict.kind = Kind::failed;
      verdict.reason = instance->facts().tag + " failed";
      break;
    }
    if (!verdict.seen_by.empty()) verdict.seen_by += ',';
    verdict.seen_by += instance->facts().tag;
    if (rewritten) {
      message.text = answer.text;
      verdict.kind = Kind::rewrite;
    }
    if (refused) {
      verdict.kind = Kind::refuse;
      verdict.reason = to_view(answer.reason);
      break;
    }
  }
  if (verdict.kind == Kind::rewrite) verdict.text = to_view(message.text);
  me.arena.clear();
  return verdict;
}

}  // namespace hotdesk::plugins
