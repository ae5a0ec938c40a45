#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "hotdesk/sdk/host.hpp"

namespace ai_bridge {

/// The tenant's settings, config.schema.json with its defaults. Throws sdk::Error for what the schema cannot say.
struct Settings {
  explicit Settings(const hotdesk::sdk::Config& config);

  // Where to ask; an empty address: nowhere, answers come from the knowledge base alone.
  std::string endpoint;  ///< ".../chat/completions"
  std::string model;
  std::string api_key;  ///< the name of a secret, never the key
  bool include_usage;
  double temperature;  ///< below 0: the server's own
  std::int64_t timeout_ms;
  std::uint32_t retries;

  // What is asked.
  std::string prompt;
  std::size_t context_tokens;
  std::size_t answer_tokens;
  std::uint32_t history;
  std::uint32_t passages;
  double min_score;    ///< passages below it are not used
  double quote_score;  ///< from here a passage is an answer by itself

  // When a person takes over.
  std::vector<std::string> keywords;  ///< folded
  bool model_may_hand_over;
  bool self_rating;
  double min_confidence;
  std::uint32_t unsure_turns;  ///< so many unsure answers in a row
  bool has_handover_text;
  std::string handover_text;

  double price_in;  ///< for 1,000 tokens
  double price_out;

  /// Whether the visitor asks for a person.
  bool asks_for_person(std::string_view text) const;
  /// What the visitor reads before the person comes; may be empty.
  std::string handover_words(std::string_view language, std::string_view question) const;
};

}  // namespace ai_bridge
