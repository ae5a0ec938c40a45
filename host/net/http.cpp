#include "net/http.hpp"

#include "base/bytes.hpp"
#include "base/json.hpp"
#include "base/random.hpp"
#include "net/http_text.hpp"
#include "net/websocket.hpp"

namespace hotdesk::net {

namespace {

char lower(char c) noexcept { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

std::string_view trim(std::string_view text) noexcept {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

}  // namespace

bool same_name(std::string_view a, std::string_view b) noexcept {
  if (a.size() != b.size()) return false;
  for (std::size_t i = 0; i < a.size(); ++i)
    if (lower(a[i]) != lower(b[i])) return false;
  return true;
}

std::string_view find_header(const Headers& headers, std::string_view name) noexcept {
  for (const auto& [key, value] : headers)
    if (same_name(key, name)) return value;
  return {};
}

bool has_token(std::string_view list, std::string_view token) noexcept {
  while (!list.empty()) {
    const std::size_t comma = list.find(',');
    if (same_name(trim(list.substr(0, comma)), token)) return true;
    list.remove_prefix(comma == std::string_view::npos ? list.size() : comma + 1);
  }
  return false;
}

std::string_view HttpRequest::header(std::string_view name) const noexcept { return find_header(headers, name); }

std::optional<std::string_view> HttpRequest::query(std::string_view name) const noexcept {
  for (const auto& [key, value] : query_items)
    if (key == name) return value;
  return std::nullopt;
}

std::string_view HttpRequest::param(std::string_view name) const noexcept {
  for (const auto& [key, value] : params)
    if (key == name) return value;
  return {};
}

std::optional<std::string_view> HttpRequest::cookie(std::string_view name) const noexcept {
  for (const auto& [key, value] : headers) {
    if (!same_name(key, "cookie")) continue;
    std::string_view rest = value;
    while (!rest.empty()) {
      const std::size_t end = rest.find(';');
      const std::string_view item = trim(rest.substr(0, end));
      rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
      const std::size_t equals = item.find('=');
      if (equals != std::string_view::npos && item.substr(0, equals) == name) return item.substr(equals + 1);
    }
  }
  return std::nullopt;
}

std::string_view HttpResponse::header(std::string_view name) const noexcept { return find_header(headers, name); }

HttpResponse& HttpResponse::set(std::string_view name, std::string value) {
  std::erase_if(headers, [&](const auto& item) { return same_name(item.first, name); });
  return add(name, std::move(value));
}

HttpResponse& HttpResponse::add(std::string_view name, std::string value) {
  headers.emplace_back(std::string(name), std::move(value));
  return *this;
}

HttpResponse json_response(int status, std::string body) {
  HttpResponse response;
  response.status = status;
  response.body = std::move(body);
  response.set("Content-Type", "application/json");
  return response;
}

HttpResponse text_response(int status, std::string body) {
  HttpResponse response;
  response.status = status;
  response.body = std::move(body);
  response.set("Content-Type", "text/plain; charset=utf-8");
  return response;
}

HttpResponse problem(int status, std::string_view code, std::string_view detail, std::string_view trace_id) {
  HttpResponse response;
  response.status = status;
  response.set("Content-Type", "application/problem+json");
  std::string& out = response.body;
  out = R"({"type":"about:blank","title":)";
  append_json_string(out, reason_phrase(status));
  out += ",\"status\":" + std::to_string(status) + ",\"code\":";
  append_json_string(out, code);
  out += ",\"detail\":";
  append_json_string(out, detail);
  out += ",\"trace_id\":";
  append_json_string(out, trace_id.empty() ? to_hex(random_string(8)) : std::string(trace_id));
  out += '}';
  return response;
}

int status_of(Errc code) noexcept {
  switch (code) {
    case Errc::invalid: return 400;
    case Errc::unauthorized: return 401;
    case Errc::forbidden: return 403;
    case Errc::not_found: return 404;
    case Errc::conflict: return 409;
    case Errc::too_big: return 413;
    case Errc::limited: return 429;
    case Errc::busy:
    case Errc::storage: return 503;
    case Errc::expired: return 410;
    case Errc::unsupported: return 501;
    case Errc::internal: break;
  }
  return 500;
}

HttpResponse problem(const Error& error) {
  const int status = status_of(error.code);
  HttpResponse response = problem(status, to_string(error.code), error.text);
  if (status == 429 || status == 503) response.set("Retry-After", "1");
  return response;
}

std::vector<std::string_view> offered_subprotocols(const HttpRequest& upgrade) {
  std::vector<std::string_view> offered;
  for (const auto& [name, value] : upgrade.headers) {
    if (!same_name(name, "sec-websocket-protocol")) continue;
    std::string_view rest = value;
    while (!rest.empty() && offered.size() < 16) {
      const std::size_t comma = rest.find(',');
      const std::string_view item = trim(rest.substr(0, comma));
      rest.remove_prefix(comma == std::string_view::npos ? rest.size() : comma + 1);
      if (!item.empty()) offered.push_back(item);
    }
  }
  return offered;
}

std::string_view reason_phrase(int status) noexcept {
  switch (status) {
    case 100: return "Continue";
    case 101: return "Switching Protocols";
    case 200: return "OK";
    case 201: return "Created";
    case 202: return "Accepted";
    case 204: return "No Content";
    case 206: return "Partial Content";
    case 301: return "Moved Permanently";
    case 302: return "Found";
    case 303: return "See Other";
    case 304: return "Not Modified";
    case 307: return "Temporary Redirect";
    case 308: return "Permanent Redirect";
    case 400: return "Bad Request";
    case 401: return "Unauthorized";
    case 403: return "Forbidden";
    case 404: return "Not Found";
    case 405: return "Method Not Allowed";
    case 406: return "Not Acceptable";
    case 408: return "Request Timeout";
    case 409: return "Conflict";
    case 410: return "Gone";
    case 411: return "Length Required";
    case 412: return "Precondition Failed";
    case 413: return "Content Too Large";
    case 414: return "URI Too Long";
    case 415: return "Unsupported Media Type";
    case 417: return "Expectation Failed";
    case 422: return "Unprocessable Content";
    case 423: return "Locked";
    case 426: return "Upgrade Required";
    case 428: return "Precondition Required";
    case 429: return "Too Many Requests";
    case 431: return "Request Header Fields Too Large";
    case 500: return "Internal Server Error";
    case 501: return "Not Implemented";
    case 502: return "Bad Gateway";
    case 503: return "Service Unavailable";
    case 504: return "Gateway Timeout";
    case 505: return "HTTP Version Not Supported";
    case 507: return "Insufficient Storage";
    default: return "Unknown";
  }
}

}  // namespace hotdesk::net
