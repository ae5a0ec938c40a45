#include "plugins/hooks.hpp"

namespace hotdesk::plugins {

/// Asks the gray plugins in turn, from what is known of the visitor; the first answer counts, else the hash.
void Hooks::ask_gray(const std::shared_ptr<const Plan>& plan, const Slot& slot, const Subject& subject, Chosen then) {
  struct Run : std::enable_shared_from_this<Run> {
    Hooks& hooks;
    std::shared_ptr<const Plan> plan;
    const Slot& slot;
    Subject subject;
    Chosen then;
    GrayAsk ask;
    std::size_t next = 0;
    Run(Hooks& hooks_, std::shared_ptr<const Plan> plan_, const Slot& slot_, const Subject& subject_, Chosen then_)
        : hooks(hooks_), plan(std::move(plan_)), slot(slot_), subject(subject_), then(std::move(then_)) {}

    void step() {
      const auto& chain = plan->chain(Method::assign);
      while (next < chain.size()) {
        const Slot& gray = chain[next++];
        if (gray.component == slot.component || gray.stable == nullptr) continue;
        hooks.ask(plan, *gray.stable, {subject.tenant, {}, subject.visitor}, ask, [self = this->shared_from_this()](Outcome&& outcome) {
          const auto* reply = outcome.code == HOTDESK_OK ? std::get_if<GrayReply>(&outcome.reply) : nullptr;
          if (reply != nullptr) self->end(reply->bucket);
          else self->step();
        });
        return;
      }
      end(canary_bucket(slot.seed, subject.visitor));
    }
    void end(std::uint32_t bucket) { then(hooks.settle(slot, subject, bucket)); }
  };
  const auto run = std::make_shared<Run>(*this, plan, slot, subject, std::move(then));
  run->ask.component = slot.component;
  run->ask.stable = slot.stable->facts().manifest.version;
  run->ask.candidate = slot.candidate->facts().manifest.version;
  run->ask.percent = slot.percent;
  run->ask.visitor = subject.visitor;
  run->ask.now = clock_.now_ms();
  if (ports_.visitors == nullptr || subject.visitor.is_nil()) return run->step();
  suspended_.fetch_add(1);
  ports_.visitors->find(subject.tenant, subject.visitor, [this, run](Attributes attributes) {
    run->ask.attributes = std::move(attributes);
    run->step();
    suspended_.fetch_sub(1);
  });
}

}  // namespace hotdesk::plugins
