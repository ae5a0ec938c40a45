#pragma once
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "hotdesk/plugin/regex.h"
#include "hotdesk/sdk/config.hpp"
#include "hotdesk/sdk/error.hpp"

namespace hotdesk::sdk {

/// Thrown when a set of expressions cannot be compiled.
class RegexError : public Error {
 public:
  RegexError(hotdesk_result code, std::string text, std::uint64_t which) : Error(code, std::move(text)), which_(which) {}
  /// Index of the bad pattern with HOTDESK_E_INVALID.
  std::uint64_t which() const noexcept { return which_; }

 private:
  std::uint64_t which_;
};

/// Compiled expressions that live in the host (RE2: linear time) and end with the instance. Cheap to copy; a set without
/// patterns finds nothing. Thread: any.
class Regex {
 public:
  Regex() noexcept = default;
  /// From a plugin's constructor (see Host::regex). Throws RegexError.
  Regex(const hotdesk_host* host, const hotdesk_host_regex* table, const std::vector<std::string>& patterns) : table_(table) {
    if (patterns.empty()) return;
    if (table == nullptr) throw RegexError(HOTDESK_E_UNSUPPORTED, "this host has no regular expressions (hotdesk.regex/1)", 0);
    std::vector<hotdesk_text> texts;
    for (const auto& pattern : patterns) texts.push_back(to_text(pattern));
    const hotdesk_array array{texts.data(), texts.size(), sizeof(hotdesk_text)};
    std::uint64_t bad = 0;
    const auto code = table->compile(host, &array, &raw_, &bad);
    if (code == HOTDESK_OK) return;
    if (code == HOTDESK_E_INVALID) throw RegexError(code, "is not an expression that RE2 takes", bad);
    throw RegexError(code < 0 ? code : HOTDESK_E_INTERNAL, "the expressions were refused by the host (too many or too large)", 0);
  }

  struct Hit {
    std::uint32_t pattern;
    std::size_t begin;  ///< bytes
    std::size_t end;
  };
  /// `each` for every hit, pattern by pattern, until it answers false; it must not throw.
  hotdesk_result find(std::string_view text, const std::function<bool(const Hit&)>& each) const {
    if (raw_ == nullptr) return HOTDESK_OK;
    return table_->find(raw_, to_text(text), const_cast<void*>(static_cast<const void*>(&each)), &receive);
  }
  std::vector<Hit> find_all(std::string_view text) const {
    std::vector<Hit> hits;
    find(text, [&](const Hit& hit) { return hits.push_back(hit), true; });
    return hits;
  }

 private:
  static hotdesk_result receive(void* context, const hotdesk_regex_hit* raw) noexcept {
    try {
      const auto& each = *static_cast<const std::function<bool(const Hit&)>*>(context);
      const Hit hit{raw->pattern, static_cast<std::size_t>(raw->begin), static_cast<std::size_t>(raw->end)};
      return each(hit) ? HOTDESK_OK : HOTDESK_SKIP;
    } catch (...) {
      return HOTDESK_E_INTERNAL;
    }
  }

  const hotdesk_host_regex* table_ = nullptr;
  hotdesk_regex* raw_ = nullptr;
};

}  // namespace hotdesk::sdk
