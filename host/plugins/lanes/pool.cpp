#include "plugins/lanes/pool.hpp"

#include <pthread.h>
#include <time.h>

#include <chrono>

#include "plugins/thread_record.hpp"

namespace hotdesk::plugins {
namespace {

using Steady = std::chrono::steady_clock;
constexpr auto look_every = std::chrono::milliseconds(5);

std::int64_t cpu_ms(clockid_t clock) noexcept {
  timespec time{};
  return clock_gettime(clock, &time) == 0 ? time.tv_sec * 1000 + time.tv_nsec / 1'000'000 : 0;
}

}  // namespace

/// Outlives the pool as long as a thread that was written off does.
struct WorkerPool::Shared {
  std::mutex mutex;
  std::condition_variable changed;   ///< a task, or the end
  std::condition_variable watching;  ///< somebody is at work, or the end
  std::deque<Task> queue;
  std::vector<std::shared_ptr<Worker>> workers;
  std::function<void()> between;
  std::uint64_t wakes = 0;
  std::size_t busy = 0;
  std::uint64_t written_off = 0;
  bool stopping = false;
};

struct WorkerPool::Worker {
  std::thread thread;
  clockid_t clock{};
  bool at_work = false;  ///< what follows counts then
  bool abandoned = false;
  std::uint32_t hard_ms = 0;
  Steady::time_point since;
  std::int64_t cpu_since = 0;
  std::function<void()> overrun;
};

WorkerPool::WorkerPool(std::size_t threads, std::function<void()> between)
    : shared_(std::make_shared<Shared>()), waker_([this] { wake(); }) {
  shared_->between = std::move(between);
  {
    const std::lock_guard lock(shared_->mutex);
    for (std::size_t i = 0; i < threads; ++i) hire();
  }
  watch_ = std::thread([this] { watch(); });
}

WorkerPool::~WorkerPool() {
  std::vector<std::shared_ptr<Worker>> workers;
  {
    const std::lock_guard lock(shared_->mutex);
    shared_->stopping = true;
    workers = shared_->workers;
  }
  shared_->changed.notify_all();
  shared_->watching.notify_all();
  // The watch goes on until all workers are done: one of them may still hang.
  watch_.join();
  for (const auto& worker : workers)
    if (worker->thread.joinable()) worker->thread.join();
}

/// With the lock held.
void WorkerPool::hire() {
  auto worker = std::make_shared<Worker>();
  shared_->workers.push_back(worker);
  worker->thread = std::thread([shared = shared_, worker] { work(shared, worker); });
}

bool WorkerPool::push(Task task) {
  {
    const std::lock_guard lock(shared_->mutex);
    if (shared_->queue.size() >= most_queued) return false;
    shared_->queue.push_back(std::move(task));
  }
  shared_->changed.notify_one();
  return true;
}

void WorkerPool::wake() {
  {
    const std::lock_guard lock(shared_->mutex);
    ++shared_->wakes;
  }
  shared_->changed.notify_all();
}

std::uint64_t WorkerPool::written_off() const noexcept {
  const std::lock_guard lock(shared_->mutex);
  return shared_->written_off;
}

void WorkerPool::work(std::shared_ptr<Shared> shared, std::shared_ptr<Worker> me) {
  pthread_setname_np(pthread_self(), "plugin-pool");
  this_thread().patience = 0;  // watched here
  std::unique_lock lock(shared->mutex);
  pthread_getcpuclockid(pthread_self(), &me->clock);
  std::uint64_t woken = shared->wakes;
  while (!me->abandoned) {
    shared->changed.wait(lock, [&] { return shared->stopping || !shared->queue.empty() || shared->wakes != woken; });
    if (shared->wakes != woken) {
      woken = shared->wakes;
      lock.unlock();
      if (shared->between) shared->between();
      unload::run_pending_detaches();
      lock.lock();
      continue;
    }
    if (shared->queue.empty()) break;  // stopping
    Task task = std::move(shared->queue.front());
    shared->queue.pop_front();
    me->at_work = task.hard_ms != 0;
    me->hard_ms = task.hard_ms;
    me->overrun = std::move(task.overrun);
    me->since = Steady::now();
    me->cpu_since = cpu_ms(me->clock);
    if (me->at_work && ++shared->busy == 1) shared->watching.notify_all();
    lock.unlock();
    task.run();
    task.run = nullptr;
    this_thread().arena.clear();
    lock.lock();
    if (me->at_work) --shared->busy;
    me->at_work = false;
    me->overrun = nullptr;
  }
  shared->watching.notify_all();
  lock.unlock();
  if (shared->between) shared->between();
}

void WorkerPool::watch() {
  pthread_setname_np(pthread_self(), "plugin-watch");
  std::unique_lock lock(shared_->mutex);
  for (;;) {
    if (shared_->busy == 0) {
      if (shared_->stopping && shared_->queue.empty()) return;
      shared_->watching.wait(lock);
      continue;
    }
    shared_->watching.wait_for(lock, look_every);
    const auto now = Steady::now();
    std::vector<std::function<void()>> told;
    for (std::size_t i = 0; i < shared_->workers.size(); ++i) {
      const auto worker = shared_->workers[i];
      if (!worker->at_work || worker->abandoned) continue;
      const bool by_clock = now - worker->since >= std::chrono::milliseconds(10LL * worker->hard_ms);
      const bool by_cpu = now - worker->since >= std::chrono::milliseconds(worker->hard_ms) &&
                          cpu_ms(worker->clock) - worker->cpu_since >= worker->hard_ms;
      if (!by_clock && !by_cpu) continue;
      worker->abandoned = true;
      worker->at_work = false;
      --shared_->busy;
      ++shared_->written_off;
      told.push_back(std::move(worker->overrun));
      worker->thread.detach();
      shared_->workers.erase(shared_->workers.begin() + static_cast<std::ptrdiff_t>(i--));
      hire();
    }
    if (told.empty()) continue;
    lock.unlock();
    for (const auto& one : told)
      if (one) one();
    lock.lock();
  }
}

}  // namespace hotdesk::plugins
