#pragma once
#include <string>
#include <string_view>

namespace hotdesk::protocol {

/// Replaces each `\uD8xx` escape without its partner by `\uFFFD`; everything else is copied byte for byte.
std::string replace_lone_surrogates(std::string_view json);

}  // namespace hotdesk::protocol
