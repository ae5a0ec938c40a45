#pragma once
#include <string_view>

#include "base/result.hpp"

namespace hotdesk::plugins {

/// What a library may do that is not the same in every process.
struct GateRules {
  bool thread_locals;    ///< thread_local destructors and thread-specific keys: the unload hooks end them
  bool threads = false;  ///< threads of its own; it can only be unloaded once they have ended. Tests
};
/// By what this process can undo: unload::hooks_active().
GateRules usual_rules() noexcept;
/// Libraries with threads of their own pass from now on; for tests of what then happens.
void let_threads_pass(bool pass) noexcept;

/// Refuses libraries that could not be unloaded again or that would reach into others, before any of their code runs.
/// The text says which trait, why it is refused and how to build without it. See README, "The gate".
Result<> check_library(std::string_view bytes, GateRules rules = usual_rules());

}  // namespace hotdesk::plugins
