#include "plugins/lanes/pool_endpoint.hpp"

#include "plugins/lanes/state_calls.hpp"
#include "plugins/thread_record.hpp"

namespace hotdesk::plugins {

/// Shared with tasks, so that a thread which was written off may come back after the endpoint is gone.
struct PoolEndpoint::State {
  WorkerPool& pool;
  const Target target;
  const Budgets budgets;
  const bool serial;
  const std::function<void()> overran;
  std::mutex mutex;
  std::condition_variable idle;
  std::deque<Item> held;  ///< paused, or behind another of a serial instance
  std::size_t at_work = 0;
  std::size_t queued = 0;
  bool paused = false;

  State(WorkerPool& pool_, Target target_, Budgets budgets_, bool serial_, std::function<void()> overran_)
      : pool(pool_), target(target_), budgets(budgets_), serial(serial_), overran(std::move(overran_)) {}
};

namespace {

/// A lease for as long as it lives.
struct Hold {
  explicit Hold(Leases& leases_) : leases(leases_) { leases.take(0); }
  ~Hold() { leases.give_back(0); }
  Hold(const Hold&) = delete;
  Hold& operator=(const Hold&) = delete;
  Leases& leases;
};

}  // namespace

PoolEndpoint::PoolEndpoint(WorkerPool& pool, Target target, Budgets budgets, bool serial, std::function<void()> overran)
    : state_(std::make_shared<State>(pool, target, budgets, serial, std::move(overran))) {}

PoolEndpoint::~PoolEndpoint() = default;

void PoolEndpoint::start(std::shared_ptr<Call> call) {
  bool full = false;
  {
    const std::lock_guard lock(state_->mutex);
    full = state_->queued >= state_->budgets.concurrency;
    if (!full) ++state_->queued;
  }
  if (full) {
    call->set_failure({}, "too many calls under way");
    call->give_up(HOTDESK_E_OVERLOAD);
    return;
  }
  call->on_over([state = state_] {
    const std::lock_guard lock(state->mutex);
    --state->queued;
  });
  // The caller's own lease ends with the call, and the cancel comes after that.
  call->on_cancel([state = state_, weak = std::weak_ptr<Call>(call), hold = std::make_shared<const Hold>(state_->target.side->leases())] {
    auto cancelled = weak.lock();
    if (cancelled && cancelled->side != nullptr)
      push(state, {[state, cancelled] { perform_cancel(state->target, *cancelled); }, nullptr});
  });
  push(state_, {[state = state_, call] { perform(state->target, call); }, call});
}

void PoolEndpoint::post(std::function<void()> task, std::shared_ptr<Call> call) { push(state_, {std::move(task), std::move(call)}); }

void PoolEndpoint::push(const std::shared_ptr<State>& state, Item item) {
  Leases& leases = state->target.side->leases();
  {
    const std::lock_guard lock(state->mutex);
    if (state->paused || (state->serial && state->at_work != 0)) {
      if (item.run) {
        leases.take(0);
        auto run = std::move(item.run);
        item.run = [run = std::move(run), &leases] {
          run();
          leases.give_back(0);
        };
      }
      state->held.push_back(std::move(item));
      return;
    }
    ++state->at_work;
  }
  leases.take(0);
  auto run = std::make_shared<std::function<void()>>(std::move(item.run));
  WorkerPool::Task task;
  task.hard_ms = state->budgets.sync_hard_ms;
  task.run = [state, run, &leases] {
    (*run)();
    *run = nullptr;
    finished(state);
    leases.give_back(0);
  };
  task.overrun = [state, call = item.call] {
    if (call) {
      call->set_failure({}, "stayed over its time limit without returning");
      call->give_up(HOTDESK_E_TIMEOUT);
    }
    if (state->overran) state->overran();
  };
  if (!state->pool.push(std::move(task))) {
    if (item.call) item.call->give_up(HOTDESK_E_OVERLOAD);
    finished(state);
    leases.give_back(0);
  }
}

void PoolEndpoint::finished(const std::shared_ptr<State>& state) {
  Item next;
  {
    const std::lock_guard lock(state->mutex);
    --state->at_work;
    state->idle.notify_all();
    if (state->paused || state->held.empty()) return;
    next = std::move(state->held.front());
    state->held.pop_front();
  }
  push(state, std::move(next));
}

bool PoolEndpoint::pause(std::chrono::milliseconds limit) {
  std::unique_lock lock(state_->mutex);
  state_->paused = true;
  return state_->idle.wait_for(lock, limit, [this] { return state_->at_work == 0; });
}

void PoolEndpoint::resume() {
  std::deque<Item> held;
  {
    const std::lock_guard lock(state_->mutex);
    state_->paused = false;
    held.swap(state_->held);
  }
  for (auto& item : held) push(state_, std::move(item));
}

Result<std::string> PoolEndpoint::export_state(std::uint32_t target_schema) { return plugins::export_state(state_->target, target_schema); }
Result<> PoolEndpoint::import_state(std::uint32_t schema, std::string_view blob, bool dry_run) {
  return plugins::import_state(state_->target, schema, blob, dry_run);
}
hotdesk_result PoolEndpoint::check(std::int32_t level) { return check_health(state_->target, level); }

}  // namespace hotdesk::plugins
