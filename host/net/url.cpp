#include "net/url.hpp"

#include <algorithm>
#include <charconv>

#include "base/text.hpp"

namespace hotdesk::net {

namespace {

int hex_value(char c) noexcept {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

/// Each segment is decoded by itself, so that an escape can never make a new segment.
bool append_segment(std::string& path, std::string_view raw) {
  const auto segment = percent_decode(raw, false);
  if (!segment || *segment == "." || *segment == "..") return false;
  for (const char c : *segment) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x20 || byte == 0x7F || c == '/' || c == '\\') return false;
  }
  path += '/';
  path += *segment;
  return true;
}

}  // namespace

std::optional<std::string> percent_decode(std::string_view text, bool plus_is_space) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '%') {
      const int high = text.size() - i > 2 ? hex_value(text[i + 1]) : -1;
      const int low = text.size() - i > 2 ? hex_value(text[i + 2]) : -1;
      if (high < 0 || low < 0) return std::nullopt;
      out += static_cast<char>(high * 16 + low);
      i += 2;
    } else {
      out += plus_is_space && text[i] == '+' ? ' ' : text[i];
    }
  }
  return out;
}

std::optional<Target> parse_target(std::string_view target) {
  if (target.empty() || target.front() != '/' || target.size() > 8 * 1024) return std::nullopt;
  target = target.substr(0, target.find('#'));
  const std::size_t mark = target.find('?');
  std::string_view path = target.substr(0, mark);
  Target result;
  path.remove_prefix(1);
  while (true) {
    const std::size_t slash = path.find('/');
    if (!append_segment(result.path, path.substr(0, slash))) return std::nullopt;
    if (slash == std::string_view::npos) break;
    path.remove_prefix(slash + 1);
  }
  if (!is_clean_text(result.path)) return std::nullopt;
  if (mark == std::string_view::npos) return result;
  std::string_view query = target.substr(mark + 1);
  while (!query.empty()) {
    const std::size_t end = query.find('&');
    const std::string_view item = query.substr(0, end);
    query.remove_prefix(end == std::string_view::npos ? query.size() : end + 1);
    if (item.empty()) continue;
    const std::size_t equals = item.find('=');
    const auto name = percent_decode(item.substr(0, equals), true);
    const auto value = equals == std::string_view::npos ? std::optional<std::string>("") : percent_decode(item.substr(equals + 1), true);
    if (!name || !value || !is_clean_text(*name) || !is_clean_text(*value) || result.query.size() == 64) return std::nullopt;
    result.query.emplace_back(*name, *value);
  }
  return result;
}

std::optional<Url> parse_url(std::string_view text) {
  if (text.size() > 8192) return std::nullopt;
  for (const char c : text)
    if (c <= 0x20 || c >= 0x7F || c == '\\' || c == '"' || c == '<' || c == '>' || c == '#') return std::nullopt;
  Url url;
  const std::string start = to_lower_ascii(text.substr(0, 8));
  if (start.starts_with("https://")) {
    text.remove_prefix(8);
  } else if (start.starts_with("http://")) {
    url.tls = false;
    url.port = 80;
    text.remove_prefix(7);
  } else {
    return std::nullopt;
  }
  const std::size_t end = std::min(text.find_first_of("/?"), text.size());
  std::string_view authority = text.substr(0, end);
  url.target = text.substr(end);
  if (url.target.empty() || url.target.front() == '?') url.target.insert(0, "/");
  std::string_view port;
  if (authority.starts_with('[')) {
    const std::size_t close = authority.find(']');
    if (close == std::string_view::npos) return std::nullopt;
    url.host = to_lower_ascii(authority.substr(1, close - 1));
    if (!url.host.empty() && url.host.find_first_not_of("0123456789abcdef:.") != std::string::npos) return std::nullopt;
    authority.remove_prefix(close + 1);
    if (!authority.empty() && authority.front() != ':') return std::nullopt;
    if (!authority.empty()) port = authority.substr(1);
    if (!authority.empty() && port.empty()) return std::nullopt;
  } else {
    const std::size_t colon = authority.find(':');
    url.host = to_lower_ascii(authority.substr(0, colon));
    if (url.host.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789.-_") != std::string::npos) return std::nullopt;
    if (colon != std::string_view::npos) port = authority.substr(colon + 1);
    if (colon != std::string_view::npos && port.empty()) return std::nullopt;
  }
  if (url.host.empty() || url.host.size() > 253) return std::nullopt;
  if (!port.empty()) {
    unsigned value = 0;
    const auto [stop, error] = std::from_chars(port.data(), port.data() + port.size(), value);
    if (error != std::errc{} || stop != port.data() + port.size() || value == 0 || value > 65535) return std::nullopt;
    url.port = static_cast<std::uint16_t>(value);
  }
  return url;
}

}  // namespace hotdesk::net
