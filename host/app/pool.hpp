#pragma once
#include <boost/asio/post.hpp>
#include <boost/asio/thread_pool.hpp>

#include "base/executor.hpp"

namespace hotdesk::app {

/// Threads for what blocks: reads of the store, password hashes, plugin verbs. One pool for callbacks and for coroutines.
class Pool final : public Executor {
 public:
  explicit Pool(std::size_t threads) : pool_(threads) {}
  void post(std::function<void()> task) override { boost::asio::post(pool_, std::move(task)); }
  boost::asio::thread_pool& asio() noexcept { return pool_; }
  /// Waits until everything posted has run.
  void join() { pool_.join(); }

 private:
  boost::asio::thread_pool pool_;
};

}  // namespace hotdesk::app
