#include "conversations/knowledge_index.hpp"

#include <algorithm>
#include <cmath>

namespace hotdesk::conversations {
namespace {

constexpr float k1 = 1.2F;
constexpr float b = 0.75F;
constexpr float title_weight = 2;  // a word of the title counts as often in each passage
constexpr std::size_t most_question_terms = 512;

/// The next code point of clean UTF-8; moves `at` behind it.
char32_t next_point(std::string_view text, std::size_t& at) {
  const auto lead = static_cast<unsigned char>(text[at]);
  const std::size_t size = lead < 0x80 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
  char32_t point = size == 1 ? lead : lead & (0xFFU >> (size + 1));
  for (std::size_t i = 1; i < size && at + i < text.size(); ++i) point = point << 6 | (static_cast<unsigned char>(text[at + i]) & 0x3FU);
  at = std::min(at + size, text.size());
  return point;
}

/// Scripts that are written without blanks.
bool is_dense(char32_t c) {
  return (c >= 0x2E80 && c <= 0x2FDF) || (c >= 0x3040 && c <= 0x30FF) || (c >= 0x31F0 && c <= 0x9FFF) || (c >= 0xAC00 && c <= 0xD7AF) ||
         (c >= 0xF900 && c <= 0xFAFF) || (c >= 0x20000 && c <= 0x3FFFF) || (c >= 0x0E00 && c <= 0x0E7F);
}
bool is_word(char32_t c) {
  if (c < 0x80) return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
  return c >= 0xC0 && c != 0xD7 && c != 0xF7 && !(c >= 0x2000 && c <= 0x2BFF) && !(c >= 0x3000 && c <= 0x303F) &&
         !(c >= 0xFE10 && c <= 0xFE6F) && !(c >= 0xFF00 && c <= 0xFFEF) && !(c >= 0x1F000 && c <= 0x1FAFF);
}
char32_t fold(char32_t c) {
  if (c >= 0xFF10 && c <= 0xFF5A) c -= 0xFEE0;  // full width letters and digits
  if (c >= 'A' && c <= 'Z') return c + 32;
  if (c >= 0xC0 && c <= 0xDE && c != 0xD7) return c + 32;
  if (c >= 0x410 && c <= 0x42F) return c + 32;
  return c;
}

std::uint64_t mix(std::uint64_t hash, char32_t c) { return (hash ^ c) * 0x100000001B3ULL; }
constexpr std::uint64_t start = 0xCBF29CE484222325ULL;

/// Calls `take(hash)` for each term.
template <class Take>
void for_each_term(std::string_view text, Take take) {
  std::uint64_t word = start;
  std::size_t letters = 0;
  char32_t before = 0;       // of a dense run
  std::size_t dense = 0;
  const auto end_word = [&] {
    if (letters > 0) take(word);
    word = start;
    letters = 0;
  };
  const auto end_dense = [&] {
    if (dense == 1) take(mix(mix(start, 1), before));
    dense = 0;
    before = 0;
  };
  for (std::size_t at = 0; at < text.size();) {
    const char32_t c = fold(next_point(text, at));
    if (is_dense(c)) {
      end_word();
      if (dense > 0) take(mix(mix(mix(start, 2), before), c));
      before = c;
      ++dense;
    } else if (is_word(c)) {
      end_dense();
      word = mix(word, c);
      ++letters;
    } else {
      end_word();
      end_dense();
    }
  }
  end_word();
  end_dense();
}

std::size_t count_points(std::string_view text) {
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }));
}

bool ends_sentence(char32_t c) { return c == '.' || c == '!' || c == '?' || c == ';' || c == 0x3002 || c == 0xFF01 || c == 0xFF1F || c == 0xFF1B; }

std::string_view trim(std::string_view text) {
  constexpr std::string_view blank = " \t\r\n";
  const std::size_t from = text.find_first_not_of(blank);
  if (from == std::string_view::npos) return {};
  return text.substr(from, text.find_last_not_of(blank) - from + 1);
}

