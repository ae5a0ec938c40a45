#include "base/blocking.hpp"

#include <gtest/gtest.h>

#include <boost/asio/io_context.hpp>
#include <exception>
#include <future>
#include <stdexcept>
#include <string>
#include <thread>

namespace hotdesk {
namespace {

namespace asio = boost::asio;

asio::awaitable<int> work_elsewhere(asio::thread_pool& pool, std::thread::id& worked, std::thread::id& resumed) {
  auto work = [&] {
    worked = std::this_thread::get_id();
    return 7;
  };
  const int value = co_await blocking(pool, std::move(work));
  resumed = std::this_thread::get_id();
  co_return value;
}

TEST(Blocking, WorksOnThePoolAndResumesOnTheCallersLoop) {
  asio::thread_pool pool(1);
  asio::io_context loop;
  std::thread::id worked;
  std::thread::id resumed;
  int value = 0;
  asio::co_spawn(loop, work_elsewhere(pool, worked, resumed), [&](std::exception_ptr error, int result) {
    EXPECT_EQ(error, nullptr);
    value = result;
  });
  loop.run();
  EXPECT_EQ(value, 7);
  EXPECT_EQ(resumed, std::this_thread::get_id());
  EXPECT_NE(worked, std::this_thread::get_id());
}

asio::awaitable<void> fail_elsewhere(asio::thread_pool& pool) {
  auto work = []() -> int { throw std::runtime_error("no such row"); };
  co_await blocking(pool, std::move(work));
}

TEST(Blocking, WhatTheWorkThrowsArrivesAtTheCaller) {
  asio::thread_pool pool(1);
  asio::io_context loop;
  std::string words;
  asio::co_spawn(loop, fail_elsewhere(pool), [&](std::exception_ptr error) {
    try {
      if (error) std::rethrow_exception(error);
    } catch (const std::runtime_error& caught) {
      words = caught.what();
    }
  });
  loop.run();
  EXPECT_EQ(words, "no such row");
}

}  // namespace
}  // namespace hotdesk
