#pragma once
#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <functional>
#include <utility>

#include "net/http.hpp"
#include "net/websocket.hpp"

namespace hotdesk::net {

/// A handler written as a coroutine. The request outlives the coroutine; `this` of its object must, too.
using AwaitableHandler = std::function<boost::asio::awaitable<HttpResponse>(const HttpRequest&)>;

inline boost::asio::awaitable<void> run_handler(AwaitableHandler handler, const HttpRequest& request, Respond respond) {
  HttpResponse response;
  bool failed = false;
  try {
    response = co_await handler(request);
  } catch (const std::exception&) {
    failed = true;  // what() may hold data of users: it goes nowhere from here
  }
  if (failed) response = problem(500, "internal", "The server failed to answer this request.");
  respond(std::move(response));
}

/// Registers a coroutine where an HttpHandler is expected; it runs on the connection's loop. An exception becomes a 500.
inline HttpHandler awaitable(AwaitableHandler handler) {
  return [handler = std::move(handler)](const HttpRequest& request, Respond respond) {
    auto work = run_handler(handler, request, std::move(respond));
    boost::asio::co_spawn(request.io->get_executor(), std::move(work), boost::asio::detached);
  };
}

using AwaitableUpgrade = std::function<boost::asio::awaitable<UpgradeDecision>(const HttpRequest&)>;

inline boost::asio::awaitable<void> run_upgrade(AwaitableUpgrade hook, const HttpRequest& request, Decide decide) {
  UpgradeDecision decision = HttpResponse{};
  bool failed = false;
  try {
    decision = co_await hook(request);
  } catch (const std::exception&) {
    failed = true;
  }
  if (failed) decision = problem(500, "internal", "The server failed to answer this request.");
  decide(std::move(decision));
}

/// The same for the upgrade hook.
inline UpgradeHook awaitable_upgrade(AwaitableUpgrade hook) {
  return [hook = std::move(hook)](const HttpRequest& request, Decide decide) {
    auto work = run_upgrade(hook, request, std::move(decide));
    boost::asio::co_spawn(request.io->get_executor(), std::move(work), boost::asio::detached);
  };
}

}  // namespace hotdesk::net
