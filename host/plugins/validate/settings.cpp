#include <nlohmann/json.hpp>

#include "base/json.hpp"
#include "plugins/config_schema.hpp"
#include "plugins/validate/lab.hpp"

namespace hotdesk::plugins::validate {

Result<std::string> settings(const std::string& schema) {
  std::vector<Json> candidates{Json::object()};
  const auto parsed = schema.empty() ? parse_json("{}") : parse_json(schema);
  if (parsed && parsed->is_object()) {
    if (const auto found = parsed->find("default"); found != parsed->end()) candidates.push_back(*found);
    if (const auto found = parsed->find("examples"); found != parsed->end() && found->is_array())
      candidates.insert(candidates.end(), found->begin(), found->end());
    Json defaults = Json::object();
    if (const auto found = parsed->find("properties"); found != parsed->end() && found->is_object())
      for (const auto& [name, property] : found->items())
        if (property.is_object() && property.contains("default")) defaults[name] = property["default"];
    candidates.push_back(std::move(defaults));
  }
  for (const Json& one : candidates)
    if (one.is_object() && check_config(schema, dump_json(one))) return dump_json(one);
  return fail(Errc::invalid, "config.schema.json allows neither {} nor anything it gives itself: add a \"default\" or \"examples\" to it");
}

}  // namespace hotdesk::plugins::validate
