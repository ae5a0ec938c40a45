#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "chat.hpp"
#include "hotdesk/sdk/knowledge.hpp"
#include "hotdesk/sdk/messages.hpp"
#include "settings.hpp"

namespace ai_bridge {

/// The passages worth showing to the model: above min_score, best first, cut, within a third of the context window.
std::vector<hotdesk::sdk::Passage> choose_passages(const Settings& settings, std::vector<hotdesk::sdk::Passage> found);

/// Instructions, passages, as much of the history as the context window takes (the newest), the question.
std::vector<ChatMessage> write_prompt(const Settings& settings, const std::vector<hotdesk::sdk::Passage>& passages,
                                      const std::vector<hotdesk::sdk::PastMessage>& history, std::string_view question);

/// The estimate for what is sent.
std::size_t estimate_tokens(const std::vector<ChatMessage>& messages) noexcept;

}  // namespace ai_bridge
