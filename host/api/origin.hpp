#pragma once
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace hotdesk::api {

/// `https://Shop.example:443/` → `https://shop.example`: scheme and host in lower case, default port and slash gone, nothing
/// else allowed. Only http and https. Errc::invalid.
Result<std::string> normal_origin(std::string_view text);
/// The origin of a page's address, or empty.
std::string origin_of(std::string_view url);

}  // namespace hotdesk::api
