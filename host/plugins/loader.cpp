#include "plugins/loader.hpp"

#include <pthread.h>

#include <chrono>

#include "plugins/thread_record.hpp"

namespace hotdesk::plugins {

Loader::Loader(std::function<bool()> tidy, std::function<void()> tick, std::chrono::milliseconds period)
    : tidy_(std::move(tidy)), tick_(std::move(tick)), period_(tick_ ? period : std::chrono::milliseconds(0)), thread_([this] { loop(); }) {}

Loader::~Loader() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  changed_.notify_all();
  thread_.join();
}

void Loader::post(std::function<void()> task) {
  {
    const std::lock_guard lock(mutex_);
    tasks_.push_back(std::move(task));
  }
  changed_.notify_all();
}

void Loader::loop() {
  pthread_setname_np(pthread_self(), "plugin-loader");
  this_thread().patience = 4;  // create() has 5 s, a hook has 2
  bool again = false;
  auto due = std::chrono::steady_clock::now() + period_;
  std::unique_lock lock(mutex_);
  for (;;) {
    const auto woken = [this] { return stopping_ || !tasks_.empty(); };
    if (again) changed_.wait_for(lock, std::chrono::milliseconds(20), woken);
    else if (period_.count() > 0) changed_.wait_until(lock, due, woken);
    else changed_.wait(lock, woken);
    std::function<void()> task;
    if (!tasks_.empty()) {
      task = std::move(tasks_.front());
      tasks_.pop_front();
    } else if (stopping_) {
      return;
    }
    lock.unlock();
    if (task) task();
    task = nullptr;
    if (period_.count() > 0 && std::chrono::steady_clock::now() >= due) {
      tick_();
      due = std::chrono::steady_clock::now() + period_;
    }
    again = tidy_();
    lock.lock();
  }
}

}  // namespace hotdesk::plugins
