#pragma once
#include "plugins/calls/ask.hpp"
#include "plugins/runner/wire.hpp"

namespace hotdesk::plugins::runner {

/// Asks and outcomes as fields. What a runner sends is untrusted: every text has a bound and must be clean UTF-8, every list
/// a largest length, every number its range.

void write_ask(Writer& out, const Ask& ask);
/// nullopt: malformed.
std::optional<Ask> read_ask(Reader& in);

void write_outcome(Writer& out, Method method, const Outcome& outcome);
/// The outcome of a call that asked `ask`, whatever came: a malformed one is HOTDESK_E_INTERNAL and says so, an answer that
/// names what was not offered (an agent who isn't available) is HOTDESK_E_INVALID.
Outcome read_outcome(Reader& in, const Ask& ask);

}  // namespace hotdesk::plugins::runner
