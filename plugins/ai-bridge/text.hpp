#pragma once
#include <cstddef>
#include <string>
#include <string_view>

namespace ai_bridge {

/// The same text as valid UTF-8 without control characters but tab and line feed: what is broken becomes U+FFFD.
std::string clean(std::string_view text);

/// Cut to at most `bytes`, at a character's end; with "…" when something is missing.
std::string shorten(std::string_view text, std::size_t bytes);

/// Lower case (ASCII) and half width (Ａ is a).
std::string fold(std::string_view text);

bool is_blank(std::string_view text) noexcept;

/// About how many tokens a model counts: a Chinese character is one, four Latin letters are one. Never 0 for a text.
std::size_t estimate_tokens(std::string_view text) noexcept;

}  // namespace ai_bridge
