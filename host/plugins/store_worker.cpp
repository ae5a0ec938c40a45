#include "plugins/store_worker.hpp"

#include <chrono>
#include <utility>

namespace hotdesk::plugins {

StoreWorker::StoreWorker(std::function<void(const Error&)> report) : report_(std::move(report)), thread_([this] { run(); }) {}

StoreWorker::~StoreWorker() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  changed_.notify_all();
  thread_.join();
}

bool StoreWorker::push(Write write) {
  {
    const std::lock_guard lock(mutex_);
    if (queue_.size() >= most) return false;
    queue_.push_back(std::move(write));
  }
  changed_.notify_all();
  return true;
}

void StoreWorker::flush() {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [this] { return queue_.empty() && !busy_; });
}

void StoreWorker::run() {
  std::unique_lock lock(mutex_);
  for (;;) {
    changed_.wait(lock, [this] { return stopping_ || !queue_.empty(); });
    if (queue_.empty()) return;
    const Write write = std::move(queue_.front());
    queue_.pop_front();
    busy_ = true;
    lock.unlock();
    carry_out(write);
    lock.lock();
    busy_ = false;
    changed_.notify_all();
  }
}

void StoreWorker::carry_out(const Write& write) {
  for (int attempt = 1;; ++attempt) {
    const auto done = write();
    if (done) return;
    std::unique_lock lock(mutex_);
    if (done.error().code != Errc::storage || attempt == 5 || stopping_) {
      lock.unlock();
      return report_(done.error());
    }
    changed_.wait_for(lock, std::chrono::milliseconds(100 * attempt), [this] { return stopping_; });
  }
}

}  // namespace hotdesk::plugins
