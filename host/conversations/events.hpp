#pragma once
#include "conversations/ports.hpp"

namespace hotdesk::conversations {

/// For the Delivery listener: tells plugins what a commit means to them. In the order of commits, and so in a conversation's.
/// What is committed while the process ends is not told again.
void tell_events(EventSink& sink, const Change& change, const Committed& result);

}  // namespace hotdesk::conversations
