#pragma once
#include <string_view>

#include "base/result.hpp"

namespace hotdesk::plugins {

/// Whether a package's config.schema.json is a usable JSON schema (draft 7, no references to other documents).
Result<> check_schema(std::string_view schema);

/// Whether a configuration is a JSON object that fits; an empty schema allows the empty object alone.
/// Error::where is the JSON pointer of the member that does not fit. Thread: any, but it allocates: not on a loop.
Result<> check_config(std::string_view schema, std::string_view config);

}  // namespace hotdesk::plugins
