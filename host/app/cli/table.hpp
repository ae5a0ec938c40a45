#pragma once
#include <string>
#include <vector>

namespace hotdesk::app::cli {

/// Rows with a heading, in columns as wide as they need to be; Chinese characters count as two.
std::string table(const std::vector<std::string>& heading, const std::vector<std::vector<std::string>>& rows);

}  // namespace hotdesk::app::cli
