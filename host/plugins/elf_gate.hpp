#pragma once
#include <string_view>

#include "base/result.hpp"

namespace hotdesk::plugins {

/// Refuses libraries that could not be unloaded again or that would reach into others, before any of their code runs.
/// The text says which trait, why it is refused and how to build without it. See README, "The gate".
Result<> check_library(std::string_view bytes);

}  // namespace hotdesk::plugins
