#include "tenants/login.hpp"

#include "base/blocking.hpp"
#include "base/text.hpp"
#include "tenants/accounts.hpp"

namespace hotdesk::tenants {
namespace {
std::string printable(std::string_view text, std::size_t limit) {
  if (!is_clean_text(text)) return "?";
  return std::string(truncate_code_points(text, limit));
}
}  // namespace

boost::asio::awaitable<Result<LoginOutcome>> LoginService::login(LoginRequest request) {
  const std::string name = to_lower_ascii(printable(request.username, 64));
  const auto verdict = lockout_.begin(name, request.address);
  if (verdict.locked) co_return LoginOutcome(LockedOut{verdict.retry_ms});

  auto find = [&] { return users_.find_user_by_name(name); };
  auto found = co_await blocking(pool_, std::move(find));
  if (!found) {
    lockout_.take_back(name, request.address);
    co_return found.error();
  }
  const std::optional<User>& user = *found;
  std::string hash;  // empty: nobody's, at the same cost
  if (user && user->active) hash = user->password_hash;
  auto holds = co_await passwords_.verify(std::move(hash), std::move(request.password));
  if (!holds) {
    lockout_.take_back(name, request.address);
    co_return holds.error();
  }

  LoginAttempt attempt;
  attempt.username = name;
  attempt.ip = request.address;
  attempt.success = *holds;
  attempt.timestamp = clock_.now_ms();
  attempt.source = request.source;
  attempt.ua = printable(request.ua, 256);
  auto record = [&] { return logs_.record_login(user ? user->tenant : Uuid{}, attempt); };
  const auto recorded = co_await blocking(pool_, std::move(record));
  if (*holds) lockout_.succeed(name, request.address);
  // A way in that leaves no row is no way in.
  if (!recorded) co_return recorded.error();
  if (!*holds) co_return LoginOutcome(WrongLogin{verdict.tries_left});
  User entered = *user;
  entered.last_login_at = attempt.timestamp;
  co_return LoginOutcome(std::move(entered));
}

boost::asio::awaitable<Result<User>> LoginService::change_password(User user, std::string old_password, std::string new_password,
                                                                   std::string address) {
  const auto rules = check_password(new_password, user.username);
  if (!rules) co_return fail(Errc::invalid, rules.error().text, "new_password");
  if (new_password == old_password) co_return fail(Errc::invalid, "the new password is the old one", "new_password");
  const auto verdict = lockout_.begin(user.username, address);
  if (verdict.locked) co_return fail(Errc::limited, "too many wrong passwords; wait a while");
  auto holds = co_await passwords_.verify(user.password_hash, std::move(old_password));
  if (!holds) {
    lockout_.take_back(user.username, address);
    co_return holds.error();
  }
  if (!*holds) co_return fail(Errc::unauthorized, "the old password is not right", "old_password");
  lockout_.succeed(user.username, address);
  auto hashed = co_await passwords_.hash(std::move(new_password));
  if (!hashed) co_return hashed.error();
  AuditEntry audit;
  audit.at = clock_.now_ms();
  audit.actor = user.id;
  audit.actor_name = user.name;
  audit.action = "user.password";
  audit.target = user.id.text();
  audit.ip = address;
  auto save = [&] {
    return writer_.change(user.tenant, user.id, audit, [&](User& row) -> Result<> {
      if (row.password_hash != user.password_hash) return fail(Errc::conflict, "the password was changed meanwhile", "old_password");
      row.password_hash = *hashed;
      ++row.gen;
      return {};
    });
  };
  co_return co_await blocking(pool_, std::move(save));
}

}  // namespace hotdesk::tenants
