#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace hotdesk::net {

/// A request target, taken apart.
struct Target {
  std::string path;  ///< decoded, begins with '/', clean UTF-8, no "." or ".." segment, no control character
  std::vector<std::pair<std::string, std::string>> query;
};

/// Strict: origin form only ("/…"), at most 8 KiB; a bad escape, NUL, control character, backslash, encoded '/' in the path,
/// dot segment or invalid UTF-8 is nullopt, as are more than 64 query items. '+' is a space in the query alone.
std::optional<Target> parse_target(std::string_view target);

/// An absolute http or https address as a client takes it apart.
struct Url {
  bool tls = true;
  std::string host;  ///< lower case; an IPv6 address without its brackets
  std::uint16_t port = 443;
  std::string target;  ///< path and query as written, at least "/"
};
/// nullopt for another scheme, user names, fragments, blanks, control characters and whatever is not ASCII.
std::optional<Url> parse_url(std::string_view text);

/// nullopt on a bad escape.
std::optional<std::string> percent_decode(std::string_view text, bool plus_is_space);

}  // namespace hotdesk::net
