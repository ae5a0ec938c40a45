#pragma once
#include <optional>
#include <string>
#include <string_view>

namespace hotdesk {

/// RFC 4648 §5 without padding.
std::string to_base64url(std::string_view bytes);
/// Rejects padding, other alphabets and non-canonical endings.
std::optional<std::string> from_base64url(std::string_view text);
/// Lower-case hexadecimal.
std::string to_hex(std::string_view bytes);
std::optional<std::string> from_hex(std::string_view text);
/// Equal length and content, in a time that depends on the length alone.
bool equal_constant_time(std::string_view a, std::string_view b) noexcept;

}  // namespace hotdesk
