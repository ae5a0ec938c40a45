#pragma once

namespace hotdesk::plugins {

/// Marks this thread as one that Quiesce::for_each_thread visits. Make it on each event-loop thread before the loop runs;
/// it ends when the loop has ended and the thread calls no more hooks. A marked thread calls hooks at the price of a
/// plain load; an unmarked one (pools, tests) pins itself for each call and needs no visit. A marked thread that is not
/// visited is a use after free, and must never call a blocking verb of Plugins (it is refused there).
class HookThread {
 public:
  HookThread() noexcept;
  ~HookThread();
  HookThread(const HookThread&) = delete;
  HookThread& operator=(const HookThread&) = delete;
};

}  // namespace hotdesk::plugins
