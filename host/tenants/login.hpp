#pragma once
#include <boost/asio/awaitable.hpp>
#include <boost/asio/thread_pool.hpp>
#include <string>
#include <variant>

#include "tenants/lockout.hpp"
#include "tenants/model.hpp"
#include "tenants/password_workers.hpp"
#include "tenants/ports.hpp"
#include "tenants/user_writer.hpp"

namespace hotdesk::tenants {

struct LoginRequest {
  std::string username;  ///< as typed
  std::string password;
  std::string address;
  std::string source;    ///< "WebAdmin", "WebAgent", "Api"
  std::string ua;        ///< cut to 256 bytes
};

struct WrongLogin {
  int tries_left = 0;
};
struct LockedOut {
  std::int64_t retry_ms = 0;
};
using LoginOutcome = std::variant<User, WrongLogin, LockedOut>;

/// Who may come in by user name and password. Every judged try is a row of the log-in log; an unknown, disabled or
/// passwordless account costs the same work and gives the same answer as a wrong password. Thread: any (an awaitable).
class LoginService {
 public:
  LoginService(UserRepository& users, UserWriter& writer, LogRepository& logs, PasswordWorkers& passwords,
               boost::asio::thread_pool& store_pool, const Clock& clock, LockoutLimits limits = {})
      : users_(users), writer_(writer), logs_(logs), passwords_(passwords), pool_(store_pool), clock_(clock), lockout_(clock, limits) {}

  /// Errc::busy (many log-ins at once) and Errc::storage: try again, the try was not counted.
  boost::asio::awaitable<Result<LoginOutcome>> login(LoginRequest request);

  /// The old password is judged like a log-in; the new one against the rules. Raises `gen`. Errc::unauthorized, limited, invalid.
  boost::asio::awaitable<Result<User>> change_password(User user, std::string old_password, std::string new_password, std::string address);

 private:
  UserRepository& users_;
  UserWriter& writer_;
  LogRepository& logs_;
  PasswordWorkers& passwords_;
  boost::asio::thread_pool& pool_;
  const Clock& clock_;
  Lockout lockout_;
};

}  // namespace hotdesk::tenants
