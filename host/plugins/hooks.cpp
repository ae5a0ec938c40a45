#include "plugins/hooks.hpp"

#include "plugins/negotiation.hpp"
#include "plugins/thread_record.hpp"

namespace hotdesk::plugins {

Hooks::Hooks(PinTable& pins, LogSink& log, FirstUse first_use) : pins_(pins), log_(log), first_use_(std::move(first_use)) {}

Hooks::~Hooks() { delete published_.load(); }

std::unique_ptr<const Snapshot> Hooks::publish(std::unique_ptr<const Snapshot> snapshot) noexcept {
  return std::unique_ptr<const Snapshot>(published_.exchange(snapshot.release(), std::memory_order_seq_cst));
}

std::optional<delivery::FilterVerdict> Hooks::inspect(const delivery::FilterInput& input,
                                                      std::function<void(delivery::FilterVerdict)> done) {
  ThreadRecord& me = this_thread();
  {
    const ReadGuard guard(me);
    // seq_cst pairs with publish(): an unmarked thread's pin must be seen before its read of the pointer.
    const Snapshot* snapshot = published_.load(std::memory_order_seq_cst);
    if (snapshot == nullptr) return delivery::FilterVerdict{};
    if (const Plan* plan = snapshot->find(input.tenant)) [[likely]] return run_filters(me, *plan, input);
  }
  first_use_(input.tenant, [this, input, done = std::move(done)] {
    ThreadRecord& there = this_thread();
    delivery::FilterVerdict verdict;
    {
      const ReadGuard guard(there);
      const Snapshot* snapshot = published_.load(std::memory_order_seq_cst);
      const Plan* plan = snapshot != nullptr ? snapshot->find(input.tenant) : nullptr;
      if (plan != nullptr) {
        verdict = run_filters(there, *plan, input);
      } else if (snapshot != nullptr) {
        verdict.kind = delivery::FilterVerdict::Kind::failed;
        verdict.reason = "the tenant's plugins could not be brought up";
      }
    }
    done(std::move(verdict));
  });
  return std::nullopt;
}

conversations::RouteAnswer Hooks::route(const conversations::RouteRequest& request) {
  ThreadRecord& me = this_thread();
  {
    const ReadGuard guard(me);
    const Snapshot* snapshot = published_.load(std::memory_order_seq_cst);
    if (snapshot == nullptr) return {};
    if (const Plan* plan = snapshot->find(request.tenant)) return run_routers(me, *plan, request);
  }
  first_use_(request.tenant, [] {});  // this time the host's own rule, next time the plugin
  return {};
}

Instance* Hooks::choose(const Slot& slot, const Uuid& tenant, const Uuid& conversation, const Uuid& visitor) {
  if (slot.candidate == nullptr || slot.stable == nullptr) return slot.stable.get();
  const bool by_hash = selects_candidate(canary_bucket(slot.seed, visitor), slot.percent);
  if (conversation.is_nil()) return by_hash ? slot.candidate.get() : slot.stable.get();
  const std::string& stable = slot.stable->image().manifest().version;
  const std::string& candidate = slot.candidate->image().manifest().version;
  const auto version = pins_.pin(tenant, conversation, slot.component, stable, candidate, by_hash ? candidate : stable);
  return version == candidate ? slot.candidate.get() : slot.stable.get();
}

void Hooks::report(const ThreadRecord& me, const Instance& instance, hotdesk_result code, const char* what) {
  std::string text = std::string(what) + " failed: " + result_name(code);
  if (me.failed_code == code && !me.failed_text.empty())
    text += " (" + (me.failed_path.empty() ? "" : me.failed_path + ": ") + me.failed_text + ")";
  log_(LogLevel::warn, instance.image().tag(), text);
}

std::shared_ptr<const void> Hooks::hold(const Uuid& tenant, std::string_view component) {
  ThreadRecord& me = this_thread();
  const ReadGuard guard(me);
  const Snapshot* snapshot = published_.load(std::memory_order_seq_cst);
  const Plan* plan = snapshot != nullptr ? snapshot->find(tenant) : nullptr;
  if (plan == nullptr) return nullptr;
  for (const auto* chain : {&plan->filters, &plan->routers})
    for (const Slot& slot : *chain) {
      if (slot.component != component || slot.stable == nullptr) continue;
      Instance* instance = slot.stable.get();
      instance->leases().take(me.index);
      return {instance, [](const Instance* held) { const_cast<Instance*>(held)->leases().give_back(this_thread().index); }};
    }
  return nullptr;
}

}  // namespace hotdesk::plugins
