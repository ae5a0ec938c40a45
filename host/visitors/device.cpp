#include "visitors/device.hpp"

#include <algorithm>

#include "base/json.hpp"

namespace hotdesk::visitors {
namespace {
struct Sign {
  std::string_view token;
  std::string_view name;
};
// In this order: most browsers name the older ones they descend from, so the youngest name decides.
constexpr Sign browsers[] = {{"MicroMessenger/", "WeChat"}, {"QQBrowser/", "QQ"},   {" QQ/", "QQ"},          {"UCBrowser/", "UC"},
                             {"SamsungBrowser/", "Samsung Internet"}, {"OPR/", "Opera"}, {"Edg", "Edge"},    {"FxiOS/", "Firefox"},
                             {"Firefox/", "Firefox"},       {"CriOS/", "Chrome"},   {"HeadlessChrome/", "Chrome"}, {"Chrome/", "Chrome"},
                             {"Safari/", "Safari"}};
constexpr Sign systems[] = {{"HarmonyOS", "HarmonyOS"}, {"OpenHarmony", "HarmonyOS"}, {"Windows", "Windows"}, {"iPhone", "iOS"},
                            {"iPad", "iOS"},            {"iPod", "iOS"},               {"Android", "Android"}, {"CrOS", "ChromeOS"},
                            {"Mac OS X", "macOS"},      {"Macintosh", "macOS"},        {"Linux", "Linux"}};
constexpr std::string_view robots[] = {"bot", "Bot", "spider", "Spider", "crawler", "Crawler", "curl/", "Wget/", "python-requests"};
}  // namespace

Device classify_device(std::string_view user_agent) {
  const std::string_view ua = user_agent.substr(0, 512);
  const auto has = [&](std::string_view token) { return ua.find(token) != std::string_view::npos; };
  Device device;
  for (const auto& [token, name] : browsers)
    if (device.browser.empty() && has(token)) device.browser = name;
  for (const auto& [token, name] : systems)
    if (device.os.empty() && has(token)) device.os = name;
  if (ua.empty())
    device.kind = "unknown";
  else if (std::any_of(std::begin(robots), std::end(robots), has))
    device.kind = "bot";
  else if (has("iPad") || has("Tablet") || (device.os == "Android" && !has("Mobile")))
    device.kind = "tablet";
  else if (has("iPhone") || has("iPod") || has("Mobile"))
    device.kind = "phone";
  else
    device.kind = device.os.empty() ? "unknown" : "desktop";
  return device;
}

std::string to_json(const Device& device) {
  std::string out = "{\"kind\":";
  append_json_string(out, device.kind);
  out += ",\"os\":";
  append_json_string(out, device.os);
  out += ",\"browser\":";
  append_json_string(out, device.browser);
  out += "}";
  return out;
}

std::string first_language(std::string_view accept_language) {
  std::string out;
  for (const char c : accept_language.substr(0, 35)) {
    const bool good = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-';
    if (!good) break;
    out.push_back(c);
  }
  return out;
}

}  // namespace hotdesk::visitors
