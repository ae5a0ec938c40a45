#pragma once
#include <cstdint>
#include <cstdio>
#include <mutex>
#include <string>
#include <string_view>

#include "base/json.hpp"

namespace hotdesk::support {

/// What clients did and saw, one JSON object a line: {at (µs, monotonic), user, dev, ev, …}. The checker reads nothing else of
/// a run but this and the dump. Thread: any.
class History {
 public:
  explicit History(const std::string& path);
  ~History();
  History(const History&) = delete;
  History& operator=(const History&) = delete;

  void write(std::string_view user, std::string_view dev, std::string_view event, const Json& fields);

 private:
  std::mutex mutex_;
  std::FILE* file_;
};

/// Monotonic microseconds.
std::int64_t now_us();
/// A short fingerprint of a text, for comparing bodies in logs.
std::string fingerprint(std::string_view text);

}  // namespace hotdesk::support
