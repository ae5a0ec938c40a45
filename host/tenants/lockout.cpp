#include "tenants/lockout.hpp"

#include <algorithm>

namespace hotdesk::tenants {
namespace {
std::string pair_key(std::string_view user, std::string_view address) { return std::string(user) + '\n' + std::string(address); }
}  // namespace

Lockout::Count& Lockout::count_of(const std::string& key, std::int64_t now) {
  auto found = counts_.find(key);
  if (found == counts_.end()) {
    // Two may be held by reference at once, so the newest two are never among those that go.
    if (counts_.size() >= std::max<std::size_t>(limits_.most, 4)) {
      counts_.erase(by_use_.back());
      by_use_.pop_back();
    }
    by_use_.push_front(key);
    found = counts_.emplace(key, Count{}).first;
    found->second.place = by_use_.begin();
  } else {
    by_use_.splice(by_use_.begin(), by_use_, found->second.place);
    if (now - found->second.last >= limits_.forget_ms) found->second.tries = 0;
  }
  found->second.last = now;
  return found->second;
}

std::int64_t Lockout::lock_for(int tries, int allowed) const {
  std::int64_t lock = limits_.first_lock_ms;
  for (int n = allowed; n < tries && lock < limits_.longest_lock_ms; ++n) lock *= 2;
  return std::min(lock, limits_.longest_lock_ms);
}

Lockout::Verdict Lockout::begin(std::string_view user, std::string_view address) {
  const std::lock_guard guard(mutex_);
  const std::int64_t now = clock_.steady_ms();
  Count& pair = count_of(pair_key(user, address), now);
  Count& all = count_of(std::string(user), now);
  std::int64_t until = pair.locked_until;
  if (!pair.trusted) until = std::max(until, all.locked_until);
  if (until > now) return {true, until - now, 0};
  ++pair.tries;
  if (pair.tries >= limits_.tries) pair.locked_until = now + lock_for(pair.tries, limits_.tries);
  if (!pair.trusted) {
    ++all.tries;
    if (all.tries >= limits_.user_tries) all.locked_until = now + lock_for(all.tries, limits_.user_tries);
  }
  return {false, 0, std::max(0, limits_.tries - pair.tries)};
}

void Lockout::succeed(std::string_view user, std::string_view address) {
  const std::lock_guard guard(mutex_);
  const std::int64_t now = clock_.steady_ms();
  Count& pair = count_of(pair_key(user, address), now);
  Count& all = count_of(std::string(user), now);
  // What strangers guessed stays counted; only this try is taken from the user's own count.
  if (!pair.trusted && all.tries > 0 && --all.tries < limits_.user_tries) all.locked_until = 0;
  pair.tries = 0;
  pair.locked_until = 0;
  pair.trusted = true;
}

void Lockout::take_back(std::string_view user, std::string_view address) {
  const std::lock_guard guard(mutex_);
  const std::int64_t now = clock_.steady_ms();
  Count& pair = count_of(pair_key(user, address), now);
  Count& all = count_of(std::string(user), now);
  if (pair.tries > 0 && --pair.tries < limits_.tries) pair.locked_until = 0;
  if (!pair.trusted && all.tries > 0 && --all.tries < limits_.user_tries) all.locked_until = 0;
}

}  // namespace hotdesk::tenants
