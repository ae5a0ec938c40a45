#include "conversations/events.hpp"

#include <algorithm>

#include "base/overloaded.hpp"

namespace hotdesk::conversations {

void tell_events(EventSink& sink, const Change& change, const Committed& result) {
  if (result.outcome != Outcome::ok || !result.after) return;
  Event event;
  event.tenant = change.tenant;
  event.conversation = change.conversation;
  event.visitor = result.after->visitor;
  event.at = result.ts;
  const auto tell = [&](Event::Type type) {
    event.type = type;
    sink.event(event);
  };
  const auto assigned = [&](const std::optional<Uuid>& agent) {
    if (!agent) return;
    event.agent = *agent;
    tell(Event::Type::assigned);
  };
  std::visit(overloaded{[&](const Message&) {
                          // The visitor's own feed bears the opening before the message that caused it.
                          const bool opened = std::any_of(result.entries.begin(), result.entries.end(),
                                                          [](const FeedEntry& e) { return !e.department && e.entry.kind == "opened"; });
                          if (opened) tell(Event::Type::opened);
                        },
                        [&](const Assigned& what) { assigned(what.assignee); },
                        [&](const Transferred& what) { assigned(what.assignee); },
                        [&](const Closed&) { tell(Event::Type::closed); },
                        [&](const Rated& what) {
                          event.score = what.score;
                          tell(Event::Type::rated);
                        },
                        [](const auto&) {}},
             change.what);
}

}  // namespace hotdesk::conversations
