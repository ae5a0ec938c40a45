#pragma once
#include <cstdint>
#include <list>
#include <mutex>
#include <optional>
#include <unordered_map>
#include <vector>

#include "base/clock.hpp"
#include "visitors/model.hpp"

namespace hotdesk::visitors {

struct SessionsLimits {
  std::size_t bytes = 64u << 20;            ///< of all profiles and trails together; the longest unused go first
  std::size_t pages = 20;                   ///< of one visitor
  std::int64_t keep_ms = 24LL * 3'600'000;  ///< unused for so long: forgotten
};

/// What is known of visitors who have no row yet, in this process's memory: the widget's word until the first message makes
/// the row, and the pages seen so far. Losing it costs a profile's details, never a message. Thread: any.
class Sessions {
 public:
  explicit Sessions(const Clock& clock, SessionsLimits limits = {}) : clock_(clock), limits_(limits) {}

  /// Adds what is new: empty fields of `profile` leave what was known; first_seen stays the first.
  void remember(const Visitor& profile);
  /// The profile for a first message (conversations::Message::opening); nullopt when nothing is known of this visitor.
  std::optional<Visitor> find(const Uuid& tenant, const Uuid& visitor);
  /// Coalesced: the page that is shown already only gets its newest title. No effect for a visitor who is not remembered.
  void add_page(const Uuid& tenant, const Uuid& visitor, const PageView& page);
  /// Oldest first; they are gone from here afterwards (they go into the row).
  std::vector<PageView> take_pages(const Uuid& tenant, const Uuid& visitor);
  std::size_t size() const;
  std::size_t bytes() const;

 private:
  struct Known {
    Visitor profile;
    std::vector<PageView> pages;
    std::size_t bytes = 0;
    std::int64_t used = 0;
    std::list<Uuid>::iterator place;
  };
  Known* touch(const Uuid& tenant, const Uuid& visitor);
  void measure(Known& known);
  void trim();

  const Clock& clock_;
  const SessionsLimits limits_;
  mutable std::mutex mutex_;
  std::unordered_map<Uuid, Known> known_;
  std::list<Uuid> by_use_;  // newest first
  std::size_t bytes_ = 0;
};

}  // namespace hotdesk::visitors
