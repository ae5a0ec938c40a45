#pragma once
#include <memory>
#include <mutex>
#include <vector>

#include "hotdesk/plugin/regex.h"

namespace hotdesk::plugins {

class HostSide;

/// The compiled expressions of one instance; they end with it. RE2: linear time whatever the text.
class RegexSets {
 public:
  RegexSets();
  ~RegexSets();
  RegexSets(const RegexSets&) = delete;
  RegexSets& operator=(const RegexSets&) = delete;

  static const hotdesk_host_regex& table() noexcept;

 private:
  struct Set;
  static hotdesk_result compile(const hotdesk_host* host, const hotdesk_array* patterns, hotdesk_regex** regex, std::uint64_t* bad) noexcept;
  static hotdesk_result find(const hotdesk_regex* regex, hotdesk_text text, void* context,
                             hotdesk_result (*each)(void*, const hotdesk_regex_hit*)) noexcept;
  std::mutex mutex_;
  std::vector<std::unique_ptr<Set>> sets_;
};

}  // namespace hotdesk::plugins
