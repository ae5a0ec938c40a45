#include "conversations/events.hpp"

#include <gtest/gtest.h>

namespace hotdesk::conversations {
namespace {

class Heard final : public EventSink {
 public:
  void event(const Event& event) override { events.push_back(event); }
  std::vector<Event> events;
};

struct EventsTest : ::testing::Test {
  void tell(What what, Outcome outcome = Outcome::ok, std::vector<FeedEntry> entries = {}) {
    Change change;
    change.tenant = make_uuid(1);
    change.conversation = make_uuid(2);
    change.what = std::move(what);
    Committed done;
    done.outcome = outcome;
    done.ts = 77;
    done.entries = std::move(entries);
    done.after.emplace();
    done.after->visitor = visitor;
    tell_events(heard, change, done);
  }
  const Uuid visitor = make_uuid(3);
  const Uuid agent = make_uuid(4);
  Heard heard;
};

TEST_F(EventsTest, TheFourThatPluginsHearOf) {
  FeedEntry opened;
  opened.entry.kind = "opened";
  tell(Message{}, Outcome::ok, {opened});
  Assigned assigned;
  assigned.assignee = agent;
  tell(assigned);
  tell(Closed{});
  tell(Rated{4, ""});
  ASSERT_EQ(heard.events.size(), 4u);
  EXPECT_EQ(heard.events[0].type, Event::Type::opened);
  EXPECT_EQ(heard.events[0].visitor, visitor);
  EXPECT_EQ(heard.events[0].at, 77);
  EXPECT_EQ(heard.events[1].type, Event::Type::assigned);
  EXPECT_EQ(heard.events[1].agent, agent);
  EXPECT_EQ(heard.events[2].type, Event::Type::closed);
  EXPECT_EQ(heard.events[3].score, 4);
}

TEST_F(EventsTest, NothingElseIsOne) {
  tell(Message{});
  tell(Assigned{});
  tell(Labeled{});
  tell(Closed{}, Outcome::nothing);
  tell(Rated{4, ""}, Outcome::forbidden);
  EXPECT_TRUE(heard.events.empty());
}

}  // namespace
}  // namespace hotdesk::conversations
