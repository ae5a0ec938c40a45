#pragma once
#include <nlohmann/json_fwd.hpp>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace hotdesk {

using Json = nlohmann::json;

/// Parses one JSON value from untrusted text: at most `max_depth` levels, duplicate keys: the last counts.
/// On error the text says line and column. (A Result<Json> is made with boost::system::in_place_value: Json converts to anything.)
Result<Json> parse_json(std::string_view text, int max_depth = 32);
/// One line, no NaN, invalid UTF-8 replaced.
std::string dump_json(const Json& value);

// Readers for objects from outside: nullopt when the member is absent or of another type.
std::optional<std::string> find_string(const Json& object, const char* key);
/// Whole numbers within ±2^53 only.
std::optional<std::int64_t> find_integer(const Json& object, const char* key);
std::optional<bool> find_bool(const Json& object, const char* key);

/// Appends `text` as a JSON string literal with quotes; the text must be UTF-8.
void append_json_string(std::string& out, std::string_view text);

}  // namespace hotdesk
