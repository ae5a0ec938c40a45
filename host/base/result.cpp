#include "base/result.hpp"

#include <stdexcept>

namespace hotdesk {

const char* to_string(Errc code) noexcept {
  switch (code) {
    case Errc::invalid: return "invalid";
    case Errc::unauthorized: return "unauthorized";
    case Errc::forbidden: return "forbidden";
    case Errc::not_found: return "not_found";
    case Errc::conflict: return "conflict";
    case Errc::too_big: return "too_big";
    case Errc::limited: return "limited";
    case Errc::busy: return "busy";
    case Errc::storage: return "storage";
    case Errc::expired: return "expired";
    case Errc::unsupported: return "unsupported";
    case Errc::internal: return "internal";
  }
  return "internal";
}

void throw_exception_from_error(const Error& error, const boost::source_location&) {
  throw std::runtime_error(error.where.empty() ? error.text : error.where + ": " + error.text);
}

}  // namespace hotdesk
