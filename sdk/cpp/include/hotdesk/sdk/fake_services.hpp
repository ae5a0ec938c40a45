#pragma once
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <regex>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "hotdesk/plugin/http.h"
#include "hotdesk/plugin/knowledge.h"
#include "hotdesk/plugin/messages.h"
#include "hotdesk/plugin/post.h"
#include "hotdesk/plugin/regex.h"
#include "hotdesk/sdk/config.hpp"

namespace hotdesk::sdk {

/// What a plugin sent through hotdesk.http/1; secrets stand as the plugin wrote them, "${secret:KEY}".
struct FakeHttpRequest {
  hotdesk_call call = 0;
  std::string method;
  std::string url;
  std::map<std::string, std::string> headers;
  std::string body;
  std::uint32_t timeout_ms = 0;
};

/// How the other side answers: the body in these pieces, each `delay_ms` of the fake clock after the one before, then `end`.
struct FakeHttpAnswer {
  std::int32_t status = 200;
  std::vector<std::string> pieces;
  hotdesk_result end = HOTDESK_OK;
  std::int64_t delay_ms = 0;
};

struct FakePassage {
  hotdesk_id article{};
  std::string title;
  std::string text;
  double score = 0;
};

struct FakePast {
  std::int32_t role = 0;
  std::string text;
  std::int64_t seq = 0;
  std::int64_t at = 0;
};

struct FakePost {
  hotdesk_call call = 0;
  std::int32_t kind = 0;
  std::string body;
  std::uint32_t n = 0;
};

/// Stands in for the host's RE2: std::regex, with (?i) understood at the beginning alone. For tests.
struct FakeRegex {
  std::vector<std::regex> all;

  /// Index of the bad one, or nothing.
  static std::unique_ptr<FakeRegex> compile(const hotdesk_array& patterns, std::uint64_t* bad) {
    auto made = std::make_unique<FakeRegex>();
    for (std::uint64_t i = 0; i < patterns.count; ++i) {
      std::string pattern(to_view(*HOTDESK_AT(hotdesk_text, patterns, i)));
      auto flags = std::regex::ECMAScript;
      if (pattern.rfind("(?i)", 0) == 0) {
        flags |= std::regex::icase;
        pattern.erase(0, 4);
      }
      try {
        made->all.emplace_back(pattern, flags);
      } catch (const std::regex_error&) {
        *bad = i;
        return nullptr;
      }
    }
    return made;
  }
  hotdesk_result find(std::string_view text, void* context, hotdesk_result (*each)(void*, const hotdesk_regex_hit*)) const {
    for (std::uint32_t i = 0; i < all.size(); ++i)
      for (std::cregex_iterator at(text.data(), text.data() + text.size(), all[i]), end; at != end; ++at) {
        const auto begin = static_cast<std::uint64_t>(at->position());
        const hotdesk_regex_hit hit{sizeof hit, i, begin, begin + static_cast<std::uint64_t>(at->length())};
        if (const auto code = each(context, &hit); code != HOTDESK_OK) return code;
      }
    return HOTDESK_OK;
  }
};

}  // namespace hotdesk::sdk
