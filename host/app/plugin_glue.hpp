#pragma once
#include "net/loops.hpp"
#include "plugins/plugins.hpp"

namespace hotdesk::app {

/// The plugin room's quiescent states are the event loops: each runs the task between two of its own.
class LoopQuiesce final : public plugins::Quiesce {
 public:
  explicit LoopQuiesce(net::Loops& loops) : loops_(loops) {}
  /// Marks every loop thread as one that hooks run on. Once, before the first hook.
  void mark();
  void for_each_thread(std::function<void()> task) override;

 private:
  net::Loops& loops_;
};

/// Plugin log lines into the host's log.
void log_plugin(plugins::LogLevel level, std::string_view component, std::string_view text);

}  // namespace hotdesk::app
