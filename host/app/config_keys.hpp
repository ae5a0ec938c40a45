#pragma once
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "app/config.hpp"

namespace hotdesk::app {

/// A whole number within [least, most].
struct WholeNumber {
  std::int64_t& (*at)(Config&);
  std::int64_t least;
  std::int64_t most;
};
/// A text; `empty` says whether "" is allowed; `path`: a file or folder, made absolute by load_config().
struct Text {
  std::string& (*at)(Config&);
  bool empty = false;
  bool path = false;
};
/// One of a few words; `get` and `set` count in the order of `words`.
struct Choice {
  std::size_t (*get)(const Config&);
  void (*set)(Config&, std::size_t);
  std::vector<std::string_view> words;
};
/// A list of texts, at most `most`.
struct TextList {
  std::vector<std::string>& (*at)(Config&);
  std::size_t most;
};

/// One row of the table that drives parsing, refusal, the example file and write_config().
struct ConfigKey {
  std::string_view name;  ///< "limits.frame_bytes"
  std::string_view unit;  ///< "bytes", "ms", … or empty
  std::variant<WholeNumber, Text, Choice, TextList> kind;
  std::string_view effect;
};

/// All keys, grouped by section in the order of the example file.
std::span<const ConfigKey> config_keys();
/// nullptr: no such key.
const ConfigKey* find_config_key(std::string_view name);
/// Whether some key begins with "name.".
bool is_config_section(std::string_view name);
/// What a section of a later version is for; empty when the name isn't one.
std::string_view reserved_section(std::string_view name);
/// In words: "a whole number from 1024 to 16777216 (bytes)".
std::string allowed(const ConfigKey& key);
/// The key nearest to a misspelt one, or empty.
std::string_view nearest_key(std::string_view name);
/// The value in `config` as JSON text.
std::string value_text(const ConfigKey& key, const Config& config);

}  // namespace hotdesk::app
