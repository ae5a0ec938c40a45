#pragma once
#include <chrono>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "net/http.hpp"
#include "net/tls_context.hpp"

namespace hotdesk::net {

/// One request whose answer is taken piece by piece, for callers that may wait. A connection of its own, closed afterwards.
struct StreamingRequest {
  TlsContext tls;       ///< nullptr: plain HTTP
  std::string host;     ///< for SNI, certificate check and Host
  std::string address;  ///< the IP address to connect to: who resolved the name has judged it
  std::uint16_t port = 443;
  std::string method;
  std::string target;
  Headers headers;      ///< without Host and Content-Length
  std::string body;
  std::chrono::steady_clock::time_point deadline;
  std::size_t max_body = 8 * 1024 * 1024;  ///< of the answer
};

/// Told of the status once with an empty piece, then of the body's bytes as they come; false: enough, the rest is not read.
using OnPiece = std::function<bool(int status, std::string_view bytes)>;

/// Returns the status when the answer is whole, or when on_piece wanted no more. Redirects are not followed.
/// Errc::expired: out of time; Errc::busy: no connection, or it was cut off; Errc::too_big; Errc::invalid: no HTTP, or the
/// certificate is not trusted. `wanted` is asked a few times a second while nothing comes: false ends it (Errc::conflict).
Result<int> send_streaming(const StreamingRequest& request, const OnPiece& on_piece, const std::function<bool()>& wanted = {});

}  // namespace hotdesk::net
