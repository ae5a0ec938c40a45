#include <algorithm>
#include <list>
#include <mutex>
#include <string>
#include <unordered_map>

#include "cluster/limits.hpp"

namespace hotdesk::cluster {
namespace {

class MemoryLimits final : public RateLimits {
 public:
  MemoryLimits(const Clock& clock, std::size_t most) : clock_(clock), most_(most) {}

  std::int64_t take(std::string_view name, Rate rate) override {
    const std::lock_guard lock(mutex_);
    Bucket& bucket = refilled(name, rate);
    if (bucket.tokens >= 1.0) {
      bucket.tokens -= 1.0;
      return 0;
    }
    const double per_token = static_cast<double>(rate.per_ms) / static_cast<double>(rate.burst);
    return std::max<std::int64_t>(1, static_cast<std::int64_t>((1.0 - bucket.tokens) * per_token + 0.5));
  }

  void give_back(std::string_view name, Rate rate) override {
    const std::lock_guard lock(mutex_);
    Bucket& bucket = refilled(name, rate);
    bucket.tokens = std::min(static_cast<double>(rate.burst), bucket.tokens + 1.0);
  }

 private:
  struct Bucket {
    double tokens = 0;
    std::int64_t at = 0;
    std::list<std::string>::iterator used;
  };

  Bucket& refilled(std::string_view name, Rate rate) {
    const std::int64_t now = clock_.steady_ms();
    auto [at, made] = buckets_.try_emplace(std::string(name));
    Bucket& bucket = at->second;
    if (made) {
      order_.push_front(at->first);
      bucket = Bucket{static_cast<double>(rate.burst), now, order_.begin()};
      if (buckets_.size() > most_) {
        buckets_.erase(order_.back());
        order_.pop_back();
      }
    } else {
      order_.splice(order_.begin(), order_, bucket.used);
      const double gained = static_cast<double>(now - bucket.at) * static_cast<double>(rate.burst) / static_cast<double>(rate.per_ms);
      bucket.tokens = std::min(static_cast<double>(rate.burst), bucket.tokens + gained);
      bucket.at = now;
    }
    return bucket;
  }

  const Clock& clock_;
  const std::size_t most_;
  std::mutex mutex_;
  std::unordered_map<std::string, Bucket> buckets_;
  std::list<std::string> order_;  // most recently used first
};

}  // namespace

std::unique_ptr<RateLimits> make_memory_limits(const Clock& clock, std::size_t most) {
  return std::make_unique<MemoryLimits>(clock, most);
}

}  // namespace hotdesk::cluster
