#include "tenants/password_workers.hpp"

#include "base/blocking.hpp"
#include "base/random.hpp"

namespace hotdesk::tenants {
namespace {
struct Leave {
  std::atomic<int>& inside;
  ~Leave() { --inside; }
};
Error crowded() { return fail(Errc::busy, "many people are signing in just now; try again in a moment"); }
}  // namespace

PasswordWorkers::PasswordWorkers(int threads, int most_waiting, crypto::PasswordCost cost)
    : pool_(static_cast<std::size_t>(threads)),
      most_waiting_(most_waiting),
      cost_(cost),
      nobody_(crypto::hash_password(random_string(32), cost)) {}

PasswordWorkers::~PasswordWorkers() { pool_.join(); }

bool PasswordWorkers::enter() {
  if (++inside_ <= most_waiting_) return true;
  --inside_;
  return false;
}

boost::asio::awaitable<Result<bool>> PasswordWorkers::verify(std::string hash, std::string password) {
  if (!enter()) co_return crowded();
  const Leave leave{inside_};
  const bool known = !hash.empty();
  auto work = [&] { return crypto::verify_password(known ? hash : nobody_, password) && known; };
  co_return co_await blocking(pool_, std::move(work));
}

boost::asio::awaitable<Result<std::string>> PasswordWorkers::hash(std::string password) {
  if (!enter()) co_return crowded();
  const Leave leave{inside_};
  auto work = [&] { return crypto::hash_password(password, cost_); };
  co_return co_await blocking(pool_, std::move(work));
}

}  // namespace hotdesk::tenants
