#include "words.hpp"

#include <algorithm>
#include <utility>

namespace filtering {

void WordSet::add(const std::vector<char32_t>& word, Action action) {
  if (word.empty()) return;
  std::uint32_t node = 0;
  for (const char32_t c : word) {
    const auto [edge_at, made] = edges_.try_emplace(edge(node, c), static_cast<std::uint32_t>(nodes_.size()));
    if (made) nodes_.emplace_back();
    node = edge_at->second;
  }
  nodes_[node].length = static_cast<std::uint32_t>(word.size());
  nodes_[node].action = std::max(nodes_[node].action, action);
}

void WordSet::seal() {
  // Breadth first: a node's links need those of shorter prefixes. Nodes are numbered parents first, depths are not.
  std::vector<std::vector<std::pair<std::uint64_t, std::uint32_t>>> levels(1);
  std::vector<std::uint32_t> depth(nodes_.size(), 0);
  std::vector<std::pair<std::uint64_t, std::uint32_t>> all(edges_.begin(), edges_.end());
  std::sort(all.begin(), all.end(), [](const auto& a, const auto& b) { return a.second < b.second; });
  for (const auto& one : all) {
    const std::uint32_t d = depth[one.second] = depth[static_cast<std::uint32_t>(one.first >> 32)] + 1;
    if (levels.size() <= d) levels.resize(d + 1);
    levels[d].push_back(one);
  }
  for (const auto& level : levels)
    for (const auto& [from, node] : level) {
      const auto parent = static_cast<std::uint32_t>(from >> 32);
      nodes_[node].fail = parent == 0 ? 0 : next(nodes_[parent].fail, static_cast<char32_t>(from & 0xFFFFFFFFU));
      const Node& fail = nodes_[nodes_[node].fail];
      nodes_[node].shorter = fail.length != 0 ? nodes_[node].fail : fail.shorter;
    }
}

std::uint32_t WordSet::next(std::uint32_t node, char32_t c) const {
  for (;;) {
    if (const auto found = edges_.find(edge(node, c)); found != edges_.end()) return found->second;
    if (node == 0) return 0;
    node = nodes_[node].fail;
  }
}

}  // namespace filtering
