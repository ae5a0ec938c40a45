#pragma once
#include <memory>
#include <mutex>
#include <string>
#include <unordered_map>

#include "base/clock.hpp"
#include "tenants/ports.hpp"

namespace hotdesk::app {

/// Sites by public code, at most some seconds old: connects and widget documents ask for the same few all the time.
/// Bounded: unknown codes are not kept. Thread: any.
class SiteCache {
 public:
  SiteCache(tenants::SiteRepository& sites, const Clock& clock, std::int64_t fresh_ms = 2'000)
      : sites_(sites), clock_(clock), fresh_ms_(fresh_ms) {}

  /// Blocks where the cache is not fresh. nullptr: no such site.
  Result<std::shared_ptr<const tenants::Site>> load(const std::string& code);
  /// What the cache holds, however old; nullptr when it never knew the code. Never blocks.
  std::shared_ptr<const tenants::Site> peek(const std::string& code) const;

 private:
  struct Slot {
    std::shared_ptr<const tenants::Site> site;
    std::int64_t at = 0;
  };
  tenants::SiteRepository& sites_;
  const Clock& clock_;
  const std::int64_t fresh_ms_;
  mutable std::mutex mutex_;
  std::unordered_map<std::string, Slot> slots_;
};

}  // namespace hotdesk::app
