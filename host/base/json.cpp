#include "base/json.hpp"

#include <nlohmann/json.hpp>

namespace hotdesk {
namespace {
constexpr std::int64_t largest_exact = (std::int64_t{1} << 53) - 1;  // what a JavaScript client can hold
}

Result<Json> parse_json(std::string_view text, int max_depth) {
  bool too_deep = false;
  // The callback discards what lies below the bound, so a hostile nest costs no stack later on.
  const Json::parser_callback_t bound = [&](int depth, Json::parse_event_t event, Json&) {
    const bool opens = event == Json::parse_event_t::object_start || event == Json::parse_event_t::array_start;
    if (depth + (opens ? 1 : 0) <= max_depth) return true;
    too_deep = true;
    return false;
  };
  try {
    Json value = Json::parse(text, bound);
    if (too_deep) return fail(Errc::invalid, "JSON is nested deeper than " + std::to_string(max_depth) + " levels");
    return Result<Json>(boost::system::in_place_value, std::move(value));
  } catch (const Json::parse_error& error) {
    std::size_t line = 1;
    std::size_t column = 1;
    for (std::size_t i = 0; i < text.size() && i + 1 < error.byte; ++i) {
      ++column;
      if (text[i] == '\n') ++line, column = 1;
    }
    return fail(Errc::invalid, "not JSON: unexpected text at line " + std::to_string(line) + ", column " + std::to_string(column),
                "line " + std::to_string(line));
  }
}

std::string dump_json(const Json& value) { return value.dump(-1, ' ', false, Json::error_handler_t::replace); }

std::optional<std::string> find_string(const Json& object, const char* key) {
  if (!object.is_object()) return std::nullopt;
  const auto at = object.find(key);
  if (at == object.end() || !at->is_string()) return std::nullopt;
  return at->get<std::string>();
}

std::optional<std::int64_t> find_integer(const Json& object, const char* key) {
  if (!object.is_object()) return std::nullopt;
  const auto at = object.find(key);
  if (at == object.end() || !at->is_number_integer()) return std::nullopt;
  if (at->is_number_unsigned() && at->get<std::uint64_t>() > static_cast<std::uint64_t>(largest_exact)) return std::nullopt;
  const auto value = at->get<std::int64_t>();
  if (value > largest_exact || value < -largest_exact) return std::nullopt;
  return value;
}

std::optional<bool> find_bool(const Json& object, const char* key) {
  if (!object.is_object()) return std::nullopt;
  const auto at = object.find(key);
  if (at == object.end() || !at->is_boolean()) return std::nullopt;
  return at->get<bool>();
}

void append_json_string(std::string& out, std::string_view text) {
  static constexpr char hex[] = "0123456789abcdef";
  out.push_back('"');
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      out.push_back('\\');
      out.push_back(c);
    } else if (c == '\n') {
      out += "\\n";
    } else if (byte < 0x20 || byte == 0x7F) {
      out += "\\u00";
      out.push_back(hex[byte >> 4]);
      out.push_back(hex[byte & 15]);
    } else {
      out.push_back(c);
    }
  }
  out.push_back('"');
}

}  // namespace hotdesk
