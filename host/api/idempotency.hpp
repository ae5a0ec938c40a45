#pragma once
#include <cstdint>
#include <list>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>
#include <variant>

#include "base/clock.hpp"
#include "net/http.hpp"

namespace hotdesk::api {

struct IdempotencyLimits {
  std::int64_t keep_ms = 24LL * 3'600'000;
  std::size_t bytes = 16u << 20;  ///< of all answers kept; the oldest go first
};

/// Answers given to POSTs with an Idempotency-Key, so that a repeat after a lost answer does nothing twice. In this
/// process's memory: a restart forgets them. Thread: any.
class Idempotency {
 public:
  explicit Idempotency(const Clock& clock, IdempotencyLimits limits = {}) : clock_(clock), limits_(limits) {}

  struct First {};      ///< go on, then call finish() or forget()
  struct UnderWay {};  ///< the same request is being answered just now
  struct Reused {};     ///< the key bore another request
  using Begun = std::variant<First, UnderWay, Reused, net::HttpResponse>;
  /// `name`: caller, method, path and key; `content`: a digest of the body.
  Begun begin(const std::string& name, std::string_view content);
  void finish(const std::string& name, const net::HttpResponse& response);
  /// The request failed for now: a repeat shall be tried.
  void forget(const std::string& name);

 private:
  struct Kept {
    std::string content;
    bool done = false;
    net::HttpResponse response;
    std::size_t bytes = 0;
    std::int64_t at = 0;
    std::list<std::string>::iterator place;
  };
  void erase(std::unordered_map<std::string, Kept>::iterator at);
  void trim(std::int64_t now);

  const Clock& clock_;
  const IdempotencyLimits limits_;
  std::mutex mutex_;
  std::unordered_map<std::string, Kept> kept_;
  std::list<std::string> by_age_;  // newest first
  std::size_t bytes_ = 0;
};

}  // namespace hotdesk::api
