#include "net/loops.hpp"

#include <pthread.h>

#include <atomic>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <cassert>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <thread>
#include <utility>

#include "net/deadline_wheel.hpp"

namespace asio = boost::asio;

namespace hotdesk::net {

namespace {
struct Here {
  const Loops* loops = nullptr;
  std::size_t index = 0;
};
thread_local Here here;
}  // namespace

struct Loops::Loop {
  // Concurrency hint 1: only this loop's thread runs it; posting from others stays safe.
  asio::io_context io{1};
  DeadlineWheel wheel;
  std::vector<std::function<void()>> ticks;
  asio::steady_timer timer{io};
  asio::executor_work_guard<asio::io_context::executor_type> guard{io.get_executor()};
  std::thread thread;

  void tick_every_second() {
    timer.expires_after(std::chrono::seconds(1));
    timer.async_wait([this](const boost::system::error_code& failure) {
      if (failure) return;
      wheel.tick();
      for (std::size_t i = 0; i < ticks.size(); ++i) ticks[i]();
      tick_every_second();
    });
  }
};

Loops::Loops(std::size_t count, std::string name) {
  assert(count > 0);
  for (std::size_t i = 0; i < count; ++i) loops_.push_back(std::make_unique<Loop>());
  for (std::size_t i = 0; i < count; ++i) {
    Loop& loop = *loops_[i];
    loop.tick_every_second();
    loop.thread = std::thread([this, i, &loop] {
      here = {this, i};
      loop.io.run();
    });
    pthread_setname_np(loop.thread.native_handle(), (name + std::to_string(i)).substr(0, 15).c_str());
  }
}

Loops::~Loops() { stop(); }

asio::io_context& Loops::io(std::size_t loop) noexcept { return loops_[loop]->io; }

void Loops::post(std::size_t loop, std::function<void()> task) { asio::post(loops_[loop]->io, std::move(task)); }

void Loops::for_each_loop(const std::function<void(std::size_t)>& task) {
  assert(!current() && "a loop would wait for itself");
  const std::shared_lock life(life_);
  if (stopped_) {
    for (std::size_t i = 0; i < loops_.size(); ++i) task(i);
    return;
  }
  std::mutex mutex;
  std::condition_variable done;
  std::size_t left = loops_.size();
  for (std::size_t i = 0; i < loops_.size(); ++i) {
    post(i, [&, i] {
      task(i);
      // Notified under the lock: the waiter may destroy all three as soon as it holds it.
      const std::lock_guard lock(mutex);
      if (--left == 0) done.notify_one();
    });
  }
  std::unique_lock lock(mutex);
  done.wait(lock, [&] { return left == 0; });
}

void Loops::for_each_loop(std::function<void(std::size_t)> task, std::function<void()> done) {
  auto shared = std::make_shared<const std::function<void(std::size_t)>>(std::move(task));
  auto last = std::make_shared<const std::function<void()>>(std::move(done));
  auto left = std::make_shared<std::atomic<std::size_t>>(loops_.size());
  for (std::size_t i = 0; i < loops_.size(); ++i) {
    post(i, [shared, last, left, i] {
      (*shared)(i);
      if (left->fetch_sub(1) == 1) (*last)();
    });
  }
}

std::optional<std::size_t> Loops::current() const noexcept {
  if (here.loops != this) return std::nullopt;
  return here.index;
}

std::size_t Loops::next() noexcept { return turn_.fetch_add(1, std::memory_order_relaxed) % loops_.size(); }

void Loops::every_second(std::size_t loop, std::function<void()> tick) {
  Loop* target = loops_[loop].get();
  post(loop, [target, tick = std::move(tick)]() mutable { target->ticks.push_back(std::move(tick)); });
}

void Loops::stop() {
  assert(!current() && "a loop cannot join itself");
  const std::unique_lock life(life_);
  if (stopped_) return;
  stopped_ = true;
  for (auto& loop : loops_) {
    loop->guard.reset();
    loop->io.stop();
  }
  for (auto& loop : loops_) loop->thread.join();
}

DeadlineWheel& Loops::wheel(std::size_t loop) noexcept { return loops_[loop]->wheel; }

}  // namespace hotdesk::net
