// org.hotdesk.filtering from 1.2.0 on: what full.cpp finds in a message, and what becomes of it.
#include <string>
#include <string_view>
#include <vector>

#include "full.hpp"
#include "hotdesk/sdk/sdk.hpp"

namespace filtering {
namespace {

namespace sdk = hotdesk::sdk;

constexpr std::size_t longest_answer = 64 * 1024;  // the ABI's

class FullFiltering final : public sdk::Plugin, public sdk::Filter {
 public:
  explicit FullFiltering(const sdk::Host& host) : Plugin(host), rules_(host), flood_(rules_.flood()) {}

  sdk::Verdict inspect(const sdk::Message& message) override {
    if (!message.is_text()) return sdk::pass();
    const bool agent = message.role() == HOTDESK_ROLE_AGENT;
    if (agent && rules_.agents() == Agents::none) return sdk::pass();
    const auto characters = rules_.read(message.text());
    if (message.from_visitor() && !message.is_draft())
      if (const auto flooded = flood_of(message, characters); flooded.verdict != HOTDESK_FILTER_PASS) return flooded;
    const auto found = rules_.look(message.text(), characters);
    if (!found.strictest) return sdk::pass();
    const Action action = agent && rules_.agents() == Agents::report ? Action::report : *found.strictest;
    if (!message.is_draft()) report(found, action, message);
    if (action == Action::report) return sdk::pass();
    if (action == Action::refuse) return sdk::block(reason(message.language()));
    std::string masked = mask(message.text(), characters, found.covered);
    if (masked.size() > longest_answer) return sdk::block(reason(message.language()));
    return sdk::rewrite(std::move(masked), found.named);
  }

 private:
  sdk::Verdict flood_of(const sdk::Message& message, const std::vector<Character>& characters) {
    if (!flood_.is_on() || sdk::is_none(message.visitor())) return sdk::pass();
    std::vector<char32_t> text;
    for (const auto& c : characters)
      if (!c.noise) text.push_back(c.folded);
    const auto verdict = flood_.add(message.visitor(), Flood::hash(text), host().steady_ms());
    if (verdict == Flood::Verdict::fine) return sdk::pass();
    host().count(verdict == Flood::Verdict::too_many ? "flood_many" : "flood_same");
    if (rules_.flood_action() == Action::report) return sdk::pass();
    host().count("refused");
    const bool chinese = message.language().substr(0, 2) == "zh";
    if (verdict == Flood::Verdict::too_many) return sdk::block(chinese ? "消息发送过于频繁，请稍候再发。" : "That was too fast. Please wait a moment.");
    return sdk::block(chinese ? "请不要重复发送相同的内容。" : "Please do not send the same text again and again.");
  }

  /// Numbers and a line without the text; for the staff a note, if wished.
  void report(const Rules::Findings& found, Action action, const sdk::Message& message) const {
    constexpr const char* done[] = {"reported", "masked", "refused"};
    constexpr const char* personal[personal_kinds] = {"hits_phone", "hits_id_card", "hits_bank_card", "hits_email"};
    const char* what = done[static_cast<std::size_t>(action)];
    host().count(what);
    if (found.words != 0) host().count("hits_word", static_cast<double>(found.words));
    if (found.rules != 0) host().count("hits_rule", static_cast<double>(found.rules));
    std::size_t data = 0;
    for (std::size_t i = 0; i < personal_kinds; ++i) {
      data += found.personal[i];
      if (found.personal[i] != 0) host().count(personal[i], static_cast<double>(found.personal[i]));
    }
    std::string line = std::string(what) + ": " + std::to_string(found.words) + " words, " + std::to_string(data) + " personal data, " +
                       std::to_string(found.rules) + " rule hits";
    if (!found.named.empty()) line += " (" + found.named + ")";
    host().info(line);
    if (action != Action::refuse || !rules_.notes() || !message.from_visitor()) return;
    const bool chinese = message.language().substr(0, 2) == "zh";
    host().post(message.call(), HOTDESK_KIND_NOTE, chinese ? "访客的一条消息被过滤规则拦截，未送达。" : "A message of the visitor was refused by the filter and is not here.");
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
    if (!rules_.reason().empty()) return rules_.reason();
    return language.substr(0, 2) == "zh" ? "消息含有不允许发送的内容。" : "The message contains something that is not allowed here.";
  }

  const Rules rules_;
  Flood flood_;
};

}  // namespace
}  // namespace filtering

HOTDESK_PLUGIN(filtering::FullFiltering);
