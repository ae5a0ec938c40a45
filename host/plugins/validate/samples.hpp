#pragma once
#include <cstdint>
#include <random>
#include <string>
#include <vector>

#include "plugins/calls/ask.hpp"

namespace hotdesk::plugins::validate {

using Random = std::mt19937_64;

/// Every run asks the same.
inline constexpr std::uint64_t seed = 20261124;

/// What a host asks on a usual day, with the usual variety: roles, kinds, languages, drafts, empty lists, many agents.
std::vector<Ask> usual(Method method, std::size_t count, Random& random);

/// Asks of this method whose texts are the given one.
Ask with_text(Method method, const std::string& text);

/// Byte strings that are no UTF-8, or are at its edges.
const std::vector<std::string>& broken_texts();

}  // namespace hotdesk::plugins::validate
