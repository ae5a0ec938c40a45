#pragma once
#include <array>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "flood.hpp"
#include "hotdesk/sdk/host.hpp"
#include "personal.hpp"
#include "words.hpp"

namespace filtering {

/// What is done about agents' messages.
enum class Agents { all, report, none };

/// The tenant's settings and all that is made from them once. Throws sdk::Error for what the schema cannot say.
class Rules {
 public:
  explicit Rules(const hotdesk::sdk::Host& host);

  /// What a look at a message found.
  struct Findings {
    std::optional<Action> strictest;
    std::vector<bool> covered;  ///< by character
    std::size_t words = 0;
    std::size_t rules = 0;
    std::array<std::size_t, personal_kinds> personal{};
    std::string named;  ///< the rules' names, for the log
  };
  Findings look(std::string_view text, const std::vector<Character>& characters) const;

  const Flood::Limits& flood() const noexcept { return flood_; }
  Action flood_action() const noexcept { return flood_action_; }
  Agents agents() const noexcept { return agents_; }
  bool notes() const noexcept { return notes_; }
  const std::string& reason() const noexcept { return reason_; }
  std::vector<Character> read(std::string_view text) const;

 private:
  struct Span {
    std::size_t first;
    std::size_t last;
  };
  /// The text without what people insert to hide words.
  struct Stripped {
    std::vector<char32_t> text;
    std::vector<std::size_t> at;
  };
  void add(std::string_view word, Action action, const std::string& where);
  void add_list(const hotdesk::sdk::Config& config, const std::string& pointer, Action action);
  void add_rules(const hotdesk::sdk::Host& host);

  void find_words(const std::vector<Character>& characters, Findings& found) const;
  void find_rules(std::string_view text, const std::vector<Character>& characters, Findings& found) const;
  void find_personal_data(const std::vector<Character>& characters, Findings& found) const;
  bool is_meant(const std::vector<Character>& characters, const Stripped& stripped, const WordSet::Hit& hit) const;

  const bool simplify_;
  const bool see_through_;
  const bool whole_words_;
  WordSet plain_;   ///< words with a symbol in them, or of one character: as they stand
  WordSet spread_;  ///< all others: whatever stands between their characters
  WordSet allowed_;
  hotdesk::sdk::Regex regex_;
  std::vector<Action> rule_actions_;
  std::vector<std::string> rule_names_;
  std::array<std::optional<Action>, personal_kinds> personal_;
  bool any_personal_ = false;
  Flood::Limits flood_;
  Action flood_action_ = Action::refuse;
  Agents agents_ = Agents::all;
  bool notes_ = false;
  std::string reason_;
};

}  // namespace filtering
