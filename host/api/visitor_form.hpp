#pragma once
#include "api/fields.hpp"
#include "visitors/model.hpp"

namespace hotdesk::api {

/// Reads `visitor{name, email, phone, attributes}` into the profile; what is wrong goes into `fields`. An attribute is a
/// short text, number or boolean; at most 20.
void read_form(const Json& form, visitors::Visitor& profile, Fields& fields);
/// Reads `{url, title, referrer}`: cut to their bounds, never refused; an address that is not http(s) counts as none.
visitors::PageView read_page(const Json& page, std::int64_t now);

}  // namespace hotdesk::api
