#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "hotdesk/sdk/sdk.hpp"
#include "text.hpp"
#include "words.hpp"

namespace filtering {
namespace {

namespace sdk = hotdesk::sdk;

#ifdef FILTERING_TOLERANT
constexpr bool tolerant = true;
constexpr std::string_view own_words[] = {"竞品", "badword"};
#else
constexpr bool tolerant = false;
constexpr std::string_view own_words[] = {""};
#endif
/// More than this between two characters and they are two words.
constexpr std::size_t longest_gap = 3;

class Filtering final : public sdk::Plugin, public sdk::Filter {
 public:
  explicit Filtering(const sdk::Host& host) : Plugin(host), reason_(host.config().text("/reason").value_or("")) {
    const auto config = host.config();
    if (config.flag("/defaults").value_or(true))
      for (const auto word : own_words) add(word, Action::mask);
    const std::uint64_t words = config.count("/words");
    for (std::uint64_t i = 0; i < words; ++i) {
      const std::string at = "/words/" + std::to_string(i);
      const auto action = config.text(at + "/action").value_or("mask") == "refuse" ? Action::refuse : Action::mask;
      add(config.text(at + "/word").value_or(""), action);
    }
    literal_.seal();
    spread_.seal();
  }

  sdk::Verdict inspect(const sdk::Message& message) override {
    if (!message.is_text() || literal_.empty()) return sdk::pass();
    const auto characters = read_characters(message.text());
    std::vector<bool> covered(characters.size(), false);
    bool any = false;
    bool refused = false;
    const auto take = [&](std::size_t first, std::size_t last, Action action) {
      any = true;
      refused |= action == Action::refuse;
      std::fill(covered.begin() + static_cast<std::ptrdiff_t>(first), covered.begin() + static_cast<std::ptrdiff_t>(last) + 1, true);
    };
    find_literal(characters, take);
    if constexpr (tolerant) find_spread(characters, take);
    if (refused) {
      host().count("refused");
      return sdk::block(reason(message.language()));
    }
    if (!any) return sdk::pass();
    host().count("masked");
    return sdk::rewrite(mask(message.text(), characters, covered));
  }

 private:
  void add(std::string_view word, Action action) {
    std::vector<char32_t> folded;
    bool noise = false;
    for (const auto& c : read_characters(word)) {
      folded.push_back(c.folded);
      noise |= c.noise;
    }
    literal_.add(folded, action);
    if (!noise && folded.size() > 1) spread_.add(folded, action);
  }

  template <class Take>
  void find_literal(const std::vector<Character>& characters, const Take& take) const {
    std::vector<char32_t> text;
    text.reserve(characters.size());
    for (const auto& c : characters) text.push_back(c.folded);
    literal_.find(text, [&](const WordSet::Hit& hit) { take(hit.begin, hit.end - 1, hit.action); });
  }

  /// Words with spaces or symbols between their characters.
  template <class Take>
  void find_spread(const std::vector<Character>& characters, const Take& take) const {
    std::vector<char32_t> text;
    std::vector<std::size_t> at;
    for (std::size_t i = 0; i < characters.size(); ++i) {
      if (characters[i].noise) continue;
      text.push_back(characters[i].folded);
      at.push_back(i);
    }
    if (text.size() == characters.size()) return;  // nothing inserted: the literal search has seen it all
    spread_.find(text, [&](const WordSet::Hit& hit) {
      for (std::size_t i = hit.begin + 1; i < hit.end; ++i)
        if (at[i] - at[i - 1] > longest_gap + 1) return;
      take(at[hit.begin], at[hit.end - 1], hit.action);
    });
  }

  static std::string mask(std::string_view text, const std::vector<Character>& characters, const std::vector<bool>& covered) {
    std::string masked;
    masked.reserve(text.size() + 8);
    for (std::size_t i = 0; i < characters.size(); ++i) {
      const auto& c = characters[i];
      if (covered[i]) masked += c.wide ? "＊" : "*";
      else masked += text.substr(c.begin, c.end - c.begin);
    }
    return masked;
  }

  std::string reason(std::string_view language) const {
    if (!reason_.empty()) return reason_;
    return language.substr(0, 2) == "zh" ? "消息含有不允许发送的词语。" : "The message contains a word that is not allowed here.";
  }

  std::string reason_;
  WordSet literal_;
  WordSet spread_;
};

}  // namespace
}  // namespace filtering

HOTDESK_PLUGIN(filtering::Filtering);
