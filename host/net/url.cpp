#include "net/url.hpp"

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

}  // namespace hotdesk::net
