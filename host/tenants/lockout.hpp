#pragma once
#include <cstdint>
#include <list>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>

#include "base/clock.hpp"

namespace hotdesk::tenants {

struct LockoutLimits {
  int tries = 5;                        ///< wrong passwords of one (user, address) before it is locked
  int user_tries = 20;                  ///< of one user from all addresses that never got in
  std::int64_t first_lock_ms = 30'000;  ///< doubles with each further wrong password …
  std::int64_t longest_lock_ms = 15 * 60'000;  ///< … up to this
  std::int64_t forget_ms = 60 * 60'000;        ///< a quiet hour and all is forgotten
  std::size_t most = 100'000;                  ///< pairs and users remembered; the longest unused go first
};

/// Slows guessing down: back-off by (user, address) and by user. Every try is counted before the password is looked at and
/// taken back when it was right, so that parallel tries can't outrun it. Unknown user names are counted like known ones.
/// An address that got in before is judged by its own count alone: a stranger's guesses don't lock the owner out.
/// Monotonic time; per process. Thread: any.
class Lockout {
 public:
  explicit Lockout(const Clock& clock, LockoutLimits limits = {}) : clock_(clock), limits_(limits) {}

  struct Verdict {
    bool locked = false;
    std::int64_t retry_ms = 0;  ///< when locked
    int tries_left = 0;         ///< after this one, before the lock
  };
  /// Begins a try: counts it unless locked.
  Verdict begin(std::string_view user, std::string_view address);
  /// The password was right.
  void succeed(std::string_view user, std::string_view address);
  /// The try could not be judged (the store was away): it does not count.
  void take_back(std::string_view user, std::string_view address);

 private:
  struct Count {
    int tries = 0;
    std::int64_t locked_until = 0;
    std::int64_t last = 0;
    bool trusted = false;
    std::list<std::string>::iterator place;
  };
  Count& count_of(const std::string& key, std::int64_t now);
  std::int64_t lock_for(int tries, int allowed) const;

  const Clock& clock_;
  const LockoutLimits limits_;
  std::mutex mutex_;
  std::unordered_map<std::string, Count> counts_;
  std::list<std::string> by_use_;  // newest first
};

}  // namespace hotdesk::tenants
