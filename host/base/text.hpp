#pragma once
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace hotdesk {

/// Code points of a UTF-8 text; nullopt when it is not UTF-8 (overlong forms, surrogates and values past U+10FFFF are not).
std::optional<std::size_t> count_code_points(std::string_view text) noexcept;
/// Whether the text is UTF-8 without U+0000: what a store and every client can hold.
bool is_clean_text(std::string_view text) noexcept;
/// The longest prefix of at most `limit` code points; the text must be UTF-8.
std::string_view truncate_code_points(std::string_view text, std::size_t limit) noexcept;
/// ASCII letters to lower case; user names and host names compare so.
std::string to_lower_ascii(std::string_view text);
/// `2026-11-24T08:33:59.000Z` (RFC 3339, UTC) of milliseconds since 1970.
std::string to_rfc3339(std::int64_t ms);

}  // namespace hotdesk
