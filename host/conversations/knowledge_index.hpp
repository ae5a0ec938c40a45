#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/id.hpp"

namespace hotdesk::conversations {

/// Something that a tenant knows: for its agents, and for bots to answer from.
struct Article {
  Uuid id;
  std::string title;  ///< ≤ 200 code points
  std::string text;   ///< ≤ 100,000 code points
  std::string url;    ///< https, or empty
  std::string language;
  bool enabled = true;
  Uuid updated_by;
  std::string updated_by_name;
  std::int64_t updated_at = 0;
};

struct KnowledgeHit {
  Uuid article;
  std::string title;
  std::string url;
  std::string text;  ///< the passage
  double score = 0;  ///< 0..1: how much of the question the passage has
};

/// Pieces of at most `most` code points: whole paragraphs where they fit, else cut behind a sentence.
std::vector<std::string> to_passages(std::string_view text, std::size_t most = 800);

/// BM25 over words (alphabets) and pairs of characters (Chinese, Japanese, Korean), in memory. Immutable, so that any thread
/// may search. Only enabled articles are taken.
class KnowledgeIndex {
 public:
  explicit KnowledgeIndex(const std::vector<Article>& articles);
  /// Best first, at most `limit`; none where nothing of the question occurs.
  std::vector<KnowledgeHit> search(std::string_view question, std::size_t limit) const;
  std::size_t passages() const noexcept { return passages_.size(); }

 private:
  struct Source {
    Uuid id;
    std::string title;
    std::string url;
  };
  struct Passage {
    std::uint32_t source = 0;
    float length = 0;  ///< terms
    std::string text;
  };
  struct Posting {
    std::uint32_t passage = 0;
    float count = 0;
  };
  std::vector<Source> sources_;
  std::vector<Passage> passages_;
  std::unordered_map<std::uint64_t, std::vector<Posting>> postings_;  ///< by a hash of the term
  float average_ = 1;
};

}  // namespace hotdesk::conversations
