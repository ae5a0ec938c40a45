// @ID@: hides words that each tenant chooses, or refuses messages that contain them.
#include <string>
#include <string_view>
#include <vector>

#include "hotdesk/sdk/sdk.hpp"

namespace sdk = hotdesk::sdk;

// One object for each tenant. It is constant after its constructor, so inspect() may run on any number of threads at once.
class WordFilter final : public sdk::Plugin, public sdk::Filter {
 public:
  explicit WordFilter(const sdk::Host& host) : Plugin(host), refuse_(host.config().flag("/refuse").value_or(false)) {
    const auto config = host.config();
    for (std::uint64_t i = 0; i < config.count("/words"); ++i) {
      const std::string pointer = "/words/" + std::to_string(i);
      words_.emplace_back(config.text(pointer).value_or(""));
      if (words_.back().empty()) throw sdk::bad_config(pointer, "must not be empty");
    }
    if (!config.has("/words")) words_.emplace_back("secret");
  }

  sdk::Verdict inspect(const sdk::Message& message) override {
    if (!message.is_text()) return sdk::pass();
    std::string text(message.text());
    bool found = false;
    for (const std::string& word : words_) {
      const std::string hidden = stars(word);
      for (auto at = text.find(word); at != text.npos; at = text.find(word, at + hidden.size())) {
        text.replace(at, word.size(), hidden);
        found = true;
      }
    }
    if (!found) return sdk::pass();
    return refuse_ ? sdk::block("Please leave that word out.") : sdk::rewrite(std::move(text), "a listed word");
  }

 private:
  // One asterisk for each character, not for each byte.
  static std::string stars(std::string_view word) {
    std::string result;
    for (const char c : word)
      if ((static_cast<unsigned char>(c) & 0xC0) != 0x80) result += '*';
    return result;
  }

  const bool refuse_;
  std::vector<std::string> words_;
};

HOTDESK_PLUGIN(WordFilter);
