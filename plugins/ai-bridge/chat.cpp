#include "chat.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "text.hpp"

namespace ai_bridge {
namespace {

using nlohmann::json;

/// Only what cannot carry a visitor's words.
std::string safe_word(const json& value) {
  std::string word;
  if (value.is_number_integer()) return value.dump();
  if (!value.is_string()) return word;
  for (const char c : value.get_ref<const std::string&>()) {
    const bool fine = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
    if (!fine || word.size() == 40) return {};
    word += c;
  }
  return word;
}

const json* member(const json& object, const char* name) {
  if (!object.is_object()) return nullptr;
  const auto found = object.find(name);
  return found != object.end() && !found->is_null() ? &*found : nullptr;
}

std::string text_in(const json& choice) {
  for (const char* name : {"delta", "message"})
    if (const json* inner = member(choice, name))
      if (const json* content = member(*inner, "content"); content != nullptr && content->is_string())
        return clean(content->get_ref<const std::string&>());
  return {};
}

}  // namespace

std::string write_request(const Settings& settings, const std::vector<ChatMessage>& messages) {
  json body = {{"model", settings.model}, {"stream", true}, {"max_tokens", settings.answer_tokens}, {"messages", json::array()}};
  if (settings.include_usage) body["stream_options"] = {{"include_usage", true}};
  if (settings.temperature >= 0) body["temperature"] = settings.temperature;
  for (const auto& message : messages) body["messages"].push_back({{"role", message.role}, {"content", message.text}});
  return body.dump(-1, ' ', false, json::error_handler_t::replace);
}

ChatDelta read_delta(std::string_view text) {
  ChatDelta delta;
  // Deeper than this no answer is; a deep one would cost stack.
  std::size_t depth = 0;
  for (const char c : text) {
    if (c == '{' || c == '[') ++depth;
    if (depth > 4096) return delta;
  }
  const json parsed = json::parse(text, nullptr, false);
  if (parsed.is_discarded() || !parsed.is_object()) return delta;
  if (const json* error = member(parsed, "error")) {
    delta.readable = delta.is_error = true;
    for (const char* name : {"type", "code"})
      if (const json* word = member(*error, name); word != nullptr && delta.error.empty()) delta.error = safe_word(*word);
    return delta;
  }
  if (const json* choices = member(parsed, "choices"); choices != nullptr && choices->is_array()) {
    delta.readable = true;
    if (!choices->empty()) {
      const json& first = choices->front();
      delta.text = text_in(first);
      if (const json* reason = member(first, "finish_reason")) delta.finish_reason = safe_word(*reason);
    }
  }
  if (const json* usage = member(parsed, "usage")) {
    delta.readable = true;
    const auto number = [&](const char* name) -> std::optional<std::int64_t> {
      const json* value = member(*usage, name);
      if (value == nullptr || !value->is_number_unsigned()) return std::nullopt;
      return static_cast<std::int64_t>(std::min<std::uint64_t>(value->get<std::uint64_t>(), 1'000'000'000));
    };
    delta.tokens_in = number("prompt_tokens");
    delta.tokens_out = number("completion_tokens");
  }
  return delta;
}

std::int64_t wait_asked_for(std::string_view body) noexcept {
  for (const std::string_view words : {std::string_view("try again in "), std::string_view("retry in "), std::string_view("retry after ")}) {
    const auto at = body.find(words);
    if (at == body.npos) continue;
    const auto rest = body.substr(at + words.size());
    std::size_t i = 0;
    const auto digits = [&](std::size_t most) {
      std::int64_t number = 0;
      for (std::size_t n = 0; i < rest.size() && n < most && rest[i] >= '0' && rest[i] <= '9'; ++i, ++n) number = number * 10 + (rest[i] - '0');
      return number;
    };
    std::int64_t ms = digits(6) * 1000;
    if (i < rest.size() && rest[i] == '.') {
      ++i;
      const auto begin = i;
      std::int64_t part = digits(3);
      for (std::size_t n = i - begin; n < 3; ++n) part *= 10;
      ms += part;
    }
    return rest.substr(i, 2) == "ms" ? ms / 1000 : ms;
  }
  return 0;
}

}  // namespace ai_bridge
