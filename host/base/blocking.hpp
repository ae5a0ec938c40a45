#pragma once
#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <utility>

namespace hotdesk {

/// Runs `work` on a pool thread and resumes the caller on its own executor with what it returned (or threw).
/// For whatever blocks (password hashing, reads of the store); never for the message writer, which has its own thread.
/// Name the callable first and pass it by reference captures or std::move: g++ 12 destroys temporaries twice here.
template <class Work>
auto blocking(boost::asio::thread_pool& pool, Work work) -> boost::asio::awaitable<decltype(work())> {
  namespace asio = boost::asio;
  auto run = [](Work job) -> asio::awaitable<decltype(job())> { co_return job(); };
  auto task = run(std::move(work));
  co_return co_await asio::co_spawn(pool.get_executor(), std::move(task), asio::use_awaitable);
}

}  // namespace hotdesk
