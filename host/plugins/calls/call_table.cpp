#include "plugins/calls/call_table.hpp"

#include <pthread.h>

#include <future>
#include <vector>

namespace hotdesk::plugins {

CallTable::CallTable() : inner_(new Inner) {}

CallTable& CallTable::instance() {
  static CallTable& table = *new CallTable;
  return table;
}

std::shared_ptr<Call> CallTable::find(hotdesk_call call) const {
  auto found = inner_->find(call);
  if (!found) count_gone_call();
  return found;
}

std::uint64_t CallTable::under_way() const noexcept {
  const std::lock_guard lock(inner_->mutex);
  return inner_->calls.size();
}

void CallTable::end_all(const void* owner) {
  std::vector<std::shared_ptr<Call>> ended;
  {
    const std::lock_guard lock(inner_->mutex);
    for (const auto& [handle, entry] : inner_->calls)
      if (entry.call->context().owner == owner) ended.push_back(entry.call);
  }
  for (const auto& call : ended) call->give_up(HOTDESK_E_GONE);
}

void CallTable::post(std::function<void()> task) { inner_->post(std::move(task)); }

void CallTable::drain() {
  std::promise<void> done;
  post([&done] { done.set_value(); });
  done.get_future().wait();
}

CallTable::Inner::Inner() = default;

void CallTable::Inner::post(std::function<void()> task) {
  {
    const std::lock_guard lock(task_mutex);
    tasks.push_back(std::move(task));
    if (!task_thread.joinable()) task_thread = std::thread([this] { run_tasks(); });
  }
  tasks_changed.notify_one();
}

void CallTable::Inner::run_tasks() {
  pthread_setname_np(pthread_self(), "plugin-ends");
  std::unique_lock lock(task_mutex);
  for (;;) {
    tasks_changed.wait(lock, [this] { return !tasks.empty(); });
    auto task = std::move(tasks.front());
    tasks.pop_front();
    lock.unlock();
    task();
    task = nullptr;
    lock.lock();
  }
}

hotdesk_call CallTable::Inner::add(const std::shared_ptr<Call>& call) {
  const std::lock_guard lock(mutex);
  const hotdesk_call handle = outlasting_call | ++last;
  // It wakes by itself for what it knows of, also when that is over by then: a wake for each call would cost more than the call.
  const bool sooner = call->deadline() < wakes_at;
  calls.emplace(handle, Entry{call, deadlines.emplace(call->deadline(), handle)});
  if (!thread.joinable()) thread = std::thread([this] { run(); });
  if (sooner) wakes_at = call->deadline(), changed.notify_one();
  return handle;
}

void CallTable::Inner::remove(hotdesk_call call) {
  std::shared_ptr<Call> ended;  // goes when the lock is gone
  const std::lock_guard lock(mutex);
  const auto found = calls.find(call);
  if (found == calls.end()) return;
  deadlines.erase(found->second.deadline);
  ended = std::move(found->second.call);
  calls.erase(found);
}

std::shared_ptr<Call> CallTable::Inner::find(hotdesk_call call) const {
  const std::lock_guard lock(mutex);
  const auto found = calls.find(call);
  return found != calls.end() ? found->second.call : nullptr;
}

void CallTable::Inner::run() {
  pthread_setname_np(pthread_self(), "plugin-calls");
  std::unique_lock lock(mutex);
  for (;;) {
    if (deadlines.empty()) {
      wakes_at = std::chrono::steady_clock::time_point::max();
      changed.wait(lock);
      continue;
    }
    const auto next = deadlines.begin()->first;
    if (next > std::chrono::steady_clock::now()) {
      wakes_at = next;
      changed.wait_until(lock, next);
      continue;
    }
    std::vector<std::shared_ptr<Call>> late;
    const auto now = std::chrono::steady_clock::now();
    for (auto at = deadlines.begin(); at != deadlines.end() && at->first <= now; ++at) late.push_back(calls.at(at->second).call);
    lock.unlock();
    for (const auto& call : late) call->give_up(HOTDESK_E_TIMEOUT);
    late.clear();
    lock.lock();
  }
}

}  // namespace hotdesk::plugins
