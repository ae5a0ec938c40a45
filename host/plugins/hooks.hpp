#pragma once
#include <atomic>
#include <functional>
#include <map>
#include <memory>
#include <mutex>

#include "base/clock.hpp"
#include "conversations/ports.hpp"
#include "delivery/ports.hpp"
#include "plugins/pin_table.hpp"
#include "plugins/services/ports.hpp"
#include "plugins/snapshot.hpp"

namespace hotdesk::plugins {

struct ThreadRecord;

/// The hooks: the host's filter, router and responder, on the published snapshot. Thread: any.
/// Files: hooks (snapshot, choice), hooks_ask (one call in any lane), hooks_filter, hooks_router, hooks_responder, hooks_gray,
/// hooks_events (and shadows).
class Hooks final : public delivery::Filter,
                    public conversations::Router,
                    public conversations::Responder,
                    public conversations::EventSink {
 public:
  /// Asked when a tenant has no plan yet: makes one off this thread, then calls `then` there, whatever came of it.
  using FirstUse = std::function<void(const Uuid& tenant, std::function<void()> then)>;
  Hooks(PinTable& pins, LogSink& log, const Clock& clock, const ServicePorts& ports, FirstUse first_use);
  ~Hooks() override;

  std::optional<delivery::FilterVerdict> inspect(const delivery::FilterInput& input,
                                                 std::function<void(delivery::FilterVerdict)> done) override;
  /// May wait for plugins that are not inline: never on an event loop unless all of the tenant's routers are.
  conversations::RouteAnswer route(const conversations::RouteRequest& request) override;
  bool answers(const Uuid& tenant) override;
  void reply(conversations::TurnRequest request, Chunk chunk, Done done) override;
  void cancel(const Uuid& tenant, const Uuid& conversation) override;
  /// Tells every component that wants to know.
  void event(const conversations::Event& event) override;

  /// The next call uses it. The former one may still be read: free it after Quiesce. nullptr: no plugins at all.
  std::unique_ptr<const Snapshot> publish(std::unique_ptr<const Snapshot> snapshot) noexcept;

  /// Keeps the instance that serves a tenant (stable) alive until given back; nullptr when there is none.
  std::shared_ptr<const void> hold(const Uuid& tenant, std::string_view component);

  /// Who is asked, about whom.
  struct Subject {
    Uuid tenant;
    Uuid conversation;
    Uuid visitor;
    std::int64_t seq = 0;
  };
  using Then = std::function<void(Outcome&&)>;
  using Chosen = std::function<void(Instance*)>;
  /// The tenant's plan, kept for a call that suspends; made first where there is none yet (then it may be nullptr).
  void with_plan(const Uuid& tenant, std::function<void(std::shared_ptr<const Plan>)> then);
  /// Which of the slot's versions serves the subject; asks the gray plugins where they have a say. `then` is called at once
  /// where nobody needs asking. nullptr: none can run.
  void choose(const std::shared_ptr<const Plan>& plan, const Slot& slot, const Subject& subject, Chosen then);
  /// One call, counted, in the instance's lane, on behalf of `subject`. `plan` keeps it alive. `call_made`, where given, is
  /// told the call before it starts (to hear chunks, to give it up); not in the inline lane.
  void ask(const std::shared_ptr<const Plan>& plan, Instance& instance, const Subject& subject, Ask what, Then then,
           const std::function<void(Call&)>& call_made = {});
  /// Shows a call to a slot's candidate in shadow and compares what it says.
  void mirror(const std::shared_ptr<const Plan>& plan, const Slot& slot, const Subject& subject, const Ask& what, const Outcome& shown);
  void report(const Instance& instance, const Outcome& outcome, const char* what);

  /// Calls that have left their caller and are not over.
  std::int64_t suspended() const noexcept { return suspended_.load(); }

 private:
  struct FilterRun;
  struct TurnRun;
  void tell(const Uuid& tenant, const EventAsk& event);
  void turn_began(const Subject& subject, Call& call);
  void turn_ended(const Subject& subject);
  bool is_cancelled(const Subject& subject);
  std::optional<delivery::FilterVerdict> run_filters(ThreadRecord& me, const std::shared_ptr<const Plan>& plan,
                                                     const delivery::FilterInput& input,
                                                     std::function<void(delivery::FilterVerdict)>& done,
                                                     std::shared_ptr<FilterRun>& run);
  /// At once, without asking anybody; nullopt: gray plugins have a say.
  std::optional<Instance*> choose_now(const Plan& plan, const Slot& slot, const Subject& subject);
  void ask_gray(const std::shared_ptr<const Plan>& plan, const Slot& slot, const Subject& subject, Chosen then);
  Instance* settle(const Slot& slot, const Subject& subject, std::uint32_t bucket);
  Outcome call_inline(ThreadRecord& me, Instance& instance, const Ask& what);

  PinTable& pins_;
  LogSink& log_;
  const Clock& clock_;
  const ServicePorts ports_;
  FirstUse first_use_;
  std::atomic<const Snapshot*> published_{nullptr};
  std::atomic<std::int64_t> suspended_{0};
  struct Turn {
    std::weak_ptr<Call> call;
    bool cancelled = false;
  };
  std::mutex turns_mutex_;
  std::map<std::pair<Uuid, Uuid>, Turn> turns_;  ///< by tenant and conversation
};

}  // namespace hotdesk::plugins
