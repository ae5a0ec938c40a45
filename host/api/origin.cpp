#include "api/origin.hpp"

#include <algorithm>

#include "base/text.hpp"

namespace hotdesk::api {

Result<std::string> normal_origin(std::string_view text) {
  const auto refuse = [] { return fail(Errc::invalid, "an origin is scheme and host, like https://shop.example or http://localhost:8080"); };
  if (text.size() > 300) return refuse();
  std::string lower = to_lower_ascii(text);
  if (!lower.empty() && lower.back() == '/') lower.pop_back();
  const bool secure = lower.starts_with("https://");
  if (!secure && !lower.starts_with("http://")) return refuse();
  std::string host = lower.substr(secure ? 8 : 7);
  std::string port;
  // A colon inside [::1] is no port's.
  if (const auto colon = host.rfind(':'); colon != std::string::npos && host.back() != ']') {
    port = host.substr(colon + 1);
    host.resize(colon);
    if (port.empty() || port.size() > 5 || !std::all_of(port.begin(), port.end(), [](char c) { return c >= '0' && c <= '9'; })) return refuse();
    if (std::stoi(port) == 0 || std::stoi(port) > 65535) return refuse();
  }
  const bool bracketed = host.size() > 2 && host.front() == '[' && host.back() == ']';
  const bool clean = std::all_of(host.begin(), host.end(), [&](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '.' || (bracketed && (c == ':' || c == '[' || c == ']'));
  });
  if (host.empty() || !clean || host.front() == '.' || host.front() == '-') return refuse();
  const bool usual = port.empty() || port == (secure ? "443" : "80");
  return (secure ? "https://" : "http://") + host + (usual ? "" : ":" + port);
}

std::string origin_of(std::string_view url) {
  const auto scheme = url.find("://");
  if (scheme == std::string_view::npos) return {};
  const auto end = url.find_first_of("/?#", scheme + 3);
  const auto origin = normal_origin(url.substr(0, end));
  return origin ? *origin : std::string();
}

}  // namespace hotdesk::api
