#pragma once
#include <string>

#include "base/result.hpp"
#include "plugins/lanes/endpoint.hpp"
#include "plugins/package.hpp"
#include "plugins/ports.hpp"

namespace hotdesk::plugins {

Lane lane_named(const std::string& name, Lane otherwise) noexcept;

/// What a package runs in when nobody decided: by its trust, and by what the lane can do. State needs a strand, and a
/// responder waits for others: neither fits an event loop.
Lane default_lane(const Package& package) noexcept;

/// Whether a manifest asks for a permission; "http:*" asks for hosts that the operator names.
bool is_asked(const Manifest& manifest, const std::string& permission);

/// Whether an operator may grant this for these versions of a plugin (one at least). A lane is never weaker than a version's
/// isolation.min; only what is part of the installation runs inline; permissions are those that a version asks for; budgets
/// are within the host's bounds. Error::where is lane, permissions or a pointer below /budgets.
Result<> check_grant(const GrantRow& row, const std::vector<const Package*>& versions);

}  // namespace hotdesk::plugins
