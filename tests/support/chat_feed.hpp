#pragma once
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>

#include "base/json.hpp"

namespace hotdesk::support {

/// The client's state machine of one feed (PROTOCOL "The client's state machine, per feed").
class ChatFeed {
 public:
  /// `apply` is called once an entry, in order.
  using Apply = std::function<void(const Json& entry)>;
  enum class Need { nothing, sync };

  void reset(std::int64_t cursor) { cursor_ = cursor, held_.clear(); }
  Need offer(const Json& entry, const Apply& apply);
  /// A page of a sync; @return sync when there is more or a gap is left.
  Need page(const Json& page, const Apply& apply);
  std::int64_t cursor() const noexcept { return cursor_; }
  bool syncing = false;

 private:
  void drain(const Apply& apply);
  std::int64_t cursor_ = 0;
  std::map<std::int64_t, std::shared_ptr<const Json>> held_;
};

}  // namespace hotdesk::support
