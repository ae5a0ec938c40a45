#pragma once
#include "api/fields.hpp"
#include "base/json.hpp"

namespace hotdesk::api {

/// Every widget setting with its default under what the site has chosen.
Json full_widget(const std::string& stored);
/// Puts the settings of `change` over the stored ones; what is unknown or of a wrong form is refused in `fields`.
/// @return the JSON text to store
std::string change_widget(const std::string& stored, const Json& change, Fields& fields);

}  // namespace hotdesk::api
