#include "net/http_text.hpp"

#include <array>
#include <ctime>

namespace hotdesk::net {

namespace {

/// Formatted once a second and thread.
const std::string& http_date() {
  static thread_local std::time_t formatted = 0;
  static thread_local std::string text;
  const std::time_t now = std::time(nullptr);
  if (now != formatted) {
    static constexpr std::array days{"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
    static constexpr std::array months{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                       "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    std::tm utc{};
    gmtime_r(&now, &utc);
    std::array<char, 64> buffer{};
    const int size = std::snprintf(buffer.data(), buffer.size(), "%s, %02d %s %04d %02d:%02d:%02d GMT",
                                   days[static_cast<std::size_t>(utc.tm_wday)], utc.tm_mday,
                                   months[static_cast<std::size_t>(utc.tm_mon)], utc.tm_year + 1900, utc.tm_hour, utc.tm_min,
                                   utc.tm_sec);
    text.assign(buffer.data(), static_cast<std::size_t>(size));
    formatted = now;
  }
  return text;
}

void append(std::string& out, std::string_view name, std::string_view value) {
  // A line break in a value would end the header and begin the attacker's own.
  if (value.find_first_of(std::string_view("\r\n\0", 3)) != std::string_view::npos) return;
  if (name.empty() || name.find_first_of(std::string_view("\r\n\0: ", 5)) != std::string_view::npos) return;
  out.append(name).append(": ").append(value).append("\r\n");
}

struct Default {
  std::string_view name;
  std::string_view value;
};
constexpr std::array defaults{
    Default{"X-Content-Type-Options", "nosniff"},
    Default{"Referrer-Policy", "same-origin"},
    Default{"Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"},
    Default{"Cross-Origin-Resource-Policy", "same-origin"},
    Default{"Cross-Origin-Opener-Policy", "same-origin"},
    Default{"Permissions-Policy", "camera=(), geolocation=(), microphone=(), payment=(), usb=()"},
    Default{"Cache-Control", "no-store"},
};

}  // namespace

bool has_body(int status, bool head) noexcept { return !head && status >= 200 && status != 204 && status != 304; }

std::string write_head(const HttpResponse& response, const AnswerContext& context) {
  std::string out;
  out.reserve(768);
  out.append("HTTP/1.1 ").append(std::to_string(response.status)).append(" ");
  out.append(reason_phrase(response.status)).append("\r\nDate: ").append(http_date()).append("\r\n");
  for (const auto& [name, value] : response.headers) {
    // These are the connection's to say.
    if (same_name(name, "content-length") || same_name(name, "transfer-encoding") || same_name(name, "connection")) continue;
    append(out, name, value);
  }
  for (const auto& [name, value] : defaults)
    if (find_header(response.headers, name).empty()) append(out, name, value);
  if (context.tls && find_header(response.headers, "strict-transport-security").empty())
    append(out, "Strict-Transport-Security", "max-age=31536000");
  if (response.status >= 200 && response.status != 204 && response.status != 304)
    append(out, "Content-Length", std::to_string(response.content().size()));
  append(out, "Connection", context.keep_alive ? "keep-alive" : "close");
  out.append("\r\n");
  return out;
}

}  // namespace hotdesk::net
