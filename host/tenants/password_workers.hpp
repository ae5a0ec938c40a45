#pragma once
#include <atomic>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/thread_pool.hpp>
#include <string>

#include "base/result.hpp"
#include "crypto/password.hpp"

namespace hotdesk::tenants {

/// Hashes passwords on threads of its own: their number is the semaphore (each hash takes 64 MiB and 55 ms of a core), and
/// no other blocking work waits behind them. Beyond `most_waiting` it answers Errc::busy at once.
class PasswordWorkers {
 public:
  explicit PasswordWorkers(int threads = 2, int most_waiting = 32, crypto::PasswordCost cost = {});
  ~PasswordWorkers();

  /// `hash` empty: the same work against a hash that nothing matches, and false.
  boost::asio::awaitable<Result<bool>> verify(std::string hash, std::string password);
  boost::asio::awaitable<Result<std::string>> hash(std::string password);

 private:
  bool enter();

  boost::asio::thread_pool pool_;
  const int most_waiting_;
  const crypto::PasswordCost cost_;
  const std::string nobody_;
  std::atomic<int> inside_{0};
};

}  // namespace hotdesk::tenants
