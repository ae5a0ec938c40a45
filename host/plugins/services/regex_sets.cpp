#include "plugins/services/regex_sets.hpp"

#include <re2/re2.h>
#include <re2/set.h>

#include <algorithm>

#include "plugins/abi_text.hpp"
#include "plugins/host_services.hpp"

namespace hotdesk::plugins {
namespace {

constexpr std::uint64_t most_patterns = 1000;
constexpr std::size_t most_pattern = 4096;
constexpr std::int64_t most_memory = 8 << 20;

RE2::Options options() {
  RE2::Options out;
  out.set_log_errors(false);
  out.set_max_mem(most_memory);
  return out;
}

re2::StringPiece piece(std::string_view text) { return {text.data(), text.size()}; }

}  // namespace

/// The patterns, and all of them together to find out quickly which of them are worth looking for.
struct RegexSets::Set {
  std::vector<std::unique_ptr<RE2>> patterns;
  RE2::Set all{options(), RE2::UNANCHORED};
  bool together = false;
};

RegexSets::RegexSets() = default;
RegexSets::~RegexSets() = default;

const hotdesk_host_regex& RegexSets::table() noexcept {
  static constexpr hotdesk_host_regex regex{sizeof regex, 0, &compile, &find};
  return regex;
}

hotdesk_result RegexSets::compile(const hotdesk_host* host, const hotdesk_array* patterns, hotdesk_regex** regex,
                                  std::uint64_t* bad) noexcept {
  auto& side = *static_cast<HostSide*>(host->internal);
  if (!side.creating()) return HOTDESK_E_STATE;
  if (patterns == nullptr || regex == nullptr || bad == nullptr || patterns->count > most_patterns) return HOTDESK_E_INVALID;
  try {
    auto set = std::make_unique<Set>();
    std::int64_t left = most_memory;
    for (std::uint64_t i = 0; i < patterns->count; ++i) {
      *bad = i;
      const auto text = to_view(*HOTDESK_AT(hotdesk_text, *patterns, i));
      if (text.size() > most_pattern) return HOTDESK_E_INVALID;
      auto one = std::make_unique<RE2>(piece(text), options());
      if (!one->ok()) {
        side.log(LogLevel::warn, "expression " + std::to_string(i) + ": " + one->error());
        return HOTDESK_E_INVALID;
      }
      left -= one->ProgramSize() * std::int64_t{16};
      if (left < 0) return HOTDESK_E_BUDGET;
      set->all.Add(piece(text), nullptr);
      set->patterns.push_back(std::move(one));
    }
    // The set as one automaton may be too large where each alone is not: then each is tried.
    set->together = !set->patterns.empty() && set->all.Compile();
    const std::lock_guard lock(side.regexes().mutex_);
    *regex = reinterpret_cast<hotdesk_regex*>(set.get());
    side.regexes().sets_.push_back(std::move(set));
    return HOTDESK_OK;
  } catch (...) {
    return HOTDESK_E_INTERNAL;
  }
}

hotdesk_result RegexSets::find(const hotdesk_regex* regex, hotdesk_text text, void* context,
                               hotdesk_result (*each)(void*, const hotdesk_regex_hit*)) noexcept {
  if (regex == nullptr || each == nullptr) return HOTDESK_E_INVALID;
  const auto& set = *reinterpret_cast<const Set*>(regex);
  try {
    const re2::StringPiece whole = piece(to_view(text));
    std::vector<int> which;
    RE2::Set::ErrorInfo error{};
    const bool sifted = set.together && (set.all.Match(whole, &which, &error) || error.kind == RE2::Set::kNoError);
    if (!sifted) {
      which.clear();
      for (std::size_t i = 0; i < set.patterns.size(); ++i) which.push_back(static_cast<int>(i));
    }
    std::sort(which.begin(), which.end());
    for (const int index : which) {
      std::size_t from = 0;
      re2::StringPiece hit;
      while (from <= whole.size() && set.patterns[static_cast<std::size_t>(index)]->Match(whole, from, whole.size(), RE2::UNANCHORED, &hit, 1)) {
        const auto begin = static_cast<std::uint64_t>(hit.data() - whole.data());
        const hotdesk_regex_hit told{sizeof told, static_cast<std::uint32_t>(index), begin, begin + hit.size()};
        if (const auto code = each(context, &told); code != HOTDESK_OK) return code;
        from = static_cast<std::size_t>(begin) + hit.size();
        if (!hit.empty()) continue;
        do ++from;  // past the whole character
        while (from < whole.size() && (static_cast<unsigned char>(whole[from]) & 0xC0) == 0x80);
      }
    }
    return HOTDESK_OK;
  } catch (...) {
    return HOTDESK_E_INTERNAL;
  }
}

}  // namespace hotdesk::plugins
