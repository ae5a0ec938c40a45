#pragma once
#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "contract/world.hpp"

namespace hotdesk::contract {

/// One submission of a message as its device saw it. Moments are steps of one counter: answered < sent means "was answered
/// before the other was sent", for whoever looks.
struct Sent {
  int device = 0;
  Uuid tenant, conversation, mid, sender;
  std::string body;
  std::int64_t sent = 0;
  std::int64_t answered = 0;
  conversations::Outcome outcome = conversations::Outcome::storage;
  std::int64_t seq = 0;
};

/// An entry as it was pushed, in the order of pushing.
struct Pushed {
  Uuid tenant;
  conversations::FeedEntry entry;
};

struct History {
  std::mutex mutex;
  std::vector<Sent> sent;
  std::vector<Pushed> pushed;
};

/// The database at the end.
struct Dump {
  struct Conversation {
    Uuid tenant, id;
    std::vector<conversations::Entry> entries;
  };
  struct Feed {
    Uuid tenant, owner;
    bool department = false;
    std::vector<conversations::Entry> entries;
    std::int64_t head = 0;
  };
  std::vector<Conversation> conversations;
  std::vector<Feed> feeds;
};

/// What of I1–I7, I9, I10 does not hold, a sentence each; empty: all hold.
std::vector<std::string> check(const History& history, const Dump& dump);

}  // namespace hotdesk::contract
