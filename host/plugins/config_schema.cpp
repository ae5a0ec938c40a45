#include "plugins/config_schema.hpp"

#include <nlohmann/json.hpp>
#include <string>

// The library's headers are not clean under this project's warnings.
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wshadow"
#pragma GCC diagnostic ignored "-Wconversion"
#pragma GCC diagnostic ignored "-Wunused-parameter"
#include <valijson/adapters/nlohmann_json_adapter.hpp>
#include <valijson/schema.hpp>
#include <valijson/schema_parser.hpp>
#include <valijson/validation_results.hpp>
#include <valijson/validator.hpp>
#pragma GCC diagnostic pop

#include "base/json.hpp"

namespace hotdesk::plugins {
namespace {

using Adapter = valijson::adapters::NlohmannJsonAdapter;

bool has_foreign_reference(const Json& value) {
  if (value.is_object())
    for (const auto& [key, member] : value.items()) {
      if (key == "$ref" && member.is_string() && !member.get_ref<const std::string&>().starts_with("#")) return true;
      if (has_foreign_reference(member)) return true;
    }
  if (value.is_array())
    for (const auto& element : value)
      if (has_foreign_reference(element)) return true;
  return false;
}

Result<> compile(std::string_view text, valijson::Schema& out) {
  const auto schema = parse_json(text);
  if (!schema) return schema.error();
  if (!schema->is_object()) return fail(Errc::invalid, "must be an object");
  if (has_foreign_reference(*schema)) return fail(Errc::invalid, "refers to another document");
  try {
    const Adapter adapter(*schema);
    valijson::SchemaParser(valijson::SchemaParser::kDraft7).populateSchema(adapter, out);
  } catch (const std::exception& error) {
    return fail(Errc::invalid, std::string("is not a JSON schema: ") + error.what());
  }
  return {};
}

/// valijson's path, "<root>[words][0]", as a JSON pointer.
std::string to_pointer(const std::vector<std::string>& context) {
  std::string pointer;
  for (const auto& part : context) {
    if (part == "<root>") continue;
    pointer += '/';
    pointer += part.size() >= 2 && part.front() == '[' ? part.substr(1, part.size() - 2) : part;
  }
  return pointer;
}

}  // namespace

Result<> check_schema(std::string_view schema) {
  valijson::Schema compiled;
  return compile(schema, compiled);
}

Result<> check_config(std::string_view schema, std::string_view config) {
  const auto parsed = parse_json(config);
  if (!parsed) return parsed.error();
  if (!parsed->is_object()) return fail(Errc::invalid, "must be a JSON object");
  if (schema.empty()) {
    if (parsed->empty()) return {};
    return fail(Errc::invalid, "this version has no settings", "/" + parsed->begin().key());
  }
  valijson::Schema compiled;
  if (const auto usable = compile(schema, compiled); !usable) return usable.error();
  valijson::ValidationResults results;
  valijson::Validator validator;
  const Adapter target(*parsed);
  if (validator.validate(compiled, target, &results)) return {};
  // The innermost complaint says most: "/words/0/action: ..." rather than "the object failed".
  valijson::ValidationResults::Error error;
  Error deepest = fail(Errc::invalid, "does not fit the configuration schema");
  while (results.popError(error)) {
    std::string pointer = to_pointer(error.context);
    if (!deepest.where.empty() && pointer.size() <= deepest.where.size()) continue;
    deepest.where = std::move(pointer);
    deepest.text = error.description;
  }
  return deepest;
}

}  // namespace hotdesk::plugins
