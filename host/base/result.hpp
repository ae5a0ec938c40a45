#pragma once
#include <boost/system/result.hpp>
#include <string>

namespace hotdesk {

/// What kind of failure, for the caller to act on; the words are in Error::text.
enum class Errc {
  invalid,       ///< the input is wrong; the same input will fail again (HTTP 400)
  unauthorized,  ///< no or wrong credentials (401)
  forbidden,     ///< known, but not allowed (403)
  not_found,     ///< nothing by that name, or not in one's own tenant (404)
  conflict,      ///< the state is not the one that was expected (409)
  too_big,       ///< a bound was passed (413)
  limited,       ///< too often; try again after a while (429)
  busy,          ///< for now; try again (503)
  storage,       ///< the store cannot answer or hold it for now (503)
  expired,       ///< was good once
  unsupported,   ///< this build or version does not do that
  internal,      ///< our fault
};

/// A failure: a kind for the program and a sentence for a person (what is wrong, what to do). Never holds a secret.
struct Error {
  Errc code = Errc::internal;
  std::string text;
  /// Where in the input, e.g. "delivery.window" or "line 7"; empty when it does not apply.
  std::string where;
};

template <class T = void>
using Result = boost::system::result<T, Error>;

inline Error fail(Errc code, std::string text, std::string where = {}) {
  return Error{code, std::move(text), std::move(where)};
}

/// The stable name used in JSON and logs, e.g. "not_found".
const char* to_string(Errc code) noexcept;

/// Called by Result::value() on an error: only constructors and tests may reach it.
[[noreturn]] void throw_exception_from_error(const Error& error, const boost::source_location& where);

}  // namespace hotdesk
