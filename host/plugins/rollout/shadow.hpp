#pragma once
#include "plugins/calls/ask.hpp"

namespace hotdesk::plugins {

/// Whether two versions would have done something else: another verdict, text, target or agent, or one of them failed.
/// Reasons in words don't count: they are for people.
bool differs(const Outcome& stable, const Outcome& mirrored) noexcept;

}  // namespace hotdesk::plugins
