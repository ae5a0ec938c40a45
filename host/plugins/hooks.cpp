#include "plugins/hooks.hpp"

#include "plugins/negotiation.hpp"
#include "plugins/thread_record.hpp"

namespace hotdesk::plugins {

Hooks::Hooks(PinTable& pins, LogSink& log, const Clock& clock, const ServicePorts& ports, FirstUse first_use)
    : pins_(pins), log_(log), clock_(clock), ports_(ports), first_use_(std::move(first_use)) {}

Hooks::~Hooks() { delete published_.load(); }

std::unique_ptr<const Snapshot> Hooks::publish(std::unique_ptr<const Snapshot> snapshot) noexcept {
  return std::unique_ptr<const Snapshot>(published_.exchange(snapshot.release(), std::memory_order_seq_cst));
}

void Hooks::with_plan(const Uuid& tenant, std::function<void(std::shared_ptr<const Plan>)> then) {
  {
    std::shared_ptr<const Plan> plan;
    bool none = false;
    {
      const ReadGuard guard(this_thread());
      const Snapshot* snapshot = published_.load(std::memory_order_seq_cst);
      none = snapshot == nullptr;
      if (const auto* found = none ? nullptr : snapshot->find(tenant)) plan = *found;
    }
    if (plan || none) return then(std::move(plan));
  }
  first_use_(tenant, [this, tenant, then = std::move(then)] {
    std::shared_ptr<const Plan> plan;
    {
      const ReadGuard guard(this_thread());
      const Snapshot* snapshot = published_.load(std::memory_order_seq_cst);
      if (const auto* found = snapshot == nullptr ? nullptr : snapshot->find(tenant)) plan = *found;
    }
    then(std::move(plan));
  });
}

Instance* Hooks::settle(const Slot& slot, const Subject& subject, std::uint32_t bucket) {
  const bool by_bucket = selects_candidate(bucket, slot.percent);
  if (subject.conversation.is_nil()) return by_bucket ? slot.candidate.get() : slot.stable.get();
  const std::string& stable = slot.stable->facts().manifest.version;
  const std::string& candidate = slot.candidate->facts().manifest.version;
  const auto version = pins_.pin(subject.tenant, subject.conversation, slot.component, stable, candidate, by_bucket ? candidate : stable);
  return version == candidate ? slot.candidate.get() : slot.stable.get();
}

std::optional<Instance*> Hooks::choose_now(const Plan& plan, const Slot& slot, const Subject& subject) {
  if (slot.candidate == nullptr || slot.stable == nullptr || slot.shadow) {
    if (slot.sticky && slot.stable != nullptr && !subject.conversation.is_nil()) {
      const std::string& version = slot.stable->facts().manifest.version;
      pins_.pin(subject.tenant, subject.conversation, slot.component, version, {}, version);
    }
    return slot.stable.get();
  }
  if (plan.chain(Method::assign).empty()) return settle(slot, subject, canary_bucket(slot.seed, subject.visitor));
  const std::string& stable = slot.stable->facts().manifest.version;
  const std::string& candidate = slot.candidate->facts().manifest.version;
  const auto pinned = pins_.find(subject.tenant, subject.conversation, slot.component, stable, candidate);
  if (!pinned) return std::nullopt;
  return *pinned == candidate ? slot.candidate.get() : slot.stable.get();
}

void Hooks::choose(const std::shared_ptr<const Plan>& plan, const Slot& slot, const Subject& subject, Chosen then) {
  if (const auto chosen = choose_now(*plan, slot, subject)) then(*chosen);
  else ask_gray(plan, slot, subject, std::move(then));
}

void Hooks::report(const Instance& instance, const Outcome& outcome, const char* what) {
  std::string text = std::string(what) + " failed: " + result_name(outcome.code);
  if (!outcome.failed_text.empty())
    text += " (" + (outcome.failed_path.empty() ? "" : outcome.failed_path + ": ") + outcome.failed_text + ")";
  log_(LogLevel::warn, instance.facts().tag, text);
}

std::shared_ptr<const void> Hooks::hold(const Uuid& tenant, std::string_view component) {
  ThreadRecord& me = this_thread();
  const ReadGuard guard(me);
  const Snapshot* snapshot = published_.load(std::memory_order_seq_cst);
  const auto* plan = snapshot != nullptr ? snapshot->find(tenant) : nullptr;
  if (plan == nullptr) return nullptr;
  for (const auto& chain : (*plan)->chains)
    for (const Slot& slot : chain) {
      if (slot.component != component || slot.stable == nullptr) continue;
      Instance* instance = slot.stable.get();
      instance->leases().take(me.index);
      return {instance, [](const Instance* held) { const_cast<Instance*>(held)->leases().give_back(this_thread().index); }};
    }
  return nullptr;
}

}  // namespace hotdesk::plugins
