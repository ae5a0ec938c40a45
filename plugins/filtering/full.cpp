#include "full.hpp"

#include <algorithm>

#include "hotdesk/sdk/error.hpp"
#include "variants.hpp"

namespace filtering {
namespace {

namespace sdk = hotdesk::sdk;

/// More than this between two characters and they are two words.
constexpr std::size_t longest_gap = 3;
constexpr const char* personal_settings[personal_kinds] = {"/phone", "/id_card", "/bank_card", "/email"};

std::optional<Action> to_action(std::string_view text) {
  if (text == "report") return Action::report;
  if (text == "mask") return Action::mask;
  if (text == "refuse") return Action::refuse;
  return std::nullopt;
}

bool is_latin(char32_t c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || (c >= 0xDF && c <= 0x24F) || (c >= 0x370 && c <= 0x52F); }

std::vector<char32_t> folded_of(const std::vector<Character>& characters) {
  std::vector<char32_t> folded;
  folded.reserve(characters.size());
  for (const auto& c : characters) folded.push_back(c.folded);
  return folded;
}

void cover(Rules::Findings& found, std::size_t first, std::size_t last, Action action) {
  found.strictest = std::max(found.strictest.value_or(action), action);
  if (action == Action::mask)
    std::fill(found.covered.begin() + static_cast<std::ptrdiff_t>(first), found.covered.begin() + static_cast<std::ptrdiff_t>(last) + 1, true);
}

}  // namespace

Rules::Rules(const sdk::Host& host)
    : simplify_(host.config().flag("/simplify").value_or(true)),
      see_through_(host.config().flag("/see_through").value_or(true)),
      whole_words_(host.config().flag("/whole_words").value_or(false)),
      notes_(host.config().flag("/note_refused").value_or(false)),
      reason_(host.config().text("/reason").value_or("")) {
  const auto config = host.config();
  const std::uint64_t words = config.count("/words");
  for (std::uint64_t i = 0; i < words; ++i) {
    const std::string at = "/words/" + std::to_string(i);
    add(config.text(at + "/word").value_or(""), to_action(config.text(at + "/action").value_or("mask")).value_or(Action::mask), at + "/word");
  }
  add_list(config, "/mask_words", Action::mask);
  add_list(config, "/refuse_words", Action::refuse);
  add_list(config, "/report_words", Action::report);
  plain_.seal();
  spread_.seal();
  for (std::uint64_t i = 0; i < config.count("/allow"); ++i) {
    std::vector<char32_t> word;
    for (const auto& c : read(config.text("/allow/" + std::to_string(i)).value_or("")))
      if (!c.noise) word.push_back(c.folded);
    allowed_.add(word, Action::report);
  }
  allowed_.seal();
  add_rules(host);
  for (std::size_t i = 0; i < personal_kinds; ++i) {
    personal_[i] = to_action(config.text(personal_settings[i]).value_or("off"));
    any_personal_ = any_personal_ || personal_[i].has_value();
  }
  flood_.window_ms = config.integer("/flood_window_s").value_or(10) * 1000;
  flood_.messages = static_cast<std::uint32_t>(config.integer("/flood_messages").value_or(0));
  flood_.same = static_cast<std::uint32_t>(config.integer("/flood_same").value_or(0));
  flood_action_ = to_action(config.text("/flood_action").value_or("refuse")).value_or(Action::refuse);
  const auto agents = config.text("/agents").value_or("all");
  agents_ = agents == "none" ? Agents::none : agents == "report" ? Agents::report : Agents::all;
}

std::vector<Character> Rules::read(std::string_view text) const { return simplify_ ? read_variants(text) : read_characters(text); }

void Rules::add(std::string_view word, Action action, const std::string& where) {
  const auto characters = read(word);
  if (characters.empty()) throw sdk::bad_config(where, "an empty word");
  const bool noise = std::any_of(characters.begin(), characters.end(), [](const Character& c) { return c.noise; });
  (noise || characters.size() == 1 || !see_through_ ? plain_ : spread_).add(folded_of(characters), action);
}

void Rules::add_list(const sdk::Config& config, const std::string& pointer, Action action) {
  const std::uint64_t count = config.count(pointer);
  for (std::uint64_t i = 0; i < count; ++i) {
    const std::string at = pointer + "/" + std::to_string(i);
    add(config.text(at).value_or(""), action, at);
  }
}

void Rules::add_rules(const sdk::Host& host) {
  const auto config = host.config();
  std::vector<std::string> patterns;
  for (std::uint64_t i = 0; i < config.count("/rules"); ++i) {
    const std::string at = "/rules/" + std::to_string(i);
    patterns.emplace_back(config.text(at + "/pattern").value_or(""));
    rule_actions_.push_back(to_action(config.text(at + "/action").value_or("mask")).value_or(Action::mask));
    rule_names_.emplace_back(config.text(at + "/name").value_or("rule " + std::to_string(i + 1)));
  }
  if (!patterns.empty() && !host.has_regex())
    throw sdk::bad_config("/rules", "this host has no regular expressions (hotdesk.regex/1); remove the rules or upgrade the host");
  try {
    regex_ = host.regex(patterns);
  } catch (const sdk::RegexError& error) {
    const bool one = error.code() == HOTDESK_E_INVALID;
    throw sdk::bad_config(one ? "/rules/" + std::to_string(error.which()) + "/pattern" : "/rules", error.what());
  }
}

Rules::Findings Rules::look(std::string_view text, const std::vector<Character>& characters) const {
  Findings found;
  found.covered.assign(characters.size(), false);
  find_words(characters, found);
  if (any_personal_) find_personal_data(characters, found);
  if (!rule_actions_.empty()) find_rules(text, characters, found);
  return found;
}

void Rules::find_words(const std::vector<Character>& characters, Findings& found) const {
  std::vector<Span> spans;
  std::vector<Action> actions;
  if (!plain_.empty())
    plain_.find(folded_of(characters), [&](const WordSet::Hit& hit) {
      if (whole_words_) {
        const auto latin = [&](std::size_t i) { return i < characters.size() && is_latin(characters[i].folded); };
        if ((latin(hit.begin) && hit.begin > 0 && latin(hit.begin - 1)) || (latin(hit.end - 1) && latin(hit.end))) return;
      }
      spans.push_back({hit.begin, hit.end - 1});
      actions.push_back(hit.action);
    });
  if (!spread_.empty() || (!allowed_.empty() && !spans.empty())) {
    Stripped stripped;
    stripped.text.reserve(characters.size());
    stripped.at.reserve(characters.size());
    for (std::size_t i = 0; i < characters.size(); ++i) {
      if (characters[i].noise) continue;
      stripped.text.push_back(characters[i].folded);
      stripped.at.push_back(i);
    }
    spread_.find(stripped.text, [&](const WordSet::Hit& hit) {
      if (!is_meant(characters, stripped, hit)) return;
      spans.push_back({stripped.at[hit.begin], stripped.at[hit.end - 1]});
      actions.push_back(hit.action);
    });
    std::vector<Span> allowed;
    if (!spans.empty() && !allowed_.empty())
      allowed_.find(stripped.text, [&](const WordSet::Hit& hit) { allowed.push_back({stripped.at[hit.begin], stripped.at[hit.end - 1]}); });
    for (std::size_t i = spans.size(); i-- > 0;)
      if (std::any_of(allowed.begin(), allowed.end(), [&](const Span& one) { return one.first <= spans[i].first && spans[i].last <= one.last; })) {
        spans.erase(spans.begin() + static_cast<std::ptrdiff_t>(i));
        actions.erase(actions.begin() + static_cast<std::ptrdiff_t>(i));
      }
  }
  found.words = spans.size();
  for (std::size_t i = 0; i < spans.size(); ++i) cover(found, spans[i].first, spans[i].last, actions[i]);
}

/// Whether characters with something between them are one word after all. In Latin script the gaps must not be those of
/// ordinary writing: "as set" is not "asset", "s h i t" is what it is.
bool Rules::is_meant(const std::vector<Character>& characters, const Stripped& stripped, const WordSet::Hit& hit) const {
  bool gaps = false;
  bool only_spaces = true;
  bool every_gap = true;
  for (std::size_t i = hit.begin + 1; i < hit.end; ++i) {
    const std::size_t gap = stripped.at[i] - stripped.at[i - 1] - 1;
    if (gap > longest_gap) return false;
    if (gap == 0) every_gap = false;
    else gaps = true;
    for (std::size_t k = stripped.at[i - 1] + 1; k < stripped.at[i]; ++k) only_spaces = only_spaces && characters[k].folded == ' ';
  }
  const auto latin = [&](std::size_t i) { return i < characters.size() && is_latin(characters[i].folded); };
  const std::size_t first = stripped.at[hit.begin];
  const std::size_t last = stripped.at[hit.end - 1];
  if (!latin(first) && !latin(last)) return true;
  const bool begins = !latin(first) || first == 0 || !latin(first - 1);
  const bool ends = !latin(last) || !latin(last + 1);
  if (!gaps) return !whole_words_ || (begins && ends);
  return begins && ends && (!only_spaces || every_gap);
}

void Rules::find_personal_data(const std::vector<Character>& characters, Findings& found) const {
  for (const auto& hit : find_personal(characters)) {
    const auto kind = static_cast<std::size_t>(hit.kind);
    if (!personal_[kind]) continue;
    ++found.personal[kind];
    found.strictest = std::max(found.strictest.value_or(Action::report), *personal_[kind]);
    if (*personal_[kind] != Action::mask) continue;
    for (std::size_t i = hit.hide_begin; i < hit.hide_end; ++i)
      if (hit.kind == Personal::email || !characters[i].noise) found.covered[i] = true;
  }
}

void Rules::find_rules(std::string_view text, const std::vector<Character>& characters, Findings& found) const {
  constexpr std::size_t most_hits = 1'000;
  std::vector<bool> named(rule_names_.size(), false);
  regex_.find(text, [&](const sdk::Regex::Hit& hit) {
    if (hit.begin >= hit.end || hit.pattern >= rule_actions_.size()) return true;
    const auto at = [&](std::size_t byte) {
      const auto one = std::upper_bound(characters.begin(), characters.end(), byte, [](std::size_t b, const Character& c) { return b < c.begin; });
      return static_cast<std::size_t>(one - characters.begin()) - 1;
    };
    cover(found, at(hit.begin), at(hit.end - 1), rule_actions_[hit.pattern]);
    if (!named[hit.pattern]) {
      named[hit.pattern] = true;
      found.named += (found.named.empty() ? "" : ", ") + rule_names_[hit.pattern];
    }
    return ++found.rules < most_hits;
  });
}

}  // namespace filtering
