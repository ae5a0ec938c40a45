#pragma once
#include <string>
#include <string_view>

namespace hotdesk::visitors {

/// What a User-Agent header says, in the words that agents read. Only a hint: anybody may send anything.
struct Device {
  std::string kind;     ///< desktop | phone | tablet | bot | unknown
  std::string os;       ///< "Windows", "macOS", "iOS", "Android", "HarmonyOS", "Linux", "ChromeOS" or empty
  std::string browser;  ///< "Chrome", "Edge", "Safari", "Firefox", "Opera", "Samsung Internet", "WeChat", "QQ", "UC" or empty
};

/// Looks at the first 512 bytes. Never fails.
Device classify_device(std::string_view user_agent);
/// `{"kind":…,"os":…,"browser":…}`, the form of Visitor::device.
std::string to_json(const Device& device);
/// The first language of an Accept-Language header ("zh-CN"), or empty.
std::string first_language(std::string_view accept_language);

}  // namespace hotdesk::visitors
