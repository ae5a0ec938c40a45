#pragma once
#include <list>
#include <mutex>
#include <optional>
#include <unordered_map>

#include "conversations/model.hpp"

namespace hotdesk::delivery {

/// Who takes part in a conversation, as last committed: for what is best effort (typing, presence) and for choosing a
/// filter's version. Never for permission: that is judged in the commit. Thread: any.
class Members {
 public:
  struct Entry {
    Uuid tenant;
    Uuid visitor;
    std::optional<Uuid> assignee;
    Uuid department;
  };
  explicit Members(std::size_t most = 100'000) : most_(most) {}

  void put(const conversations::Conversation& conversation);
  std::optional<Entry> find(const Uuid& tenant, const Uuid& conversation);

 private:
  struct Slot {
    Entry entry;
    std::list<Uuid>::iterator used;
  };
  const std::size_t most_;
  std::mutex mutex_;
  std::unordered_map<Uuid, Slot> slots_;
  std::list<Uuid> order_;
};

}  // namespace hotdesk::delivery
