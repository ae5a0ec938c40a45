#include "protocol/surrogates.hpp"

#include <charconv>
#include <optional>

namespace hotdesk::protocol {
namespace {

/// The value of a `\uXXXX` escape at `at`.
std::optional<unsigned> escape_at(std::string_view json, std::size_t at) {
  if (at + 6 > json.size() || json[at] != '\\' || json[at + 1] != 'u') return std::nullopt;
  unsigned value = 0;
  const auto [end, error] = std::from_chars(json.data() + at + 2, json.data() + at + 6, value, 16);
  if (error != std::errc{} || end != json.data() + at + 6) return std::nullopt;
  return value;
}

bool is_high(unsigned value) { return value >= 0xD800 && value <= 0xDBFF; }
bool is_low(unsigned value) { return value >= 0xDC00 && value <= 0xDFFF; }

}  // namespace

std::string replace_lone_surrogates(std::string_view json) {
  std::string out;
  out.reserve(json.size());
  for (std::size_t at = 0; at < json.size();) {
    if (json[at] != '\\' || at + 1 >= json.size()) {
      out.push_back(json[at++]);
      continue;
    }
    const auto value = escape_at(json, at);
    if (!value) {
      out.append(json.substr(at, 2));  // an escaped backslash must not start the next escape
      at += 2;
      continue;
    }
    const auto partner = escape_at(json, at + 6);
    if (is_high(*value) && partner && is_low(*partner)) {
      out.append(json.substr(at, 12));
      at += 12;
      continue;
    }
    out += is_high(*value) || is_low(*value) ? std::string_view("\\uFFFD") : json.substr(at, 6);
    at += 6;
  }
  return out;
}

}  // namespace hotdesk::protocol
