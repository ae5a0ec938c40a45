#pragma once
#include <functional>

namespace hotdesk {

/// Somewhere to run a task later: an event loop (one thread, in order) or a pool for blocking work (no order).
/// Post never runs the task inline and never blocks. Thread: any.
class Executor {
 public:
  virtual ~Executor() = default;
  virtual void post(std::function<void()> task) = 0;
};

}  // namespace hotdesk
