#include "plugins/semver.hpp"

#include <charconv>

namespace hotdesk::plugins {
namespace {

bool is_number(std::string_view part) noexcept {
  return !part.empty() && part.find_first_not_of("0123456789") == part.npos;
}

std::optional<std::uint32_t> read_number(std::string_view part) noexcept {
  if (!is_number(part) || (part.size() > 1 && part[0] == '0')) return std::nullopt;
  std::uint32_t value = 0;
  const auto [end, error] = std::from_chars(part.data(), part.data() + part.size(), value);
  return error == std::errc{} && end == part.data() + part.size() ? std::optional(value) : std::nullopt;
}

std::string_view take(std::string_view& text, char separator) noexcept {
  const auto at = text.find(separator);
  const auto part = text.substr(0, at);
  text = at == text.npos ? std::string_view{} : text.substr(at + 1);
  return part;
}

bool is_pre_release(std::string_view text) noexcept {
  if (text.empty() || text.back() == '.') return false;
  while (!text.empty()) {
    const auto part = take(text, '.');
    if (part.empty() || (is_number(part) && part.size() > 1 && part[0] == '0')) return false;
    for (const char c : part)
      if (!((c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-')) return false;
  }
  return true;
}

std::strong_ordering compare_part(std::string_view a, std::string_view b) noexcept {
  if (is_number(a) != is_number(b)) return is_number(a) ? std::strong_ordering::less : std::strong_ordering::greater;
  if (is_number(a) && a.size() != b.size()) return a.size() <=> b.size();
  return a.compare(b) <=> 0;
}

}  // namespace

std::strong_ordering operator<=>(const Semver& a, const Semver& b) noexcept {
  if (a.major != b.major) return a.major <=> b.major;
  if (a.minor != b.minor) return a.minor <=> b.minor;
  if (a.patch != b.patch) return a.patch <=> b.patch;
  if (a.pre.empty() || b.pre.empty()) return a.pre.empty() <=> b.pre.empty();
  std::string_view left = a.pre;
  std::string_view right = b.pre;
  while (!left.empty() && !right.empty())
    if (const auto order = compare_part(take(left, '.'), take(right, '.')); order != 0) return order;
  return !left.empty() <=> !right.empty();
}

std::optional<Semver> parse_semver(std::string_view text) noexcept {
  if (text.size() > 64) return std::nullopt;
  const auto dash = text.find('-');
  Semver version;
  if (dash != text.npos) {
    if (!is_pre_release(text.substr(dash + 1))) return std::nullopt;
    version.pre = text.substr(dash + 1);
    text = text.substr(0, dash);
  }
  if (text.empty() || text.back() == '.') return std::nullopt;
  for (auto* number : {&version.major, &version.minor, &version.patch}) {
    const auto value = read_number(take(text, '.'));
    if (!value) return std::nullopt;
    *number = *value;
  }
  return text.empty() ? std::optional(version) : std::nullopt;
}

}  // namespace hotdesk::plugins
