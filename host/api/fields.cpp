#include "api/fields.hpp"

#include <nlohmann/json.hpp>

#include "base/text.hpp"

namespace hotdesk::api {

const Json* Fields::find(const char* name) const {
  const auto at = object_.find(name);
  return at == object_.end() || at->is_null() ? nullptr : &*at;
}

void Fields::refuse(std::string field, std::string message) { errors_.push_back({std::move(field), std::move(message)}); }

std::optional<std::string> Fields::text(const char* name, std::size_t most, std::size_t least) {
  const Json* const value = find(name);
  if (value == nullptr) return std::nullopt;
  if (!value->is_string()) return refuse(name, "a text is expected"), std::nullopt;
  const auto& text = value->get_ref<const std::string&>();
  const auto points = count_code_points(text);
  if (!points || !is_clean_text(text)) return refuse(name, "the text is not UTF-8, or holds U+0000"), std::nullopt;
  if (*points > most) return refuse(name, "at most " + std::to_string(most) + " characters"), std::nullopt;
  if (*points < least) return refuse(name, least == 1 ? "must not be empty" : "at least " + std::to_string(least) + " characters"), std::nullopt;
  return text;
}

std::string Fields::need_text(const char* name, std::size_t most, std::size_t least) {
  if (find(name) == nullptr) refuse(name, "is needed");
  return text(name, most, least).value_or("");
}

std::optional<std::int64_t> Fields::integer(const char* name, std::int64_t least, std::int64_t most) {
  if (find(name) == nullptr) return std::nullopt;
  const auto value = find_integer(object_, name);
  if (!value || *value < least || *value > most)
    return refuse(name, "a whole number from " + std::to_string(least) + " to " + std::to_string(most)), std::nullopt;
  return value;
}

std::optional<double> Fields::number(const char* name, double least, double most) {
  const Json* const value = find(name);
  if (value == nullptr) return std::nullopt;
  const double number = value->is_number() ? value->get<double>() : least - 1;
  if (!(number >= least && number <= most))
    return refuse(name, "a number from " + Json(least).dump() + " to " + Json(most).dump()), std::nullopt;
  return number;
}

std::optional<bool> Fields::boolean(const char* name) {
  const Json* const value = find(name);
  if (value == nullptr) return std::nullopt;
  if (!value->is_boolean()) return refuse(name, "true or false"), std::nullopt;
  return value->get<bool>();
}

std::optional<Uuid> Fields::id(const char* name) {
  const Json* const value = find(name);
  if (value == nullptr) return std::nullopt;
  const auto id = value->is_string() ? parse_uuid(value->get_ref<const std::string&>()) : std::nullopt;
  if (!id) refuse(name, "an id (UUID) is expected");
  return id;
}

std::optional<std::vector<std::string>> Fields::texts(const char* name, std::size_t most_items, std::size_t most) {
  const Json* const value = find(name);
  if (value == nullptr) return std::nullopt;
  if (!value->is_array()) return refuse(name, "a list of texts is expected"), std::nullopt;
  if (value->size() > most_items) return refuse(name, "at most " + std::to_string(most_items) + " entries"), std::nullopt;
  std::vector<std::string> texts;
  for (std::size_t i = 0; i < value->size(); ++i) {
    const Json& item = (*value)[i];
    const auto points = item.is_string() ? count_code_points(item.get_ref<const std::string&>()) : std::nullopt;
    if (!points || *points == 0 || *points > most || !is_clean_text(item.get_ref<const std::string&>()))
      refuse(std::string(name) + "/" + std::to_string(i), "a text of 1 to " + std::to_string(most) + " characters");
    else
      texts.push_back(item.get<std::string>());
  }
  return texts;
}

const Json* Fields::object(const char* name) {
  const Json* const value = find(name);
  if (value == nullptr) return nullptr;
  if (!value->is_object()) return refuse(name, "an object is expected"), nullptr;
  return value;
}

net::HttpResponse Fields::problem() const {
  Problem problem;
  problem.status = 400;
  problem.code = "E_INVALID";
  problem.detail = errors_.empty() ? "the request is not right" : errors_.front().field + ": " + errors_.front().message;
  problem.errors = errors_;
  return to_response(problem);
}

}  // namespace hotdesk::api
