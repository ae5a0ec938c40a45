#pragma once
#include <cstdint>

#include "store/connection.hpp"

namespace hotdesk::store {

/// Internal keys in blocks: a block is taken in a transaction of its own, so a rolled-back batch cannot give a key twice.
/// Thread: the writer's.
class KeyAllocator {
 public:
  /// Called outside any transaction. Afterwards `needed` calls of next() need no database.
  void reserve(Connection& connection, std::int64_t needed);
  std::int64_t next() noexcept { return next_++; }

 private:
  std::int64_t next_ = 0;
  std::int64_t end_ = 0;
};

}  // namespace hotdesk::store
