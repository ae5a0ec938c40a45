#include "settings.hpp"

#include <algorithm>

#include "hotdesk/sdk/error.hpp"
#include "text.hpp"

namespace ai_bridge {
namespace {

namespace sdk = hotdesk::sdk;

constexpr const char* usual_keywords[] = {"人工",   "真人",       "转客服",      "找客服",        "活人",
                                          "human",  "real person", "live agent", "live person", "representative",
                                          "operator", "talk to an agent", "speak to an agent", "talk to someone", "speak to someone"};

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || (c & 0x80) != 0; }

std::string host_of(std::string_view url) {
  const auto begin = url.find("://") + 3;
  auto host = url.substr(begin, url.find_first_of("/?#", begin) - begin);
  if (const auto bracket = host.find(']'); bracket != host.npos) return std::string(host.substr(0, bracket + 1));
  return std::string(host.substr(0, host.find(':')));
}

std::string endpoint_of(std::string_view base) {
  if (base.empty()) return {};
  while (!base.empty() && base.back() == '/') base.remove_suffix(1);
  const bool secure = base.substr(0, 8) == "https://";
  if (!secure && base.substr(0, 7) != "http://") throw sdk::bad_config("/base_url", "must begin with https:// or http://");
  const std::string host = host_of(base);
  if (host.empty() || base.find_first_of("?#@ ") != base.npos) throw sdk::bad_config("/base_url", "must be a plain address like https://api.example.com/v1");
  if (!secure && host != "localhost" && host != "[::1]" && host.rfind("127.", 0) != 0)
    throw sdk::bad_config("/base_url", "must be https, except on this very machine (localhost)");
  std::string url(base);
  if (base.find('/', base.find("://") + 3) == base.npos) url += "/v1";
  const std::string_view path = "/chat/completions";
  if (url.size() < path.size() || url.compare(url.size() - path.size(), path.size(), path) != 0) url += path;
  return url;
}

std::string text_of(const sdk::Config& config, const char* pointer) { return std::string(config.text(pointer).value_or("")); }

}  // namespace

Settings::Settings(const sdk::Config& config)
    : endpoint(endpoint_of(config.text("/base_url").value_or(""))),
      model(text_of(config, "/model")),
      api_key(text_of(config, "/api_key")),
      include_usage(config.flag("/include_usage").value_or(true)),
      temperature(config.number("/temperature").value_or(-1)),
      timeout_ms(config.integer("/timeout_s").value_or(12) * 1000),
      retries(static_cast<std::uint32_t>(config.integer("/retries").value_or(2))),
      prompt(text_of(config, "/prompt")),
      context_tokens(static_cast<std::size_t>(config.integer("/context_tokens").value_or(4096))),
      answer_tokens(static_cast<std::size_t>(config.integer("/answer_tokens").value_or(512))),
      history(static_cast<std::uint32_t>(config.integer("/history").value_or(20))),
      passages(static_cast<std::uint32_t>(config.integer("/passages").value_or(5))),
      min_score(config.number("/min_score").value_or(0.2)),
      quote_score(config.number("/quote_score").value_or(0.6)),
      model_may_hand_over(config.flag("/model_may_hand_over").value_or(true)),
      self_rating(config.flag("/self_rating").value_or(false)),
      min_confidence(config.number("/min_confidence").value_or(0)),
      unsure_turns(static_cast<std::uint32_t>(config.integer("/unsure_turns").value_or(1))),
      has_handover_text(config.text("/handover_text").has_value()),
      handover_text(text_of(config, "/handover_text")),
      price_in(config.number("/price_in").value_or(0)),
      price_out(config.number("/price_out").value_or(0)) {
  if (!endpoint.empty() && model.empty()) throw sdk::bad_config("/model", "is needed with an address");
  if (context_tokens < answer_tokens + 256)
    throw sdk::bad_config("/context_tokens", "must leave at least 256 tokens for the question beside answer_tokens");
  if (config.has("/keywords")) {
    for (std::uint64_t i = 0; i < config.count("/keywords"); ++i) {
      const std::string at = "/keywords/" + std::to_string(i);
      auto word = fold(config.text(at).value_or(""));
      if (is_blank(word)) throw sdk::bad_config(at, "an empty keyword");
      keywords.push_back(std::move(word));
    }
  } else {
    keywords.assign(std::begin(usual_keywords), std::end(usual_keywords));
  }
}

bool Settings::asks_for_person(std::string_view text) const {
  const std::string folded = fold(text);
  return std::any_of(keywords.begin(), keywords.end(), [&](const std::string& word) {
    for (auto at = folded.find(word); at != folded.npos; at = folded.find(word, at + 1)) {
      // A Latin word counts as a whole: "human" is not in "humane". Chinese has no spaces between words.
      if ((word.front() & 0x80) != 0) return true;
      const bool begins = at == 0 || !is_letter(folded[at - 1]) || (folded[at - 1] & 0x80) != 0;
      const auto end = at + word.size();
      const bool ends = end == folded.size() || !is_letter(folded[end]) || (folded[end] & 0x80) != 0;
      if (begins && ends) return true;
    }
    return false;
  });
}

std::string Settings::handover_words(std::string_view language, std::string_view question) const {
  if (has_handover_text) return handover_text;
  const bool chinese = language.empty() ? std::any_of(question.begin(), question.end(), [](char c) { return (c & 0x80) != 0; })
                                        : language.substr(0, 2) == "zh";
  return chinese ? "正在为您转接人工客服，请稍候。" : "One moment please, a colleague of ours will take over.";
}

}  // namespace ai_bridge
