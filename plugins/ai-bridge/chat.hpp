#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "settings.hpp"

namespace ai_bridge {

/// One message as the chat completions API has it.
struct ChatMessage {
  const char* role;  ///< "system", "user" or "assistant"
  std::string text;
};

/// The request's body.
std::string write_request(const Settings& settings, const std::vector<ChatMessage>& messages);

/// What one event (or a whole answer that did not stream) says.
struct ChatDelta {
  bool readable = false;  ///< false: not JSON, or not of this API
  std::string text;
  std::string finish_reason;
  std::optional<std::int64_t> tokens_in;
  std::optional<std::int64_t> tokens_out;
  bool is_error = false;
  std::string error;  ///< a short word, safe to log
};
ChatDelta read_delta(std::string_view json);

/// How long an error's text asks to wait ("try again in 1.5s"); 0: it does not say.
std::int64_t wait_asked_for(std::string_view body) noexcept;

}  // namespace ai_bridge
