#pragma once
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "net/http.hpp"

namespace hotdesk::net {

struct HttpClientOptions {
  std::string host = "localhost";  ///< for SNI, certificate check and Host
  std::uint16_t port = 443;
  std::string address;             ///< IP to connect to; empty: resolve `host`
  std::string unix_socket;         ///< plain HTTP over this path instead of TLS
  std::string ca_file;             ///< empty: the system's roots
  bool insecure = false;           ///< any certificate is taken (self-signed; tests)
  int timeout_ms = 10'000;         ///< of one whole request
  std::size_t max_body = 16 * 1024 * 1024;  ///< of an answer
};

/// A blocking HTTPS client over one kept-alive connection; for the command line and tests, never on a loop.
/// Redirects are not followed. Thread: one at a time.
class HttpClient {
 public:
  explicit HttpClient(HttpClientOptions options);
  ~HttpClient();
  HttpClient(HttpClient&&) noexcept;
  HttpClient& operator=(HttpClient&&) noexcept;

  /// Errc::busy: no connection or no answer in time; Errc::invalid: the answer is no HTTP, or the certificate is not trusted.
  Result<HttpResponse> request(std::string_view method, std::string_view target, std::string_view body = {},
                               const Headers& headers = {});
  Result<HttpResponse> get(std::string_view target, const Headers& headers = {}) { return request("GET", target, {}, headers); }
  /// With `Content-Type: application/json`.
  Result<HttpResponse> post_json(std::string_view target, std::string_view body, Headers headers = {});

 private:
  struct Connection;
  Result<> open();
  HttpClientOptions options_;
  std::unique_ptr<Connection> connection_;
};

}  // namespace hotdesk::net
