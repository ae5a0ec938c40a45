#include "plugins/timers.hpp"

#include <algorithm>

#include "plugins/thread_record.hpp"

namespace hotdesk::plugins {

Timers::~Timers() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  changed_.notify_all();
  if (thread_.joinable()) thread_.join();
}

hotdesk_result Timers::start(const void* owner, const char* who, std::uint64_t delay_ms, std::uint64_t period_ms, void* user,
                             void (*fire)(void*), std::uint64_t& timer) {
  constexpr std::uint64_t longest = 366ULL * 24 * 3600 * 1000;
  if (fire == nullptr || delay_ms > longest || period_ms > longest) return HOTDESK_E_INVALID;
  const std::lock_guard lock(mutex_);
  const auto mine = std::count_if(queue_.begin(), queue_.end(), [&](const auto& one) { return one.second.owner == owner; });
  if (static_cast<std::size_t>(mine) >= most) return HOTDESK_E_BUDGET;
  const std::chrono::milliseconds delay(std::max<std::uint64_t>(delay_ms, 10));
  const std::chrono::milliseconds period(period_ms == 0 ? 0 : std::max<std::uint64_t>(period_ms, 100));
  timer = ++last_;
  queue_.emplace(Steady::now() + delay, Timer{owner, who, period, user, fire, timer});
  if (!thread_.joinable()) thread_ = std::thread([this] { run(); });
  changed_.notify_all();
  return HOTDESK_OK;
}

hotdesk_result Timers::cancel(const void* owner, std::uint64_t timer) {
  const std::lock_guard lock(mutex_);
  if (at_work_ == owner && at_work_id_ == timer && again_) {
    again_ = false;
    return HOTDESK_OK;
  }
  for (auto at = queue_.begin(); at != queue_.end(); ++at)
    if (at->second.owner == owner && at->second.id == timer) {
      queue_.erase(at);
      return HOTDESK_OK;
    }
  return HOTDESK_E_GONE;
}

void Timers::drop(const void* owner) {
  std::unique_lock lock(mutex_);
  std::erase_if(queue_, [&](const auto& one) { return one.second.owner == owner; });
  if (at_work_ == owner) again_ = false;
  changed_.wait(lock, [&] { return at_work_ != owner; });
  std::erase_if(queue_, [&](const auto& one) { return one.second.owner == owner; });  // the one at work may have started some
}

void Timers::run() {
  std::unique_lock lock(mutex_);
  while (!stopping_) {
    if (unload::detach_owed()) {
      lock.unlock();
      unload::run_pending_detaches();
      lock.lock();
      continue;
    }
    if (queue_.empty()) {
      changed_.wait(lock);
      continue;
    }
    const auto due = queue_.begin()->first;
    if (due > Steady::now()) {
      changed_.wait_until(lock, due);
      continue;
    }
    const Timer timer = queue_.begin()->second;
    queue_.erase(queue_.begin());
    at_work_ = timer.owner;
    at_work_id_ = timer.id;
    again_ = timer.period.count() != 0;
    lock.unlock();
    {
      // The owner is the instance's side: what a timer does for a pending call is done by the plugin that the call is in.
      const CallMark mark(this_thread(), timer.who, static_cast<HostSide*>(const_cast<void*>(timer.owner)));
      try {
        timer.fire(timer.user);
      } catch (...) {  // against the ABI; the thread is ours
      }
    }
    this_thread().arena.clear();
    lock.lock();
    if (again_) queue_.emplace(std::max(due + timer.period, Steady::now()), timer);
    at_work_ = nullptr;
    at_work_id_ = 0;
    changed_.notify_all();
  }
}

}  // namespace hotdesk::plugins
