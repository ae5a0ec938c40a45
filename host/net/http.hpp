#pragma once
#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.hpp"

namespace boost::asio {
class io_context;
}

namespace hotdesk::net {

/// In the order sent; names compare without case.
using Headers = std::vector<std::pair<std::string, std::string>>;

/// One request, whole: header and body have been read and are within their bounds. Everything in it is untrusted.
/// It stays valid until the answer is given (as long as any copy of its `Respond` or `Decide` lives).
struct HttpRequest {
  std::string method;  ///< upper case; a HEAD request arrives as HEAD and the server drops the answer's body
  std::string path;    ///< percent-decoded UTF-8, begins with '/', without dot segments
  Headers headers;     ///< at most 16 KiB together
  std::string body;
  std::string peer_address;  ///< IP without port; "unix" for the local socket
  /// Came through the unix socket from a process of our own user or root: the machine's owner.
  bool local = false;
  std::size_t loop = 0;                    ///< the connection's loop, where handlers are called
  boost::asio::io_context* io = nullptr;   ///< the same loop's context, for co_spawn
  std::vector<std::pair<std::string, std::string>> query_items;  ///< decoded, in order; at most 64
  std::vector<std::pair<std::string, std::string>> params;       ///< `{name}` parts of the route, decoded

  /// The first header of that name; empty when absent.
  std::string_view header(std::string_view name) const noexcept;
  /// The first query item of that name.
  std::optional<std::string_view> query(std::string_view name) const noexcept;
  /// A `{name}` of the route; empty when the route has none.
  std::string_view param(std::string_view name) const noexcept;
  /// A cookie of that name, as sent.
  std::optional<std::string_view> cookie(std::string_view name) const noexcept;
};

/// An answer. The server adds Date, Content-Length and, where absent, the security headers (HSTS on TLS, nosniff,
/// Referrer-Policy, `default-src 'none'` CSP, `Cache-Control: no-store`, …): set one here to replace it.
struct HttpResponse {
  int status = 200;
  Headers headers;
  std::string body;
  /// Used instead of `body` when set: shared, never copied (static files).
  std::shared_ptr<const std::string> shared_body;
  /// Close the connection after this answer.
  bool close = false;

  std::string_view header(std::string_view name) const noexcept;
  /// Replaces the headers of that name.
  HttpResponse& set(std::string_view name, std::string value);
  /// Appends (Set-Cookie).
  HttpResponse& add(std::string_view name, std::string value);
  const std::string& content() const noexcept { return shared_body ? *shared_body : body; }
};

/// Gives the answer; the first call counts, later ones are ignored. When the last copy dies uncalled, the client
/// gets a 500. Thread: any.
using Respond = std::function<void(HttpResponse)>;
/// Called on the connection's loop; must not block.
using HttpHandler = std::function<void(const HttpRequest&, Respond)>;

/// `body` is JSON text (dump_json).
HttpResponse json_response(int status, std::string body);
HttpResponse text_response(int status, std::string body);
/// RFC 9457 `application/problem+json`: {type, title, status, code, detail, trace_id}. `code` is a stable snake_case word;
/// `detail` a sentence for a person, without secrets. An empty `trace_id` gets a fresh one.
HttpResponse problem(int status, std::string_view code, std::string_view detail, std::string_view trace_id = {});
/// The same from an Error: status and code by its Errc (limited: 429, busy and storage: 503, both with Retry-After: 1).
HttpResponse problem(const Error& error);
int status_of(Errc code) noexcept;

/// The standard phrase, "Unknown" for others.
std::string_view reason_phrase(int status) noexcept;

}  // namespace hotdesk::net
