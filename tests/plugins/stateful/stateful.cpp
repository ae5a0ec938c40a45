// Counts the messages of each conversation and says so: "2.0.0:17". The count is state.
#include <charconv>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>

#include "hotdesk/sdk/sdk.hpp"

namespace {

namespace sdk = hotdesk::sdk;

std::string key_of(const hotdesk_id& id) {
  std::string text;
  for (const unsigned char byte : id.bytes) {
    text += "0123456789abcdef"[byte >> 4];
    text += "0123456789abcdef"[byte & 15];
  }
  return text;
}

class Counter final : public sdk::Plugin, public sdk::Filter, public sdk::State {
 public:
  static constexpr std::uint32_t state_schema = STATE_SCHEMA;
  using Plugin::Plugin;

  sdk::Verdict inspect(const sdk::Message& message) override {
    return sdk::rewrite(HOTDESK_PLUGIN_VERSION ":" + std::to_string(++counts_[key_of(message.conversation())]));
  }

  /// Lines of "<conversation> <count>"; from schema 2 on with a heading.
  std::string export_state(std::uint32_t target_schema) override {
    if (target_schema > STATE_SCHEMA) throw sdk::Error(HOTDESK_E_UNSUPPORTED, "knows schemas up to " + std::to_string(STATE_SCHEMA));
    std::string out = target_schema >= 2 ? "counts\n" : "";
    for (const auto& [conversation, count] : counts_) out += conversation + ' ' + std::to_string(count) + '\n';
    return out;
  }

  void import_state(std::uint32_t schema, std::string_view state, bool dry_run) override {
#ifdef REFUSES
    throw sdk::Error(HOTDESK_E_INVALID, "does not like this state");
#endif
    std::map<std::string, std::uint64_t> counts;
    if (schema >= 2) {
      if (!state.starts_with("counts\n")) throw sdk::Error(HOTDESK_E_INVALID, "no heading");
      state.remove_prefix(7);
    }
    while (!state.empty()) {
      const auto end = state.find('\n');
      const auto line = state.substr(0, end);
      const auto space = line.find(' ');
      if (end == state.npos || space == line.npos) throw sdk::Error(HOTDESK_E_INVALID, "a torn line");
      std::uint64_t count = 0;
      std::from_chars(line.data() + space + 1, line.data() + line.size(), count);
      counts.emplace(line.substr(0, space), count);
      state.remove_prefix(end + 1);
    }
    if (!dry_run) counts_ = std::move(counts);
  }

 private:
  std::map<std::string, std::uint64_t> counts_;
};

}  // namespace

HOTDESK_PLUGIN(Counter);
