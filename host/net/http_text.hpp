#pragma once
#include <string>
#include <string_view>

#include "net/http.hpp"

namespace hotdesk::net {

/// Header names: ASCII, without case.
bool same_name(std::string_view a, std::string_view b) noexcept;
/// The first header of that name; empty when absent.
std::string_view find_header(const Headers& headers, std::string_view name) noexcept;
/// Whether a comma-separated list holds the token, without case.
bool has_token(std::string_view list, std::string_view token) noexcept;

/// What the connection knows when an answer is written.
struct AnswerContext {
  bool tls = true;
  bool keep_alive = true;
  bool head = false;  ///< the request was a HEAD: Content-Length, but no body
};

/// Status line and headers, security headers included, ending with the empty line.
std::string write_head(const HttpResponse& response, const AnswerContext& context);
/// Whether a body may follow at all.
bool has_body(int status, bool head) noexcept;

}  // namespace hotdesk::net
