#include <deque>
#include <mutex>
#include <string>
#include <unordered_set>

#include "cluster/nonces.hpp"

namespace hotdesk::cluster {
namespace {

class MemoryNonces final : public Nonces {
 public:
  explicit MemoryNonces(const Clock& clock) : clock_(clock), started_s_(clock.now_ms() / 1000) {}

  Result<bool> use(std::string_view name, std::int64_t keep_ms) override {
    const std::lock_guard lock(mutex_);
    const std::int64_t now = clock_.steady_ms();
    // Nearly all are kept equally long, so the front is the oldest; one that outlives its time is only safer.
    while (!ends_.empty() && ends_.front().first <= now) {
      used_.erase(ends_.front().second);
      ends_.pop_front();
    }
    if (!used_.emplace(name).second) return false;
    ends_.emplace_back(now + keep_ms, std::string(name));
    return true;
  }

  std::int64_t blind_until_s() const noexcept override { return started_s_; }

 private:
  const Clock& clock_;
  const std::int64_t started_s_;
  std::mutex mutex_;
  std::unordered_set<std::string> used_;
  std::deque<std::pair<std::int64_t, std::string>> ends_;
};

}  // namespace

std::unique_ptr<Nonces> make_memory_nonces(const Clock& clock) { return std::make_unique<MemoryNonces>(clock); }

}  // namespace hotdesk::cluster