/// A paragraph that is too long, in pieces.
void cut(std::string_view paragraph, std::size_t most, std::vector<std::string>& out) {
  while (!paragraph.empty()) {
    std::size_t at = 0;
    std::size_t sentence = 0;
    for (std::size_t points = 0; at < paragraph.size() && points < most; ++points)
      if (ends_sentence(next_point(paragraph, at)) && points >= most / 2) sentence = at;
    const std::size_t size = at == paragraph.size() ? at : sentence != 0 ? sentence : at;
    if (const auto piece = trim(paragraph.substr(0, size)); !piece.empty()) out.emplace_back(piece);
    paragraph.remove_prefix(size);
  }
}

}  // namespace

std::vector<std::string> to_passages(std::string_view text, std::size_t most) {
  std::vector<std::string> out;
  std::string current;
  const auto flush = [&] {
    if (!current.empty()) out.push_back(std::exchange(current, {}));
  };
  while (!text.empty()) {
    std::size_t end = text.find("\n\n");
    if (const std::size_t other = text.find("\r\n\r\n"); other < end) end = other;
    const std::string_view paragraph = trim(text.substr(0, end));
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 2);
    if (paragraph.empty()) continue;
    const std::size_t size = count_points(paragraph);
    if (size > most) {
      flush();
      cut(paragraph, most, out);
      continue;
    }
    if (!current.empty() && count_points(current) + 2 + size > most) flush();
    if (!current.empty()) current += "\n\n";
    current += paragraph;
  }
  flush();
  return out;
}

KnowledgeIndex::KnowledgeIndex(const std::vector<Article>& articles) {
  double total = 0;
  for (const Article& article : articles) {
    if (!article.enabled) continue;
    const auto source = static_cast<std::uint32_t>(sources_.size());
    sources_.push_back({article.id, article.title, article.url});
    std::unordered_map<std::uint64_t, float> title;
    for_each_term(article.title, [&](std::uint64_t term) { title[term] += title_weight; });
    auto texts = to_passages(article.text);
    if (texts.empty()) texts.emplace_back();
    for (auto& text : texts) {
      const auto number = static_cast<std::uint32_t>(passages_.size());
      auto terms = title;
      float length = 0;
      for_each_term(text, [&](std::uint64_t term) {
        terms[term] += 1;
        length += 1;
      });
      total += length;
      passages_.push_back({source, length, std::move(text)});
      for (const auto& [term, count] : terms) postings_[term].push_back({number, count});
    }
  }
  if (!passages_.empty()) average_ = std::max(1.0F, static_cast<float>(total / static_cast<double>(passages_.size())));
}

std::vector<KnowledgeHit> KnowledgeIndex::search(std::string_view question, std::size_t limit) const {
  std::vector<KnowledgeHit> out;
  std::vector<std::uint64_t> terms;
  for_each_term(question, [&](std::uint64_t term) {
    if (terms.size() < most_question_terms && std::find(terms.begin(), terms.end(), term) == terms.end()) terms.push_back(term);
  });
  if (terms.empty() || passages_.empty() || limit == 0) return out;
  const auto all = static_cast<float>(passages_.size());
  std::unordered_map<std::uint32_t, float> scores;
  float best = 0;  // what a passage would get that has all of the question, over and over
  for (const std::uint64_t term : terms) {
    const auto found = postings_.find(term);
    const float in = found == postings_.end() ? 0 : static_cast<float>(found->second.size());
    const float weight = std::log(1 + (all - in + 0.5F) / (in + 0.5F));
    best += weight * (k1 + 1);
    if (found == postings_.end()) continue;
    for (const Posting& posting : found->second) {
      const float length = passages_[posting.passage].length / average_;
      scores[posting.passage] += weight * posting.count * (k1 + 1) / (posting.count + k1 * (1 - b + b * length));
    }
  }
  std::vector<std::pair<float, std::uint32_t>> order;
  order.reserve(scores.size());
  for (const auto& [passage, score] : scores) order.emplace_back(-score, passage);
  const std::size_t count = std::min(limit, order.size());
  std::partial_sort(order.begin(), order.begin() + static_cast<std::ptrdiff_t>(count), order.end());
  for (std::size_t i = 0; i < count; ++i) {
    const Passage& passage = passages_[order[i].second];
    const Source& source = sources_[passage.source];
    out.push_back({source.id, source.title, source.url, passage.text, std::clamp(static_cast<double>(-order[i].first / best), 0.0, 1.0)});
  }
  return out;
}

}  // namespace hotdesk::conversations
