#pragma once
#include <string>

#include "support/world.hpp"

namespace hotdesk::system {

/// Writes what the store holds, one JSON object a line: {kind: "message", conv, seq, mid?, h, …} for every entry of every
/// conversation and {kind: "feed", user, cur, prev, conv, seq?, entry, mid?} for every user's feed. No server may run.
void write_dump(const support::World& world, const std::string& path);

}  // namespace hotdesk::system
